#include "gossipsub/peers.h"

#include "unit/gossipsub/fixture.h"

static struct gossipsub_peers peers;

static void begin_peers(uint32_t count_max)
{
    prepare();
    expect_ok(gossipsub_peers_init(&peers, &fixture.memory.allocator, count_max));
}

static void end_peers(void)
{
    gossipsub_peers_deinit(&peers);
    test_allocator_deinit(&fixture.memory);
}

static struct gossipsub_neighbour *insert(char letter)
{
    struct gossipsub_peer_info info = {
        .id = letter_id(letter), .version = GOSSIPSUB_V1_1, .is_outbound = true};
    struct gossipsub_neighbour *added;
    expect_ok(gossipsub_peers_insert(&peers, &info, &added));
    return added;
}

static enum gossip_error try_insert(char letter)
{
    struct gossipsub_peer_info info = {.id = letter_id(letter)};
    struct gossipsub_neighbour *added;
    return gossipsub_peers_insert(&peers, &info, &added);
}

static void who_is_inserted_is_found(void)
{
    begin_peers(4);
    struct gossipsub_neighbour *a = insert('A');
    expect_same(gossipsub_peers_find(&peers, a->handle), a);
    expect_equal(a->version, GOSSIPSUB_V1_1);
    expect_true(a->is_outbound);
    expect_true(a->is_here);
    expect_true(gossipsub_speaks_gossip(a));
    end_peers();
}

static void a_peer_is_in_the_table_once(void)
{
    begin_peers(4);
    struct gossipsub_neighbour *a = insert('A');
    expect_error(try_insert('A'), GOSSIP_ERROR_ALREADY);
    /* Who has left and is still being mourned may come back. */
    a->is_here = false;
    expect_null(gossipsub_peers_find(&peers, a->handle));
    struct gossipsub_neighbour *again = insert('A');
    expect_true(again->handle.index != a->handle.index);
    end_peers();
}

static void the_table_has_an_end(void)
{
    begin_peers(2);
    (void)insert('A');
    (void)insert('B');
    expect_error(try_insert('C'), GOSSIP_ERROR_LIMIT);
    end_peers();
}

static void the_lowest_free_place_is_taken_and_old_handles_are_stale(void)
{
    begin_peers(4);
    (void)insert('A');
    struct gossipsub_neighbour *b = insert('B');
    (void)insert('C');
    struct gossipsub_peer old = b->handle;
    gossipsub_peers_remove(&peers, b);
    expect_null(gossipsub_peers_find(&peers, old));
    struct gossipsub_neighbour *d = insert('D');
    expect_equal(d->handle.index, old.index);
    expect_null(gossipsub_peers_find(&peers, old));
    expect_same(gossipsub_peers_find(&peers, d->handle), d);
    end_peers();
}

static void the_generation_never_becomes_nothing(void)
{
    begin_peers(1);
    peers.generations[0] = UINT32_MAX;
    struct gossipsub_neighbour *a = insert('A');
    expect_equal(a->handle.generation, 1);
    expect_null(gossipsub_peers_find(&peers, (struct gossipsub_peer){0}));
    end_peers();
}

static void without_memory_there_is_no_table_and_no_peer(void)
{
    prepare();
    for (uint64_t i = 1; i <= 2; i++) {
        test_allocator_fail(&fixture.memory, i);
        expect_error(
            gossipsub_peers_init(&peers, &fixture.memory.allocator, 4), GOSSIP_ERROR_NO_MEMORY);
    }
    test_allocator_deinit(&fixture.memory);

    begin_peers(4);
    test_allocator_fail(&fixture.memory, 1);
    expect_error(try_insert('A'), GOSSIP_ERROR_NO_MEMORY);
    expect_ok(try_insert('A'));
    end_peers();
}

TEST_MAIN(TEST(who_is_inserted_is_found), TEST(a_peer_is_in_the_table_once),
    TEST(the_table_has_an_end), TEST(the_lowest_free_place_is_taken_and_old_handles_are_stale),
    TEST(the_generation_never_becomes_nothing), TEST(without_memory_there_is_no_table_and_no_peer))
