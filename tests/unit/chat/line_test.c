#include "chat/line.h"

#include "base/dice.h"
#include "support/test.h"
#include "support/test_allocator.h"

#include <string.h>

static struct test_allocator memory;

static struct gossip_peer_id author(uint8_t end)
{
    struct gossip_peer_id id = {.size = 38, .data = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20}};
    memset(id.data + 6, 0xa0, 31);
    id.data[37] = end;
    return id;
}

static struct line *make(uint64_t order, uint8_t end, uint64_t session, uint64_t sequence)
{
    struct line *line = line_create(&memory.allocator, BYTES_OF("text"));
    expect_not_null(line);
    line->order = order;
    line->author = author(end);
    line->session = session;
    line->sequence = sequence;
    line_set_id(line);
    return line;
}

static void insert(struct line_list *list, struct line *line, uint32_t count_max)
{
    expect_ok(line_list_insert(&memory.allocator, list, line, count_max));
}

static void a_line_becomes_an_event(void)
{
    struct gossip_event event;
    test_allocator_init(&memory);
    struct line *line = make(7, 0x5b, 0x0000112233445566, 0x1000000002);
    line->is_own = line->is_action = line->is_mention = line->is_foreign = true;
    line->number = 9;
    line->sent_at.ms = -1;
    line->arrived_at.ms = 5;
    line_to_event(line, &event);
    expect_equal(event.kind, GOSSIP_EVENT_LINE);
    expect_bytes(event.text, BYTES_OF("text"));
    expect_bytes(event.message_id, BYTES_OF("a0a0a0a0a05b11223344556600000002"));
    expect_equal(event.order, 7);
    expect_equal(event.ref_number, 9);
    expect_equal(event.number, 0);
    expect_equal(event.sent_at.ms, -1);
    expect_equal(event.arrived_at.ms, 5);
    expect_true(event.own && event.action && event.mention && event.foreign);
    line_destroy(&memory.allocator, line);
    line_destroy(&memory.allocator, NULL);
    test_allocator_deinit(&memory);
}

static void a_foreign_line_has_the_id_of_its_message(void)
{
    test_allocator_init(&memory);
    struct line *line = make(1, 0x5b, 0, 0);
    line_set_foreign_id(line, hex("00112233445566778899aabb"));
    expect_text(line->id, "a0a0a0a0a05b2233445566778899aabb");
    line_set_foreign_id(line, hex("aabb"));
    expect_text(line->id, "a0a0a0a0a05b0000000000000000aabb");
    line_set_foreign_id(line, (struct gossip_bytes){0});
    expect_text(line->id, "a0a0a0a0a05b00000000000000000000");
    line_destroy(&memory.allocator, line);
    test_allocator_deinit(&memory);
}

static void lines_are_the_same_or_not(void)
{
    test_allocator_init(&memory);
    struct line *line = make(1, 1, 2, 3);
    struct line *others[] = {
        make(9, 1, 2, 3), make(1, 2, 2, 3), make(1, 1, 3, 3), make(1, 1, 2, 4)};
    for (size_t i = 0; i < 4; i++)
        expect_equal(line_is_same(line, others[i]), i == 0);
    /* Of other programs the message decides. */
    line->is_foreign = true;
    expect_false(line_is_same(line, others[0]));
    others[0]->is_foreign = true;
    line_set_foreign_id(line, hex("01"));
    expect_false(line_is_same(line, others[0]));
    line_set_foreign_id(others[0], hex("01"));
    expect_true(line_is_same(line, others[0]));
    for (size_t i = 0; i < 4; i++)
        line_destroy(&memory.allocator, others[i]);
    line_destroy(&memory.allocator, line);
    test_allocator_deinit(&memory);
}

/* Whoever has the same lines has them in the same order. */
static void the_order_does_not_depend_on_arrival(void)
{
    struct dice dice;
    struct line_list first = {0};
    test_allocator_init(&memory);
    dice_seed(&dice, 5);
    for (unsigned round = 0; round < 50; round++) {
        struct line_list list = {0};
        uint32_t places[24];
        for (uint32_t i = 0; i < 24; i++)
            places[i] = i;
        if (round > 0)
            dice_shuffle(&dice, places, 24, sizeof(places[0]));
        for (uint32_t i = 0; i < 24; i++) {
            uint32_t n = places[i];
            insert(round == 0 ? &first : &list, make(n / 8, (uint8_t)(n / 4 % 2), n / 2 % 2, n % 2),
                100);
        }
        if (round == 0)
            continue;
        expect_equal(list.count, first.count);
        for (uint32_t i = 0; i < 24; i++)
            expect_true(line_is_same(list.lines[i], first.lines[i]));
        line_list_clear(&memory.allocator, &list);
    }
    for (uint32_t i = 1; i < 24; i++)
        expect_true(first.lines[i - 1]->order <= first.lines[i]->order);
    line_list_clear(&memory.allocator, &first);
    test_allocator_deinit(&memory);
}

static void the_earliest_line_gives_way(void)
{
    struct line_list list = {0};
    test_allocator_init(&memory);
    for (uint64_t i = 1; i <= 5; i++)
        insert(&list, make(i, 1, 1, i), 3);
    expect_equal(list.count, 3);
    expect_equal(list.lines[0]->order, 3);
    /* One that is earlier than all of them finds no place. */
    insert(&list, make(1, 1, 1, 9), 3);
    expect_equal(list.count, 3);
    expect_equal(list.lines[0]->order, 3);
    line_list_clear(&memory.allocator, &list);
    expect_equal(list.count, 0);
    line_list_clear(&memory.allocator, &list);
    test_allocator_deinit(&memory);
}

static void long_texts_are_forgotten_sooner(void)
{
    struct line_list list = {0};
    test_allocator_init(&memory);
    for (uint64_t i = 1; i <= 50; i++) {
        struct line *line = line_create(&memory.allocator, bytes_repeated('x', 64 * 1024));
        line->order = i;
        line->author = author(1);
        insert(&list, line, 1000);
    }
    expect_equal(list.count, 16);
    expect_equal(list.lines[0]->order, 35);
    expect_at_most(memory.bytes, LINE_LIST_BYTES_MAX + 64 * 1024);
    line_list_clear(&memory.allocator, &list);
    test_allocator_deinit(&memory);
}

static void a_line_is_found_again(void)
{
    struct line_list list = {0};
    test_allocator_init(&memory);
    for (uint64_t i = 0; i < 10; i++)
        insert(&list, make(i, 1, 1, i), 100);
    struct line *line = make(99, 1, 1, 0);
    expect_true(line_list_has(&list, line));
    line->sequence = 10;
    expect_false(line_list_has(&list, line));
    line_destroy(&memory.allocator, line);
    line_list_clear(&memory.allocator, &list);
    test_allocator_deinit(&memory);
}

static void without_memory_the_list_stays(void)
{
    struct line_list list = {0};
    test_allocator_init(&memory);
    struct line *line = make(1, 1, 1, 1);
    test_allocator_fail(&memory, 1);
    expect_error(line_list_insert(&memory.allocator, &list, line, 3), GOSSIP_ERROR_NO_MEMORY);
    expect_equal(list.count, 0);
    insert(&list, line, 3);
    test_allocator_fail(&memory, 1);
    expect_null(line_create(&memory.allocator, BYTES_OF("x")));
    line_list_clear(&memory.allocator, &list);
    test_allocator_deinit(&memory);
}

TEST_MAIN(TEST(a_line_becomes_an_event), TEST(a_foreign_line_has_the_id_of_its_message),
    TEST(lines_are_the_same_or_not), TEST(the_order_does_not_depend_on_arrival),
    TEST(the_earliest_line_gives_way), TEST(long_texts_are_forgotten_sooner),
    TEST(a_line_is_found_again), TEST(without_memory_the_list_stays))
