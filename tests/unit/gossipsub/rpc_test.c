#include "gossipsub/rpc.h"

#include "unit/gossipsub/fixture.h"

#include <string.h>

static struct gossipsub_rpc_builder builder;

static void begin_rpc(void)
{
    prepare();
    gossipsub_rpc_builder_init(&builder, &fixture.memory.allocator, &fixture.limits);
    gossipsub_rpc_begin(&builder, SIZE_MAX);
}

static void end_rpc(void)
{
    gossipsub_rpc_builder_deinit(&builder);
    test_allocator_deinit(&fixture.memory);
}

/* Finishes the RPC: what was counted is what it takes, or a little more. */
static struct wire_rpc finish(void)
{
    struct wire_rpc rpc;
    size_t bytes;
    expect_true(gossipsub_rpc_finish(&builder, &rpc, &bytes));
    size_t exact = wire_rpc_encoded_size(&rpc);
    expect_at_least(bytes, exact);
    expect_at_most(bytes, fixture.limits.rpc_bytes_max);
    return rpc;
}

static void an_empty_rpc_is_none(void)
{
    struct wire_rpc rpc;
    size_t bytes;

    begin_rpc();
    expect_false(gossipsub_rpc_finish(&builder, &rpc, &bytes));
    end_rpc();
}

static void everything_is_where_it_belongs(void)
{
    begin_rpc();
    struct gossip_bytes tea = BYTES_OF("tea");
    struct gossip_bytes cake = BYTES_OF("cake");
    struct gossipsub_message *message = make_message("tea", 'A', 1, 10);
    expect_true(gossipsub_rpc_put_subscription(&builder, tea, true));
    expect_true(gossipsub_rpc_put_subscription(&builder, cake, false));
    expect_true(gossipsub_rpc_put_graft(&builder, tea));
    expect_true(gossipsub_rpc_put_prune(&builder, cake, true, 60));
    expect_true(gossipsub_rpc_put_prune(&builder, tea, false, 60));
    expect_true(gossipsub_rpc_put_idontwant(&builder, BYTES_OF("one")));
    expect_true(gossipsub_rpc_put_message(&builder, message));
    expect_true(gossipsub_rpc_put_iwant(&builder, BYTES_OF("two")));
    expect_true(gossipsub_rpc_put_iwant(&builder, BYTES_OF("three")));
    expect_true(gossipsub_rpc_put_ihave(&builder, tea, BYTES_OF("four")));
    expect_true(gossipsub_rpc_put_ihave(&builder, tea, BYTES_OF("five")));
    expect_true(gossipsub_rpc_put_ihave(&builder, cake, BYTES_OF("six")));
    struct wire_rpc rpc = finish();

    expect_equal(rpc.subscription_count, 2);
    expect_bytes(rpc.subscriptions[1].topic, cake);
    expect_false(rpc.subscriptions[1].subscribe);
    expect_equal(rpc.graft_count, 1);
    expect_equal(rpc.prune_count, 2);
    expect_equal(rpc.prunes[0].backoff_s, 60);
    expect_false(rpc.prunes[1].has_backoff);
    expect_equal(rpc.idontwant_count, 1);
    expect_bytes(rpc.idontwants[0].ids[0], BYTES_OF("one"));
    expect_equal(rpc.message_count, 1);
    expect_bytes(rpc.messages[0].data, gossipsub_message_wire(message)->data);
    expect_equal(rpc.iwant_count, 1);
    expect_equal(rpc.iwants[0].count, 2);
    expect_bytes(rpc.iwants[0].ids[1], BYTES_OF("three"));
    expect_equal(rpc.ihave_count, 2);
    expect_equal(rpc.ihaves[0].count, 2);
    expect_bytes(rpc.ihaves[0].ids[1], BYTES_OF("five"));
    expect_bytes(rpc.ihaves[1].topic, cake);
    expect_bytes(rpc.ihaves[1].ids[0], BYTES_OF("six"));
    end_rpc();
}

static void a_new_rpc_begins_empty(void)
{
    struct wire_rpc rpc;
    size_t bytes;

    begin_rpc();
    expect_true(gossipsub_rpc_put_graft(&builder, BYTES_OF("tea")));
    expect_true(gossipsub_rpc_put_iwant(&builder, BYTES_OF("one")));
    expect_true(gossipsub_rpc_put_message(&builder, make_message("tea", 'A', 1, 10)));
    gossipsub_rpc_begin(&builder, SIZE_MAX);
    expect_false(gossipsub_rpc_finish(&builder, &rpc, &bytes));
    end_rpc();
}

/* Whatever is put first, the whole stays within the bound, down to the last byte that matters. */
static void the_bound_of_the_rpc_holds(void)
{
    for (size_t bytes_max = 0; bytes_max < 400; bytes_max++) {
        struct wire_rpc rpc;
        size_t bytes;

        begin_rpc();
        gossipsub_rpc_begin(&builder, bytes_max);
        struct gossipsub_message *message = make_message("tea", 'A', 1, 100);
        (void)gossipsub_rpc_put_subscription(&builder, BYTES_OF("tea"), true);
        (void)gossipsub_rpc_put_graft(&builder, BYTES_OF("tea"));
        (void)gossipsub_rpc_put_prune(&builder, BYTES_OF("cake"), true, 3600);
        if (!gossipsub_rpc_put_message(&builder, message))
            gossipsub_message_release(message);
        for (int i = 0; i < 3; i++)
            (void)gossipsub_rpc_put_iwant(&builder, BYTES_OF("0123456789"));
        for (int i = 0; i < 3; i++)
            (void)gossipsub_rpc_put_ihave(&builder, BYTES_OF("tea"), BYTES_OF("0123456789"));
        if (gossipsub_rpc_finish(&builder, &rpc, &bytes)) {
            expect_at_most(bytes, bytes_max);
            expect_at_most(wire_rpc_encoded_size(&rpc), bytes);
        }
        end_rpc();
    }
}

static void the_bound_of_control_holds(void)
{
    unsigned ids = 0;

    begin_rpc();
    fixture.limits.rpc_ids_max = 10000;
    while (gossipsub_rpc_put_iwant(&builder, BYTES_OF("0123456789")))
        ids++;
    /* Headers around control and the entry, and 12 bytes each. */
    expect_equal(ids, (12 * 1024 - 8) / 12);
    expect_false(gossipsub_rpc_put_subscription(&builder, BYTES_OF("tea"), true));
    /* Messages are no control. */
    expect_true(gossipsub_rpc_put_message(&builder, make_message("tea", 'A', 1, 30000)));
    (void)finish();
    expect_at_most(fixture.memory.bytes,
        gossipsub_rpc_builder_bytes(&fixture.limits) + gossipsub_message_bytes(30100));
    end_rpc();
}

static void counts_have_bounds(void)
{
    begin_rpc();
    for (int i = 0; i < 64; i++)
        expect_true(gossipsub_rpc_put_subscription(&builder, BYTES_OF("t"), true));
    expect_false(gossipsub_rpc_put_subscription(&builder, BYTES_OF("t"), true));
    for (int i = 0; i < 10; i++)
        expect_true(gossipsub_rpc_put_idontwant(&builder, BYTES_OF("i")));
    expect_false(gossipsub_rpc_put_idontwant(&builder, BYTES_OF("i")));
    struct gossip_bytes tea = BYTES_OF("tea");
    for (int i = 0; i < 200; i++)
        expect_true(gossipsub_rpc_put_ihave(&builder, tea, BYTES_OF("i")));
    expect_false(gossipsub_rpc_put_ihave(&builder, tea, BYTES_OF("i")));
    struct gossipsub_message *message = make_message("tea", 'A', 1, 1);
    for (int i = 0; i < 128; i++)
        expect_true(gossipsub_rpc_put_message(&builder, gossipsub_message_retain(message)));
    expect_false(gossipsub_rpc_put_message(&builder, message));
    gossipsub_message_release(message);
    (void)finish();
    end_rpc();
}

static void a_message_fits_alone_or_never(void)
{
    begin_rpc();
    struct gossipsub_message *message = make_message("tea", 'A', 1, 48 * 1024 - 70);
    size_t size = gossipsub_message_wire(message)->encoded.size;
    expect_true(gossipsub_rpc_fits(&fixture.limits, size));
    expect_true(gossipsub_rpc_put_message(&builder, message));
    expect_false(gossipsub_rpc_put_graft(&builder, BYTES_OF("tea")));
    (void)finish();
    end_rpc();
}

static void without_memory_nothing_is_put(void)
{
    struct wire_rpc rpc;
    size_t bytes;

    begin_rpc();
    struct gossipsub_message *message = make_message("tea", 'A', 1, 10);
    test_allocator_fail(&fixture.memory, 1);
    expect_false(gossipsub_rpc_put_subscription(&builder, BYTES_OF("tea"), true));
    test_allocator_fail(&fixture.memory, 1);
    expect_false(gossipsub_rpc_put_graft(&builder, BYTES_OF("tea")));
    test_allocator_fail(&fixture.memory, 1);
    expect_false(gossipsub_rpc_put_prune(&builder, BYTES_OF("tea"), true, 1));
    for (uint64_t i = 1; i <= 3; i++) {
        test_allocator_fail(&fixture.memory, 1);
        expect_false(gossipsub_rpc_put_ihave(&builder, BYTES_OF("tea"), BYTES_OF("one")));
    }
    for (uint64_t i = 1; i <= 2; i++) {
        test_allocator_fail(&fixture.memory, 1);
        expect_false(gossipsub_rpc_put_message(&builder, message));
    }
    expect_false(gossipsub_rpc_finish(&builder, &rpc, &bytes));
    expect_true(gossipsub_rpc_put_message(&builder, message));
    end_rpc();
}

TEST_MAIN(TEST(an_empty_rpc_is_none), TEST(everything_is_where_it_belongs),
    TEST(a_new_rpc_begins_empty), TEST(the_bound_of_the_rpc_holds),
    TEST(the_bound_of_control_holds), TEST(counts_have_bounds), TEST(a_message_fits_alone_or_never),
    TEST(without_memory_nothing_is_put))
