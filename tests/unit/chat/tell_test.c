#include "chat/tell.h"

#include "base/instant.h"
#include "unit/chat/world.h"

#include <string.h>

/* A chat to tell things, without a world that drains it. */
static struct chat *begin(void)
{
    world_begin(1);
    return chat_of(ANN);
}

static void an_event_is_kept_with_its_texts(void)
{
    char texts[7][8] = {"room", "nick", "name", "text", "hint", "address", "id"};
    struct gossip_event event = {.kind = GOSSIP_EVENT_NOTICE,
        .room = bytes_of_text(texts[0]),
        .nick = bytes_of_text(texts[1]),
        .name = bytes_of_text(texts[2]),
        .text = bytes_of_text(texts[3]),
        .hint = bytes_of_text(texts[4]),
        .address = bytes_of_text(texts[5]),
        .message_id = bytes_of_text(texts[6]),
        .members = 5};
    struct gossip_event told;
    struct chat *chat = begin();
    chat->time = world_time();
    tell(chat, &event);
    memset(texts, 'x', sizeof(texts));
    event.arrived_at.ms = 42;
    tell(chat, &event);
    expect_true(chat_poll_event(chat, &told));
    expect_bytes(told.room, BYTES_OF("room"));
    expect_bytes(told.nick, BYTES_OF("nick"));
    expect_bytes(told.name, BYTES_OF("name"));
    expect_bytes(told.text, BYTES_OF("text"));
    expect_bytes(told.hint, BYTES_OF("hint"));
    expect_bytes(told.address, BYTES_OF("address"));
    expect_bytes(told.message_id, BYTES_OF("id"));
    expect_equal(told.members, 5);
    expect_equal(told.arrived_at.ms, WORLD_DATE_MS);
    expect_true(chat_poll_event(chat, &told));
    expect_equal(told.arrived_at.ms, 42);
    expect_false(chat_poll_event(chat, &told));
    expect_false(chat_poll_event(chat, &told));
    world_end();
}

static void events_are_bounded_and_answers_come_all_the_same(void)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_NOTICE, .text = BYTES_OF("x")};
    struct gossip_event told;
    struct chat *chat = begin();
    uint32_t count = 0;
    expect_at_least(chat->event_count_max, CHAT_EVENTS_MAX + world.limits.outbox_lines_max);
    for (uint32_t i = 0; i < chat->event_count_max + 100; i++)
        tell(chat, &event);
    tell_done(chat, 7);
    while (chat_poll_event(chat, &told) && told.kind == GOSSIP_EVENT_NOTICE)
        count++;
    expect_equal(count, chat->event_count_max);
    expect_equal(told.kind, GOSSIP_EVENT_DONE);
    expect_equal(told.number, 7);
    world_end();
}

static void an_answer_needs_no_memory(void)
{
    struct gossip_event told;
    struct chat *chat = begin();
    for (int i = 0; i < 3; i++) {
        test_allocator_fail(&world.memory, 1);
        tell_failed(chat, 5, GOSSIP_ERROR_NOT_FOUND, BYTES_OF("long story"), BYTES_OF("hint"));
        test_allocator_fail(&world.memory, 1);
        tell_done(chat, 6); /* one that is too many: nobody polled in between */
        expect_true(chat_poll_event(chat, &told));
        expect_equal(told.kind, GOSSIP_EVENT_FAILED);
        expect_equal(told.number, 5);
        expect_error(told.error, GOSSIP_ERROR_NOT_FOUND);
        expect_bytes(told.text, BYTES_OF("out of memory"));
        expect_false(chat_poll_event(chat, &told));
        test_allocator_fail(&world.memory, 1);
        tell_done(chat, 8);
        expect_true(chat_poll_event(chat, &told));
        expect_equal(told.kind, GOSSIP_EVENT_DONE);
        expect_equal(told.number, 8);
        expect_equal(told.text.size, 0);
        /* Still in use until the next event is polled. */
        expect_true(chat->is_reserve_taken);
        expect_false(chat_poll_event(chat, &told));
        expect_false(chat->is_reserve_taken);
    }
    struct gossip_event event = {.kind = GOSSIP_EVENT_NOTICE, .text = BYTES_OF("x")};
    test_allocator_fail(&world.memory, 1);
    tell(chat, &event);
    expect_false(chat_poll_event(chat, &told));
    world_end();
}

static void what_nobody_polled_is_freed(void)
{
    struct gossip_event told;
    struct chat *chat = begin();
    tell_done(chat, 1);
    tell_done(chat, 2);
    test_allocator_fail(&world.memory, 1);
    tell_done(chat, 3);
    expect_true(chat_poll_event(chat, &told));
    world_end();
}

TEST_MAIN(TEST(an_event_is_kept_with_its_texts),
    TEST(events_are_bounded_and_answers_come_all_the_same), TEST(an_answer_needs_no_memory),
    TEST(what_nobody_polled_is_freed))
