#include "gossipsub/message.h"

#include "support/test.h"
#include "support/test_allocator.h"
#include "unit/gossipsub/fixture.h"

static void the_views_lie_inside_the_copy(void)
{
    begin();
    struct wire_message wire = make_wire("tea", 'A', 7, 10);
    struct gossipsub_message *message = make_message("tea", 'A', 7, 10);
    const struct wire_message *view = gossipsub_message_wire(message);
    expect_bytes(view->encoded, wire.encoded);
    expect_true(view->encoded.data != wire.encoded.data);
    const struct gossip_bytes views[] = {view->from, view->data, view->seqno, view->topic};
    const struct gossip_bytes fields[] = {wire.from, wire.data, wire.seqno, wire.topic};
    for (int i = 0; i < 4; i++) {
        expect_bytes(views[i], fields[i]);
        expect_true(views[i].data >= view->encoded.data &&
                    views[i].data + views[i].size <= view->encoded.data + view->encoded.size);
    }
    expect_null(view->signature.data);
    expect_null(view->key.data);
    gossipsub_message_release(message);
    end();
}

static void absent_and_empty_fields_stay_what_they_are(void)
{
    static const uint8_t data[] = {0x12, 0x00};
    begin();
    struct wire_message whole = make_wire("tea", 'A', 7, 10);
    uint8_t encoded[256];
    struct gossip_bytes parts[] = {bytes_part(whole.encoded, 0, 40), bytes_make(data, sizeof(data)),
        bytes_part(whole.encoded, 52, SIZE_MAX)};
    size_t size = 0;
    for (int i = 0; i < 3; i++) {
        bytes_copy(encoded + size, parts[i]);
        size += parts[i].size;
    }
    struct wire_message wire;
    struct gossipsub_message *message;
    expect_ok(wire_message_decode(bytes_make(encoded, size), &wire));
    expect_ok(gossipsub_message_create(&fixture.memory.allocator, &wire, &message));
    expect_not_null(gossipsub_message_wire(message)->data.data);
    expect_equal(gossipsub_message_wire(message)->data.size, 0);
    gossipsub_message_release(message);
    end();
}

static void the_id_is_author_and_number(void)
{
    begin();
    struct gossip_peer_id author = letter_id('A');
    struct gossipsub_message *message = make_message("tea", 'A', 7, 10);
    struct gossip_bytes id = gossipsub_message_id(message);
    expect_equal(id.size, 46);
    expect_bytes(bytes_part(id, 0, 38), bytes_make(author.data, author.size));
    expect_bytes(bytes_part(id, 38, 8), hex("0000000000000007"));
    gossipsub_message_release(message);
    end();
}

static void the_id_is_told_in_every_dialect(void)
{
    uint8_t printed[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];

    begin();
    struct gossipsub_message *message = make_message("tea", 'A', 1234567890, 10);
    const struct wire_message *wire = gossipsub_message_wire(message);
    for (int i = 0; i < GOSSIPSUB_DIALECT_COUNT; i++) {
        enum gossipsub_dialect dialect = (enum gossipsub_dialect)i;
        size_t size = gossipsub_message_id_print(dialect, wire->from, wire->seqno, printed);
        struct gossip_bytes id = gossipsub_message_id_in(message, dialect);
        expect_bytes(id, bytes_make(printed, size));
        expect_same(gossipsub_message_id_in(message, dialect).data, id.data);
    }
    gossipsub_message_release(message);
    end();
}

static void without_memory_the_id_of_rust_is_empty_for_now(void)
{
    begin();
    struct gossipsub_message *message = make_message("tea", 'A', 1, 10);
    test_allocator_fail(&fixture.memory, 1);
    expect_equal(gossipsub_message_id_in(message, GOSSIPSUB_DIALECT_RUST).size, 0);
    expect_equal(gossipsub_message_id_in(message, GOSSIPSUB_DIALECT_RUST).size, 53);
    gossipsub_message_release(message);
    end();
}

static void js_has_no_id_for_an_author_who_is_a_hash(void)
{
    struct gossipsub_message *message;
    struct wire_message wire;
    uint8_t encoded[128];

    begin();
    struct wire_message parts = {
        .from = hex("12209dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccbd21bf6f0b9"),
        .seqno = hex("0000000000000001"),
        .topic = BYTES_OF("tea")};
    size_t size = wire_message_encode(&parts, false, room_make(encoded, sizeof(encoded)));
    expect_ok(wire_message_decode(bytes_make(encoded, size), &wire));
    expect_ok(gossipsub_message_create(&fixture.memory.allocator, &wire, &message));
    expect_equal(gossipsub_message_id_in(message, GOSSIPSUB_DIALECT_JS).size, 0);
    expect_equal(gossipsub_message_id_in(message, GOSSIPSUB_DIALECT_GO).size, 42);
    gossipsub_message_release(message);
    end();
}

static void a_message_without_an_id_is_none(void)
{
    struct gossipsub_message *message;

    begin();
    struct wire_message wire = make_wire("tea", 'A', 7, 10);
    wire.seqno.size = 7;
    expect_error(
        gossipsub_message_create(&fixture.memory.allocator, &wire, &message), GOSSIP_ERROR_INVALID);
    expect_null(message);
    wire = make_wire("tea", 'A', 7, 10);
    wire.from.size = 37;
    expect_error(
        gossipsub_message_create(&fixture.memory.allocator, &wire, &message), GOSSIP_ERROR_INVALID);
    end();
}

/* What is taken when a requirement breaks is lost, so it comes from nowhere. */
static void *take_static(void *context, size_t size)
{
    static uint64_t block[512];
    (void)context;
    return size <= sizeof(block) ? block : NULL;
}

static void create_with_a_topic_from_elsewhere(void)
{
    static const struct allocator allocator = {.take = take_static};
    struct gossipsub_message *message;
    struct wire_message wire = make_wire("tea", 'A', 7, 10);
    wire.topic = BYTES_OF("elsewhere");
    expect_ok(gossipsub_message_create(&allocator, &wire, &message));
}

static void a_view_outside_of_the_message_is_a_mistake(void)
{
    expect_require_fails(create_with_a_topic_from_elsewhere());
}

static void the_last_reference_frees_it(void)
{
    begin();
    size_t before = fixture.memory.blocks;
    struct gossipsub_message *message = make_message("tea", 'A', 7, 10);
    expect_same(gossipsub_message_retain(message), message);
    gossipsub_message_release(message);
    expect_equal(fixture.memory.blocks, before + 1);
    expect_equal(gossipsub_message_wire(message)->data.size, 10);
    gossipsub_message_release(message);
    expect_equal(fixture.memory.blocks, before);
    gossipsub_message_release(NULL);
    end();
}

static void a_message_takes_no_more_memory_than_declared(void)
{
    begin();
    size_t before = fixture.memory.bytes;
    struct gossipsub_message *message = make_message("tea", 'A', 4000000000, 1000);
    (void)gossipsub_message_id_in(message, GOSSIPSUB_DIALECT_RUST);
    expect_at_most(fixture.memory.bytes - before,
        gossipsub_message_bytes(gossipsub_message_wire(message)->encoded.size));
    gossipsub_message_release(message);
    end();
}

TEST_MAIN(TEST(the_views_lie_inside_the_copy), TEST(absent_and_empty_fields_stay_what_they_are),
    TEST(the_id_is_author_and_number), TEST(the_id_is_told_in_every_dialect),
    TEST(without_memory_the_id_of_rust_is_empty_for_now),
    TEST(js_has_no_id_for_an_author_who_is_a_hash), TEST(a_message_without_an_id_is_none),
    TEST(a_view_outside_of_the_message_is_a_mistake), TEST(the_last_reference_frees_it),
    TEST(a_message_takes_no_more_memory_than_declared))
