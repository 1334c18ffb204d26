#include "app/external_editor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/test.h"

static struct {
    bool is_done;
    char text[64];
    size_t size;
    const char *failure;
} answer;

static void on_done(void *context, struct gossip_bytes text, const char *failure)
{
    (void)context;
    answer.is_done = true;
    answer.size = text.size;
    answer.failure = failure;
    if (text.size < sizeof(answer.text)) {
        bytes_copy((uint8_t *)answer.text, text);
        answer.text[text.size] = '\0';
    }
}

/* What an editor makes of a text; it is a command of the shell with the file behind it. */
static void edit(const char *command, const char *text)
{
    uv_loop_t loop;
    const char *failure;
    memset(&answer, 0, sizeof(answer));
    expect_equal(uv_loop_init(&loop), 0);
    unsetenv("VISUAL");
    setenv("EDITOR", command, 1);
    expect_not_null(external_editor_open(&loop, bytes_of_text(text), on_done, NULL, &failure));
    uv_run(&loop, UV_RUN_DEFAULT);
    expect_equal(uv_loop_close(&loop), 0);
    expect_true(answer.is_done);
}

static void what_the_editor_leaves_comes_back(void)
{
    edit("sed -i s/world/moon/", "hello world\nand all");
    expect_null(answer.failure);
    expect_text(answer.text, "hello moon\nand all");
}

static void the_file_is_for_its_owner_alone_and_goes(void)
{
    edit("sh -c 'stat -c %a \"$0\" > \"$0.mode\"; cat \"$0.mode\" > \"$0\"; rm \"$0.mode\"; echo "
         "\"$0\" >> \"$0\"'",
        "x");
    expect_true(strncmp(answer.text, "600\n/", 5) == 0);
    answer.text[answer.size] = '\0';
    expect_not_equal(access(answer.text + 4, 0), 0);
}

static void a_failure_is_told_and_nothing_comes_back(void)
{
    edit("false", "hello");
    expect_not_null(answer.failure);
    expect_equal(answer.size, 0);
    edit("/no/such/editor", "hello");
    expect_not_null(answer.failure);
}

static void too_much_is_refused(void)
{
    edit("sh -c 'head -c 300000 /dev/zero | tr \"\\\\0\" x > \"$0\"'", "hello");
    expect_not_null(answer.failure);
}

TEST_MAIN(TEST(what_the_editor_leaves_comes_back), TEST(the_file_is_for_its_owner_alone_and_goes),
    TEST(a_failure_is_told_and_nothing_comes_back), TEST(too_much_is_refused))
