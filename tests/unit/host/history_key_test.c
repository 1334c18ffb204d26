#include "host/history_key.h"

#include <string.h>

#include "base/bytes.h"
#include "support/test.h"
#include "support/test_allocator.h"

static const struct gossip_bytes circle = BYTES_INITIALISER("myroom");

static struct gossip_bytes make(const char *room)
{
    static char key[STORE_ROOM_BYTES_MAX];

    return history_key_make(circle, bytes_of_text(room), key);
}

static void rooms_belong_to_their_circle(void)
{
    expect_bytes(make("dev"), BYTES_OF("dev myroom"));
    expect_bytes(history_key_room(circle, BYTES_OF("dev myroom")), BYTES_OF("dev"));
    expect_equal(history_key_room(circle, BYTES_OF("dev other")).size, 0);
    expect_equal(history_key_room(circle, BYTES_OF("dev myroom2")).size, 0);
}

static void topics_of_other_programs_belong_to_all(void)
{
    expect_bytes(make("text:news/today"), BYTES_OF("text:news/today"));
    expect_bytes(history_key_room(circle, BYTES_OF("text:news")), BYTES_OF("text:news"));
}

static void a_key_has_two_parts(void)
{
    struct gossip_bytes room, rendezvous;

    history_key_split(BYTES_OF("dev my/room"), &room, &rendezvous);
    expect_bytes(room, BYTES_OF("dev"));
    expect_bytes(rendezvous, BYTES_OF("my/room"));
    history_key_split(BYTES_OF("text:news"), &room, &rendezvous);
    expect_bytes(room, BYTES_OF("text:news"));
    expect_equal(rendezvous.size, 0);
}

static void what_is_too_long_is_no_key(void)
{
    char key[STORE_ROOM_BYTES_MAX];

    expect_equal(history_key_make(circle, bytes_repeated('x', STORE_ROOM_BYTES_MAX), key).size, 0);
    expect_equal(history_key_make(circle, bytes_repeated('x', STORE_ROOM_BYTES_MAX - 7), key).size,
        STORE_ROOM_BYTES_MAX);
}

static void what_comes_out_of_a_file_is_cleaned(void)
{
    struct store_line line = {.id = BYTES_OF("0a\033[2J"),
        .nick = BYTES_OF("Bo\nb"),
        .name = BYTES_OF("Bob\xff"),
        .text = BYTES_OF("one\r\ntwo\033[31m \xe2\x80\xae."),
        .order = 7,
        .arrived_at.ms = INT64_MAX,
        .is_own = true};
    struct test_allocator memory;
    struct kept_event *kept;

    test_allocator_init(&memory);
    kept = history_key_event(&memory.allocator, BYTES_OF("dev"), &line);
    expect_not_null(kept);
    expect_equal(kept->event.kind, GOSSIP_EVENT_LINE);
    expect_true(kept->event.history);
    expect_true(kept->event.own);
    expect_equal(kept->event.order, 7);
    expect_equal(kept->event.arrived_at.ms, HISTORY_KEY_DATE_MAX_MS);
    expect_bytes(kept->event.room, BYTES_OF("dev"));
    for (size_t i = 0; i < kept->event.text.size; i++) {
        expect_true(kept->event.text.data[i] >= ' ' || kept->event.text.data[i] == '\n');
    }
    expect_null(memchr(kept->event.message_id.data, '\033', kept->event.message_id.size));
    expect_null(memchr(kept->event.nick.data, '\n', kept->event.nick.size));
    expect_bytes(kept->event.name, BYTES_OF("Bob\xef\xbf\xbd"));
    kept_event_destroy(&memory.allocator, kept);
    test_allocator_fail(&memory, 1);
    expect_null(history_key_event(&memory.allocator, BYTES_OF("dev"), &line));
    test_allocator_deinit(&memory);
}

TEST_MAIN(TEST(rooms_belong_to_their_circle), TEST(topics_of_other_programs_belong_to_all),
    TEST(a_key_has_two_parts), TEST(what_is_too_long_is_no_key),
    TEST(what_comes_out_of_a_file_is_cleaned))
