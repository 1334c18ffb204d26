#include "host/kept_event.h"

#include <string.h>

#include "base/bytes.h"
#include "support/test.h"
#include "support/test_allocator.h"

static uint8_t texts[8];

static struct gossip_bytes text(size_t index)
{
    texts[index] = (uint8_t)('a' + index);
    return bytes_make(&texts[index], 1);
}

static struct gossip_event sample(void)
{
    return (struct gossip_event){.kind = GOSSIP_EVENT_LINE,
        .room = text(0),
        .nick = text(1),
        .name = text(2),
        .text = text(3),
        .hint = text(4),
        .address = text(5),
        .message_id = text(6),
        .original = text(7),
        .order = 7,
        .own = true};
}

static void every_text_is_copied(void)
{
    struct gossip_event event = sample();
    struct test_allocator memory;
    struct kept_event *kept;

    test_allocator_init(&memory);
    kept = kept_event_create(&memory.allocator, &event);
    expect_not_null(kept);
    memset(texts, '?', sizeof(texts));
    expect_bytes(kept->event.room, BYTES_OF("a"));
    expect_bytes(kept->event.nick, BYTES_OF("b"));
    expect_bytes(kept->event.name, BYTES_OF("c"));
    expect_bytes(kept->event.text, BYTES_OF("d"));
    expect_bytes(kept->event.hint, BYTES_OF("e"));
    expect_bytes(kept->event.address, BYTES_OF("f"));
    expect_bytes(kept->event.message_id, BYTES_OF("g"));
    expect_bytes(kept->event.original, BYTES_OF("h"));
    expect_equal(kept->event.order, 7);
    expect_true(kept->event.own);
    kept_event_destroy(&memory.allocator, kept);
    test_allocator_deinit(&memory);
}

static void what_is_empty_stays_empty(void)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_DONE};
    struct test_allocator memory;
    struct kept_event *kept;

    test_allocator_init(&memory);
    kept = kept_event_create(&memory.allocator, &event);
    expect_equal(kept->event.text.size, 0);
    kept_event_destroy(&memory.allocator, kept);
    kept_event_destroy(&memory.allocator, NULL);
    test_allocator_deinit(&memory);
}

static void without_memory_there_is_no_copy(void)
{
    struct gossip_event event = sample();
    struct test_allocator memory;

    test_allocator_init(&memory);
    test_allocator_fail(&memory, 1);
    expect_null(kept_event_create(&memory.allocator, &event));
    test_allocator_deinit(&memory);
}

TEST_MAIN(TEST(every_text_is_copied), TEST(what_is_empty_stays_empty),
    TEST(without_memory_there_is_no_copy))
