#include "wire/rpc.h"

#include "support/test.h"
#include "support/test_allocator.h"
#include "wire/encode.h"

static const struct wire_rpc_limits limits = {
    .rpc_bytes_max = 1024 * 1024,
    .subscriptions_max = 128,
    .messages_max = 256,
    .control_entries_max = 512,
    .message_ids_max = 5000,
    .exchanged_peers_max = 64,
    .topic_bytes_max = 256,
    .message_id_bytes_max = 128,
};

static struct wire_rpc_decoder *decoder;
static struct wire_rpc rpc;

/* Decodes with a new decoder, which lives until `done`. */
static enum gossip_error decode(struct gossip_bytes input)
{
    wire_rpc_decoder_destroy(decoder);
    expect_ok(wire_rpc_decoder_create(allocator_system(), &limits, &decoder));
    return wire_rpc_decode(decoder, input, &rpc);
}

static void done(void)
{
    wire_rpc_decoder_destroy(decoder);
    decoder = NULL;
}

static void expect_nothing(void)
{
    expect_equal(rpc.subscription_count + rpc.message_count + rpc.ihave_count + rpc.iwant_count, 0);
    expect_equal(rpc.graft_count + rpc.prune_count + rpc.idontwant_count, 0);
    expect_false(rpc.has_extensions);
}

/* `count` fields with `value`. */
static struct gossip_bytes fields(uint32_t number, struct gossip_bytes value, size_t count)
{
    size_t size = count * wire_bytes_field_size(number, value.size);
    struct gossip_room room = room_make(test_take(size + 1), size);
    struct gossip_bytes result = room_filled(room, size);
    for (size_t i = 0; i < count; i++)
        wire_put_bytes_field(&room, number, value);
    return result;
}

static struct gossip_bytes field(uint32_t number, struct gossip_bytes value)
{
    return fields(number, value, 1);
}

static struct gossip_bytes joined(struct gossip_bytes first, struct gossip_bytes second)
{
    size_t size = first.size + second.size;
    struct gossip_room room = room_make(test_take(size + 1), size);
    struct gossip_bytes result = room_filled(room, size);
    expect_true(room_put(&room, first) && room_put(&room, second));
    return result;
}

static void an_empty_rpc_is_read(void)
{
    expect_ok(decode((struct gossip_bytes){0}));
    expect_nothing();
    done();
}

static void a_subscription_is_read(void)
{
    expect_ok(decode(hex("0a08 0801 1204 74657374")));
    expect_equal(rpc.subscription_count, 1);
    expect_true(rpc.subscriptions[0].subscribe);
    expect_bytes(rpc.subscriptions[0].topic, BYTES_OF("test"));
    done();
}

static void a_subscription_with_the_fields_of_later_versions_is_read(void)
{
    expect_ok(decode(hex("0a0c 0801 1204 74657374 1800 2000   0a0c 0800 1204 74657374 1801 2001")));
    expect_equal(rpc.subscription_count, 2);
    expect_true(rpc.subscriptions[0].subscribe);
    expect_false(rpc.subscriptions[1].subscribe);
    expect_bytes(rpc.subscriptions[1].topic, BYTES_OF("test"));
    done();
}

static void a_graft_is_read(void)
{
    expect_ok(decode(hex("1a08 1a06 0a04 74657374")));
    expect_equal(rpc.graft_count, 1);
    expect_bytes(rpc.grafts[0], BYTES_OF("test"));
    done();
}

static void a_prune_is_read(void)
{
    expect_ok(decode(hex("1a0a 2208 0a04 74657374 183c")));
    expect_equal(rpc.prune_count, 1);
    expect_bytes(rpc.prunes[0].topic, BYTES_OF("test"));
    expect_true(rpc.prunes[0].has_backoff);
    expect_equal(rpc.prunes[0].backoff_s, 60);
    expect_equal(rpc.prunes[0].peer_count, 0);
    done();
}

static void a_prune_of_the_first_version_has_no_backoff(void)
{
    expect_ok(decode(hex("1a08 2206 0a04 74657374")));
    expect_equal(rpc.prune_count, 1);
    expect_false(rpc.prunes[0].has_backoff);
    done();
}

static void any_backoff_is_passed_on_as_it_was_written(void)
{
    expect_ok(decode(hex("1a0d 220b 18ffffffffffffffffff01")));
    expect_true(rpc.prunes[0].has_backoff);
    expect_true(rpc.prunes[0].backoff_s == UINT64_MAX);
    expect_ok(decode(hex("1a0c 220a 1894e9f9ffffffffff7f")));
    expect_true(rpc.prunes[0].backoff_s == 9223372036854674580);
    done();
}

static void peers_belong_to_the_prune_they_came_with(void)
{
    struct gossip_bytes peers =
        joined(field(2, hex("0a0170")), joined(field(2, hex("0a0171 120172")), field(2, hex(""))));
    struct gossip_bytes first = field(4, joined(field(1, BYTES_OF("a")), peers));
    struct gossip_bytes second = field(4, joined(field(2, hex("0a0173")), hex("1807")));
    expect_ok(decode(field(3, joined(first, second))));
    expect_equal(rpc.prune_count, 2);
    expect_equal(rpc.prunes[0].peer_count, 3);
    expect_bytes(rpc.prunes[0].topic, BYTES_OF("a"));
    expect_bytes(rpc.prunes[0].peers[0].peer_id, BYTES_OF("p"));
    expect_null(rpc.prunes[0].peers[0].signed_record.data);
    expect_bytes(rpc.prunes[0].peers[1].peer_id, BYTES_OF("q"));
    expect_bytes(rpc.prunes[0].peers[1].signed_record, BYTES_OF("r"));
    expect_null(rpc.prunes[0].peers[2].peer_id.data);
    expect_equal(rpc.prunes[1].peer_count, 1);
    expect_bytes(rpc.prunes[1].peers[0].peer_id, BYTES_OF("s"));
    expect_equal(rpc.prunes[1].backoff_s, 7);
    done();
}

static void ids_belong_to_the_entry_they_came_with(void)
{
    struct gossip_bytes control = joined(field(1, hex("0a0174 12026161 12026262")),
        joined(
            field(2, hex("0a026363")), joined(field(5, hex("0a026464 0a00")), field(1, hex("")))));
    expect_ok(decode(field(3, control)));
    expect_equal(rpc.ihave_count, 2);
    expect_bytes(rpc.ihaves[0].topic, BYTES_OF("t"));
    expect_equal(rpc.ihaves[0].count, 2);
    expect_bytes(rpc.ihaves[0].ids[0], BYTES_OF("aa"));
    expect_bytes(rpc.ihaves[0].ids[1], BYTES_OF("bb"));
    expect_null(rpc.ihaves[1].topic.data);
    expect_equal(rpc.ihaves[1].count, 0);
    expect_equal(rpc.iwant_count, 1);
    expect_equal(rpc.iwants[0].count, 1);
    expect_bytes(rpc.iwants[0].ids[0], BYTES_OF("cc"));
    expect_null(rpc.iwants[0].topic.data);
    expect_equal(rpc.idontwant_count, 1);
    expect_equal(rpc.idontwants[0].count, 2);
    expect_equal(rpc.idontwants[0].ids[1].size, 0);
    done();
}

static void ids_and_topics_are_arbitrary_bytes(void)
{
    expect_ok(decode(field(3, field(1, hex("0a0400ff0a00 1203c00080")))));
    expect_bytes(rpc.ihaves[0].topic, hex("00ff0a00"));
    expect_bytes(rpc.ihaves[0].ids[0], hex("c00080"));
    done();
}

static void control_in_pieces_is_joined(void)
{
    expect_ok(decode(joined(field(3, field(3, hex("0a0161"))), field(3, field(3, hex("0a0162"))))));
    expect_equal(rpc.graft_count, 2);
    expect_bytes(rpc.grafts[1], BYTES_OF("b"));
    done();
}

/* Key and topic of https://github.com/libp2p/specs/blob/master/peer-ids/peer-ids.md#test-vectors. */
#define FROM "0a260024080112201ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e"
#define SIGNATURE                                                                                  \
    "f05e62a21b5f1f89b4ab356feb34c493746a2af8ef2fa03b9fd4956fb40d3c27"                             \
    "9b1eae5153c6b28dce3b2f9bed546dc1cfd5a71513af0aa38ee38d31675ac30f"
#define MESSAGE FROM "120568656c6c6f 1a080000000000000001 220474657374 2a40" SIGNATURE

static void a_message_is_a_view_into_the_input(void)
{
    struct gossip_bytes input = hex("128101" MESSAGE);
    expect_equal(input.size, 132);
    expect_ok(decode(input));
    expect_equal(rpc.message_count, 1);
    const struct wire_message *message = &rpc.messages[0];
    expect_same(message->encoded.data, input.data + 3);
    expect_bytes(message->encoded, hex(MESSAGE));
    expect_same(message->from.data, input.data + 5);
    expect_equal(message->from.size, 38);
    expect_bytes(message->data, BYTES_OF("hello"));
    expect_bytes(message->seqno, hex("0000000000000001"));
    expect_bytes(message->topic, BYTES_OF("test"));
    expect_bytes(message->signature, hex(SIGNATURE));
    expect_null(message->key.data);
    done();
}

static void what_rust_sends_first_is_noticed_and_nothing_more(void)
{
    expect_ok(decode(hex("1a023200")));
    expect_true(rpc.has_extensions);
    expect_equal(rpc.graft_count, 0);
    expect_ok(decode(hex("1a04 3202 5001")));
    expect_true(rpc.has_extensions);
    done();
}

static void fields_of_later_versions_are_skipped(void)
{
    struct gossip_bytes later = joined(field(10, hex("0a0174 12026161")),
        joined(field(6492434, hex("0801")), field(2000, BYTES_OF("x"))));
    expect_ok(decode(joined(later, joined(hex("0a08 0801 1204 74657374"), later))));
    expect_equal(rpc.subscription_count, 1);
    expect_equal(rpc.message_count, 0);
    /* Inside control: an unknown kind, the extensions with unknown fields, a number. */
    expect_ok(decode(field(3, joined(joined(field(7, later), field(6, later)), hex("0801 4801")))));
    expect_true(rpc.has_extensions);
    expect_equal(rpc.ihave_count, 0);
    done();
}

static void a_message_from_before_topics_were_one_has_its_last_one(void)
{
    expect_ok(decode(field(2, joined(field(4, BYTES_OF("a")), field(4, BYTES_OF("b"))))));
    expect_bytes(rpc.messages[0].topic, BYTES_OF("b"));
    done();
}

/* What a peer may send many of, how many, and what one too many leads to. */
static void expect_bound(struct gossip_bytes most, struct gossip_bytes too_much)
{
    expect_ok(decode(most));
    expect_error(decode(too_much), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_nothing();
    done();
}

static void every_count_is_bounded(void)
{
    struct gossip_bytes none = {0};
    expect_bound(
        fields(1, none, limits.subscriptions_max), fields(1, none, limits.subscriptions_max + 1));
    expect_bound(fields(2, none, limits.messages_max), fields(2, none, limits.messages_max + 1));
    for (uint32_t kind = 1; kind <= 5; kind++)
        expect_bound(field(3, fields(kind, none, limits.control_entries_max)),
            field(3, fields(kind, none, limits.control_entries_max + 1)));
    expect_bound(field(3, field(4, fields(2, none, limits.exchanged_peers_max))),
        field(3, field(4, fields(2, none, limits.exchanged_peers_max + 1))));
    expect_bound(field(3, field(1, fields(2, none, limits.message_ids_max))),
        field(3, field(1, fields(2, none, limits.message_ids_max + 1))));
    expect_bound(field(3, field(2, fields(1, none, limits.message_ids_max))),
        field(3, field(2, fields(1, none, limits.message_ids_max + 1))));
    expect_bound(field(3, field(5, fields(1, none, limits.message_ids_max))),
        field(3, field(5, fields(1, none, limits.message_ids_max + 1))));
}

static void counts_are_bounded_over_all_entries_together(void)
{
    struct gossip_bytes ids = fields(1, BYTES_OF("i"), limits.message_ids_max / 2);
    struct gossip_bytes most = joined(field(3, field(2, ids)), field(3, field(5, ids)));
    expect_bound(most, joined(most, field(3, field(2, field(1, BYTES_OF("i"))))));

    struct gossip_bytes half = fields(3, (struct gossip_bytes){0}, limits.control_entries_max / 2);
    most = joined(field(3, half), field(3, half));
    expect_bound(most, joined(most, field(3, field(4, (struct gossip_bytes){0}))));

    struct gossip_bytes peers = fields(2, hex("0a0170"), limits.exchanged_peers_max / 2);
    most = field(3, joined(field(4, peers), field(4, peers)));
    expect_bound(most, joined(most, field(3, field(4, field(2, hex("0a0170"))))));
}

static void every_size_is_bounded(void)
{
    struct gossip_bytes most = bytes_repeated('t', limits.topic_bytes_max);
    struct gossip_bytes too_much = bytes_repeated('t', limits.topic_bytes_max + 1);
    expect_bound(field(1, field(2, most)), field(1, field(2, too_much)));
    expect_bound(field(2, field(4, most)), field(2, field(4, too_much)));
    expect_bound(field(3, field(1, field(1, most))), field(3, field(1, field(1, too_much))));
    expect_bound(field(3, field(3, field(1, most))), field(3, field(3, field(1, too_much))));
    expect_bound(field(3, field(4, field(1, most))), field(3, field(4, field(1, too_much))));
    most = bytes_repeated('i', limits.message_id_bytes_max);
    too_much = bytes_repeated('i', limits.message_id_bytes_max + 1);
    expect_bound(field(3, field(1, field(2, most))), field(3, field(1, field(2, too_much))));
    expect_bound(field(3, field(2, field(1, most))), field(3, field(2, field(1, too_much))));
    expect_bound(field(3, field(5, field(1, most))), field(3, field(5, field(1, too_much))));
    size_t rest = limits.rpc_bytes_max - wire_bytes_field_size(9, limits.rpc_bytes_max) +
                  limits.rpc_bytes_max;
    expect_bound(field(9, bytes_repeated(0, rest)), field(9, bytes_repeated(0, rest + 1)));
}

static void broken_parts_are_refused_wherever_they_are(void)
{
    static const char *const cases[] = {"0b", "08", "0a05", "0a01 0b", "0a02 0a01", "1201 0b",
        "1202 0a05", "1a01 0b", "1a02 0a01", "1a03 0a01 0b", "1a03 1201 0b", "1a03 1a01 0b",
        "1a03 2201 0b", "1a05 2203 1201 0b", "1a03 2a01 0b", "1a04 0a02 1203", "0a02 0801 0c",
        "0a0b 08ffffffffffffffffff7f", "3b3c", "3e", "3f"};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        expect_error(decode(hex(cases[i])), GOSSIP_ERROR_PEER_MALFORMED);
        expect_nothing();
    }
    done();
}

static void an_rpc_cut_off_anywhere_is_read_or_refused(void)
{
    struct gossip_bytes control = joined(field(1, hex("0a0174 12026161 12026262")),
        joined(field(4, hex("0a0174 1203 0a0170 183c")), field(6, hex(""))));
    struct gossip_bytes input = joined(hex("0a08 0801 1204 74657374 128101" MESSAGE),
        joined(field(3, control), hex("1a08 1a06 0a04 74657374")));
    size_t read = 0;
    for (size_t size = 0; size <= input.size; size++) {
        uint8_t *copy = size > 0 ? test_take(size) : NULL; /* reading too far would be noticed */
        bytes_copy(copy, bytes_make(input.data, size));
        enum gossip_error error = decode(bytes_make(copy, size));
        expect_true(error == GOSSIP_OK || error == GOSSIP_ERROR_PEER_MALFORMED);
        read += error == GOSSIP_OK;
        if (error)
            expect_nothing();
    }
    expect_equal(read, 5); /* at the end of each of the four parts, and at none of them */
    done();
}

static void the_decoder_stays_usable_after_a_failure(void)
{
    expect_ok(wire_rpc_decoder_create(allocator_system(), &limits, &decoder));
    expect_error(
        wire_rpc_decode(decoder, fields(2, hex("120161"), 257), &rpc), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(wire_rpc_decode(decoder, hex("0a05"), &rpc), GOSSIP_ERROR_PEER_MALFORMED);
    expect_ok(wire_rpc_decode(decoder, hex("1a08 1a06 0a04 74657374"), &rpc));
    expect_equal(rpc.graft_count, 1);
    expect_equal(rpc.message_count, 0);
    done();
}

static void every_decode_counts_from_the_beginning(void)
{
    struct gossip_bytes none = {0};
    struct gossip_bytes inputs[] = {
        fields(1, none, limits.subscriptions_max),
        fields(2, none, limits.messages_max),
        field(3, fields(3, none, limits.control_entries_max)),
        field(3, field(5, fields(1, none, limits.message_ids_max))),
        field(3, field(4, fields(2, none, limits.exchanged_peers_max))),
    };
    expect_ok(wire_rpc_decoder_create(allocator_system(), &limits, &decoder));
    for (size_t i = 0; i < 2 * sizeof(inputs) / sizeof(inputs[0]); i++)
        expect_ok(wire_rpc_decode(decoder, inputs[i / 2], &rpc));
    done();
}

/*
 * Half a million empty elements in one mebibyte: given to protobuf-c they take up to 126 MB.
 * Whatever comes, decoding takes no memory beyond what create took.
 */
static void hostile_megabytes_take_no_memory(void)
{
    struct test_allocator memory;
    test_allocator_init(&memory);
    expect_ok(wire_rpc_decoder_create(&memory.allocator, &limits, &decoder));
    uint64_t requests = memory.requests;
    expect_equal(requests, 1);
    expect_at_most(memory.bytes, 4 * limits.rpc_bytes_max + 64 * 1024);

    struct gossip_bytes none = {0};
    size_t half = limits.rpc_bytes_max / 2 - 16;
    struct gossip_bytes inputs[] = {
        fields(1, none, half),
        fields(2, none, half),
        fields(3, none, half),
        fields(15, none, half),
        field(3, fields(1, none, half)),
        field(3, fields(2, none, half)),
        field(3, fields(3, none, half)),
        field(3, fields(4, none, half)),
        field(3, fields(5, none, half)),
        field(3, fields(6, none, half)),
        field(3, field(1, fields(2, none, half))),
        field(3, field(4, fields(2, none, half))),
        field(3, field(5, fields(1, none, half))),
        field(2, fields(1, none, half)),
        bytes_repeated(0x0b, half),
        bytes_repeated(0xff, half),
    };
    for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
        enum gossip_error error = wire_rpc_decode(decoder, inputs[i], &rpc);
        expect_true(error == GOSSIP_OK || gossip_error_blame(error) == GOSSIP_BLAME_PEER);
        expect_equal(memory.requests, requests);
    }
    done();
    test_allocator_deinit(&memory);
}

static void deeply_nested_control_is_not_followed(void)
{
    struct gossip_bytes nested = {0};
    for (size_t i = 0; i < 1000; i++)
        nested = field(3, nested);
    expect_ok(decode(nested));
    expect_equal(rpc.graft_count, 1);
    done();
}

static enum gossip_error create_and_destroy(const struct allocator *allocator, void *context)
{
    (void)context;
    struct wire_rpc_decoder *created;
    enum gossip_error error = wire_rpc_decoder_create(allocator, &limits, &created);
    wire_rpc_decoder_destroy(created);
    return error;
}

static void without_memory_there_is_no_decoder(void)
{
    expect_equal(test_allocator_fail_each(create_and_destroy, NULL), 1);
    wire_rpc_decoder_destroy(NULL);
}

static void limits_may_be_zero(void)
{
    static const struct wire_rpc_limits zero = {.rpc_bytes_max = 16};
    expect_ok(wire_rpc_decoder_create(allocator_system(), &zero, &decoder));
    expect_ok(wire_rpc_decode(decoder, hex("1a023200 1a00"), &rpc));
    for (uint32_t number = 1; number <= 2; number++)
        expect_error(wire_rpc_decode(decoder, field(number, (struct gossip_bytes){0}), &rpc),
            GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_error(wire_rpc_decode(decoder, hex("1a021a00"), &rpc), GOSSIP_ERROR_PEER_TOO_LARGE);
    done();
}

TEST_MAIN(TEST(an_empty_rpc_is_read), TEST(a_subscription_is_read),
    TEST(a_subscription_with_the_fields_of_later_versions_is_read), TEST(a_graft_is_read),
    TEST(a_prune_is_read), TEST(a_prune_of_the_first_version_has_no_backoff),
    TEST(any_backoff_is_passed_on_as_it_was_written),
    TEST(peers_belong_to_the_prune_they_came_with), TEST(ids_belong_to_the_entry_they_came_with),
    TEST(ids_and_topics_are_arbitrary_bytes), TEST(control_in_pieces_is_joined),
    TEST(a_message_is_a_view_into_the_input),
    TEST(what_rust_sends_first_is_noticed_and_nothing_more),
    TEST(fields_of_later_versions_are_skipped),
    TEST(a_message_from_before_topics_were_one_has_its_last_one), TEST(every_count_is_bounded),
    TEST(counts_are_bounded_over_all_entries_together), TEST(every_size_is_bounded),
    TEST(broken_parts_are_refused_wherever_they_are),
    TEST(an_rpc_cut_off_anywhere_is_read_or_refused),
    TEST(the_decoder_stays_usable_after_a_failure), TEST(every_decode_counts_from_the_beginning),
    TEST(hostile_megabytes_take_no_memory), TEST(deeply_nested_control_is_not_followed),
    TEST(without_memory_there_is_no_decoder), TEST(limits_may_be_zero))
