#include "support/test.h"
#include "wire/rpc.h"

static struct gossip_bytes encode(const struct wire_rpc *rpc)
{
    size_t size = wire_rpc_encoded_size(rpc);
    uint8_t *memory = test_take(size + 1);
    expect_equal(wire_rpc_encode(rpc, room_make(memory, size)), size);
    return bytes_make(memory, size);
}

static void an_empty_rpc_has_no_bytes(void)
{
    struct wire_rpc rpc = {.has_extensions = true};
    expect_equal(encode(&rpc).size, 0);
}

static void subscriptions_are_written(void)
{
    struct wire_subscription subscriptions[] = {
        {.topic = BYTES_OF("test"), .subscribe = true},
        {.topic = BYTES_OF("test"), .subscribe = false},
    };
    struct wire_rpc rpc = {.subscriptions = subscriptions, .subscription_count = 2};
    expect_bytes(encode(&rpc), hex("0a08 0801 1204 74657374  0a08 0800 1204 74657374"));
}

static void a_graft_is_written(void)
{
    struct gossip_bytes topic = BYTES_OF("test");
    struct wire_rpc rpc = {.grafts = &topic, .graft_count = 1};
    expect_bytes(encode(&rpc), hex("1a08 1a06 0a04 74657374"));
}

static void a_prune_is_written_with_and_without_backoff(void)
{
    struct wire_prune prune = {.topic = BYTES_OF("test"), .has_backoff = true, .backoff_s = 60};
    struct wire_rpc rpc = {.prunes = &prune, .prune_count = 1};
    expect_bytes(encode(&rpc), hex("1a0a 2208 0a04 74657374 183c"));
    prune.has_backoff = false;
    expect_bytes(encode(&rpc), hex("1a08 2206 0a04 74657374"));
}

static void a_prune_is_written_with_its_peers(void)
{
    struct wire_peer_info peers[] = {
        {.peer_id = BYTES_OF("p")},
        {.peer_id = BYTES_OF("q"), .signed_record = BYTES_OF("r")},
    };
    struct wire_prune prune = {.topic = BYTES_OF("t"), .peers = peers, .peer_count = 2};
    struct wire_rpc rpc = {.prunes = &prune, .prune_count = 1};
    expect_bytes(encode(&rpc), hex("1a12 2210 0a0174 1203 0a0170 1206 0a0171 120172"));
}

static void ids_are_written_where_each_kind_has_them(void)
{
    struct gossip_bytes ids[] = {BYTES_OF("aa"), BYTES_OF("bb")};
    struct wire_message_ids entry = {.topic = BYTES_OF("t"), .ids = ids, .count = 2};
    struct wire_rpc rpc = {.ihaves = &entry, .ihave_count = 1};
    expect_bytes(encode(&rpc), hex("1a0d 0a0b 0a0174 12026161 12026262"));

    /* IWANT and IDONTWANT have no topic, whatever the struct says. */
    rpc = (struct wire_rpc){.iwants = &entry, .iwant_count = 1};
    expect_bytes(encode(&rpc), hex("1a0a 1208 0a026161 0a026262"));
    rpc = (struct wire_rpc){.idontwants = &entry, .idontwant_count = 1};
    expect_bytes(encode(&rpc), hex("1a0a 2a08 0a026161 0a026262"));
}

static void messages_are_written_as_they_stand(void)
{
    struct wire_message messages[] = {
        {.encoded = hex("120161 7a01ff"), .data = BYTES_OF("ignored")},
        {.encoded = hex("")},
    };
    struct wire_rpc rpc = {.messages = messages, .message_count = 2};
    expect_bytes(encode(&rpc), hex("1206 120161 7a01ff 1200"));
}

static void everything_together_is_in_the_order_of_field_numbers(void)
{
    struct wire_subscription subscription = {.topic = BYTES_OF("t"), .subscribe = true};
    struct wire_message message = {.encoded = hex("120161")};
    struct gossip_bytes id = BYTES_OF("i");
    struct wire_message_ids ids = {.topic = BYTES_OF("t"), .ids = &id, .count = 1};
    struct gossip_bytes topic = BYTES_OF("t");
    struct wire_prune prune = {.topic = BYTES_OF("t")};
    struct wire_rpc rpc = {
        .subscriptions = &subscription,
        .subscription_count = 1,
        .messages = &message,
        .message_count = 1,
        .ihaves = &ids,
        .ihave_count = 1,
        .iwants = &ids,
        .iwant_count = 1,
        .grafts = &topic,
        .graft_count = 1,
        .prunes = &prune,
        .prune_count = 1,
        .idontwants = &ids,
        .idontwant_count = 1,
    };
    expect_bytes(encode(&rpc), hex("0a05 0801 120174  1203 120161"
                                   "1a1c 0a06 0a0174 120169  1203 0a0169  1a03 0a0174"
                                   "     2203 0a0174  2a03 0a0169"));
}

static void large_parts_have_long_sizes(void)
{
    struct gossip_bytes ids[200];
    for (size_t i = 0; i < 200; i++)
        ids[i] = bytes_repeated((uint8_t)i, 46);
    struct wire_message_ids entry = {.topic = bytes_repeated('t', 200), .ids = ids, .count = 200};
    struct wire_rpc rpc = {.ihaves = &entry, .ihave_count = 1};
    struct gossip_bytes encoded = encode(&rpc);
    expect_equal(encoded.size, 3 + 3 + (3 + 200) + 200 * 48);
    expect_bytes(bytes_part(encoded, 0, 8), hex("1ace4c 0acb4c 0ac8"));
}

TEST_MAIN(TEST(an_empty_rpc_has_no_bytes), TEST(subscriptions_are_written),
    TEST(a_graft_is_written), TEST(a_prune_is_written_with_and_without_backoff),
    TEST(a_prune_is_written_with_its_peers), TEST(ids_are_written_where_each_kind_has_them),
    TEST(messages_are_written_as_they_stand),
    TEST(everything_together_is_in_the_order_of_field_numbers), TEST(large_parts_have_long_sizes))
