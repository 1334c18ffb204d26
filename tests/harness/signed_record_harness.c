/*
 * Signed records: an honest one opens to what was sealed; whatever else opens says the same and not
 * more, since nobody can sign for somebody else; views lie inside of the envelope.
 */
#include "harness/harness.h"

#include "base/peer_id_text.h"
#include "identity/signed_record.h"

#include <string.h>

#define ADDRESSES_MAX (SIGNED_RECORD_ADDRESSES_MAX + 2)

static struct gossip_address *make_addresses(struct script *script, size_t count)
{
    struct gossip_address *addresses = test_take(count * sizeof(*addresses));
    memset(addresses, 0, count * sizeof(*addresses));
    for (size_t i = 0; i < count; i++) {
        struct gossip_bytes bytes = script_bytes(script, 24);
        addresses[i].size = (uint16_t)(1 + bytes.size); /* no address is empty */
        bytes_copy(addresses[i].data + 1, bytes);
        if (script_chance(script, 8)) { /* a large one */
            addresses[i].size = GOSSIP_ADDRESS_BYTES_MAX;
            memset(addresses[i].data, script_byte(script), sizeof(addresses[i].data));
        }
    }
    return addresses;
}

static void expect_inside(struct gossip_bytes view, struct gossip_bytes envelope)
{
    expect_true(
        view.data >= envelope.data && view.data + view.size <= envelope.data + envelope.size);
}

static void expect_same_record(const struct signed_record *record, const struct identity *identity,
    uint64_t sequence, const struct gossip_address *addresses, size_t count)
{
    expect_true(peer_id_is_equal(&record->peer, identity_peer_id(identity)));
    expect_true(record->sequence == sequence);
    expect_equal(record->address_count, count);
    for (size_t i = 0; i < count; i++)
        expect_bytes(record->addresses[i], bytes_make(addresses[i].data, addresses[i].size));
}

/* Opens `envelope`; if that works, it says what `identity` signed. */
static bool opens_to_the_same(struct gossip_bytes envelope, const struct identity *identity,
    uint64_t sequence, const struct gossip_address *addresses, size_t count)
{
    struct signed_record record;
    if (signed_record_open(envelope, &record) != GOSSIP_OK) {
        expect_bytes(bytes_make(&record, sizeof(record)), bytes_repeated(0, sizeof(record)));
        return false;
    }
    for (size_t i = 0; i < record.address_count; i++)
        expect_inside(record.addresses[i], envelope);
    expect_same_record(&record, identity, sequence, addresses, count);
    return true;
}

/* A copy with bytes changed, left out, or put in. */
static struct gossip_bytes changed_copy(struct script *script, struct gossip_bytes envelope)
{
    uint8_t *copy = test_take(envelope.size + 8);
    size_t size = envelope.size;
    bytes_copy(copy, envelope);
    for (uint32_t changes = 1 + script_below(script, 3); changes > 0; changes--)
        copy[script_below(script, (uint32_t)size)] ^= script_byte(script);
    if (script_chance(script, 4)) {
        size_t at = script_below(script, (uint32_t)size + 1);
        struct gossip_bytes more = script_bytes(script, 8);
        memmove(copy + at + more.size, copy + at, size - at);
        bytes_copy(copy + at, more);
        size += more.size;
    }
    if (script_chance(script, 4))
        size = script_below(script, (uint32_t)size + 1);
    return bytes_make(copy, size);
}

static void play_honest(struct script *script)
{
    uint8_t seed[ED25519_SEED_BYTES] = {script_byte(script)};
    struct identity *identity;
    uint64_t sequence = script_u64(script);
    size_t count = script_below(script, ADDRESSES_MAX + 1);
    struct gossip_address *addresses = make_addresses(script, count);
    struct gossip_room room =
        room_make(test_take(SIGNED_RECORD_BYTES_MAX), SIGNED_RECORD_BYTES_MAX);
    size_t size;
    if (script_chance(script, 8))
        room.size = script_below(script, SIGNED_RECORD_BYTES_MAX);
    expect_ok(identity_create_from_seed(allocator_system(), seed, &identity));

    enum gossip_error error = signed_record_seal(identity, sequence, addresses, count, room, &size);
    if (error == GOSSIP_OK) {
        struct gossip_bytes envelope = room_filled(room, size);
        expect_true(opens_to_the_same(envelope, identity, sequence, addresses, count));
        opens_to_the_same(changed_copy(script, envelope), identity, sequence, addresses, count);
    } else {
        expect_error(error, GOSSIP_ERROR_LIMIT);
        expect_equal(size, 0);
    }
    identity_destroy(identity);
}

/* Anything at all. What opens here was signed by somebody: by the corpus, mostly. */
static void play_foreign(struct gossip_bytes envelope)
{
    struct signed_record record;
    if (signed_record_open(envelope, &record) != GOSSIP_OK) {
        expect_bytes(bytes_make(&record, sizeof(record)), bytes_repeated(0, sizeof(record)));
        return;
    }
    expect_at_most(record.address_count, SIGNED_RECORD_ADDRESSES_MAX);
    expect_equal(record.peer.size, 38);
    for (size_t i = 0; i < record.address_count; i++)
        expect_inside(record.addresses[i], envelope);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    if (script_chance(&script, 2))
        play_honest(&script);
    else
        play_foreign(script_rest(&script));
}

const struct harness harness = {.name = "signed_record", .play = play, .size_max = 4096};
