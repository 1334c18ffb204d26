#include "app/config_edit.h"

#include <string.h>

#include "app/config_file.h"
#include "base/bytes.h"
#include "support/test.h"

static char after[512];

static enum gossip_error edit_list(
    const char *text, const char *key, const char *const *values, size_t count, size_t room_size)
{
    size_t size = 0;
    enum gossip_error error =
        config_edit(bytes_of_text(text), key, values, count, room_make(after, room_size), &size);

    after[error == GOSSIP_OK ? size : 0] = '\0';
    return error;
}

static const char *edit(const char *text, const char *key, const char *value)
{
    expect_ok(edit_list(text, key, &value, 1, sizeof(after) - 1));
    return after;
}

static void a_line_is_replaced_where_it_is(void)
{
    expect_text(
        edit("# me\nnick = a ; old\n\nport=1\n", "nick", "b"), "# me\nnick = b\n\nport=1\n");
    expect_text(edit("nick=a", "nick", "b"), "nick = b\n");
    expect_text(edit(" nick :a\nnick = c\nport = 1\n", "nick", "b"), "nick = b\nport = 1\n");
    expect_text(
        edit("#nick = a\nnickname = c\n", "nick", "b"), "#nick = a\nnickname = c\nnick = b\n");
}

static void a_new_key_stands_behind_the_others(void)
{
    expect_text(edit("", "nick", "b"), "nick = b\n");
    expect_text(edit("# mine", "nick", "b"), "# mine\nnick = b\n");
    expect_text(edit("# mine\n\n# about dev\n[room \"dev\"]\nnick = x\n", "nick", "b"),
        "# mine\nnick = b\n\n# about dev\n[room \"dev\"]\nnick = x\n");
    expect_text(edit("port = 1\n\n[keys]\n", "nick", "b"), "port = 1\nnick = b\n\n[keys]\n");
}

static void lists_have_a_line_for_each(void)
{
    const char *const values[] = {"x", "y"};

    expect_ok(edit_list("room = a\n# and\nroom = b\nroom = c\n", "room", values, 2, 256));
    expect_text(after, "room = x\nroom = y\n# and\n");
    expect_ok(edit_list("a = 1\nroom = a\n", "room", values, 0, 256));
    expect_text(after, "a = 1\n");
}

static void what_no_line_can_hold_is_refused(void)
{
    static const char *const bad[] = {"a\nb", "a\rb", " a", "a ", "a ; b", "; a", "a\t;"};
    char value[CONFIG_FILE_LINE_BYTES_MAX];
    const char *longest = value;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        expect_error(edit_list("", "nick", &bad[i], 1, 256), GOSSIP_ERROR_INVALID);
    }
    memset(value, 'x', sizeof(value));
    value[CONFIG_FILE_LINE_BYTES_MAX - 39] = '\0';
    expect_error(edit_list("", "nick", &longest, 1, 256), GOSSIP_ERROR_INVALID);
    value[CONFIG_FILE_LINE_BYTES_MAX - 40] = '\0';
    expect_ok(edit_list("", "nick", &longest, 1, 256));
    longest = "abc";
    expect_ok(edit_list("x = 1\n", "nick", &longest, 1, 17));
    expect_error(edit_list("x = 1\n", "nick", &longest, 1, 16), GOSSIP_ERROR_LIMIT);
}

TEST_MAIN(TEST(a_line_is_replaced_where_it_is), TEST(a_new_key_stands_behind_the_others),
    TEST(lists_have_a_line_for_each), TEST(what_no_line_can_hold_is_refused))
