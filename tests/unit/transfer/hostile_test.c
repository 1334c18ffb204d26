/* A peer that does not keep to the protocol: it loses the stream, and gets and costs nothing. */
#include <string.h>

#include "base/bytes.h"
#include "people.h"

static struct people people;
static struct person *const alice = &people.alice;
static uint8_t room[WIRE_FILE_MESSAGE_BYTES_MAX];
static uint8_t id[WIRE_FILE_ID_BYTES], hash[WIRE_FILE_HASH_BYTES];
static struct gossip_peer_id mallory = {.size = 3, .data = "mal"};
static uint64_t next_stream;

static struct gossip_bytes encode(struct wire_file_message message)
{
    return room_filled(room_make(room, sizeof(room)),
        wire_file_message_encode(&message, room_make(room, sizeof(room))));
}

/* Mallory opens a stream and says this. Returns the stream, 0 if Alice did not stand it. */
static uint64_t says(const struct gossip_peer_id *who, struct wire_file_message message)
{
    uint64_t stream = ++next_stream;

    if (!transfer_stream_arrived(alice->transfer, people.now, stream, who)) {
        return 0;
    }
    return transfer_stream_receive(alice->transfer, people.now, stream, encode(message)) ? stream
                                                                                         : 0;
}

static void begin(void)
{
    people_begin(&people);
    next_stream = 1000000;
}

static struct wire_file_message offer(uint8_t number)
{
    id[0] = number;
    return (struct wire_file_message){.kind = WIRE_FILE_OFFER,
        .id = bytes_make(id, sizeof(id)),
        .hash = bytes_make(hash, sizeof(hash)),
        .name = BYTES_OF("../../etc/passwd"),
        .size = UINT64_MAX};
}

static size_t events(void)
{
    struct transfer_event event;
    size_t count = 0;

    while (transfer_poll_event(alice->transfer, &event)) {
        count++;
    }
    return count;
}

/* Takes the requests, and fails if any of them opens a file. Returns how many SENDs there were. */
static size_t sends_without_files(enum wire_file_kind *kind)
{
    struct transfer_request request;
    struct wire_file_message message;
    size_t count = 0;

    while (transfer_poll_request(alice->transfer, &request)) {
        switch (request.kind) {
        case TRANSFER_SEND:
            expect_ok(wire_file_message_decode(request.payload, &message));
            *kind = message.kind;
            count++;
            transfer_sent(alice->transfer, people.now, GOSSIP_OK);
            break;
        case TRANSFER_OPEN:
            transfer_opened(alice->transfer, people.now, GOSSIP_ERROR_NOT_FOUND, 0);
            break;
        case TRANSFER_FINISH:
        case TRANSFER_RESET:
        case TRANSFER_FORGET:
            break;
        case TRANSFER_READ:
        case TRANSFER_PREPARE:
        case TRANSFER_WRITE:
        case TRANSFER_VERIFY:
            test_fail("a stranger reached a file");
        }
    }
    return count;
}

static void offers_are_bounded(void)
{
    begin();
    for (int i = 0; i < 200; i++) {
        uint64_t stream = says(&mallory, offer((uint8_t)i));

        if (stream != 0) {
            transfer_stream_ended(alice->transfer, people.now, stream, GOSSIP_OK);
        }
    }
    expect_equal(events(), TRANSFER_WANTED_PER_PEER_MAX);
    expect_at_most(alice->memory.bytes, 72 * 1024);
    people_end(&people);
}

/* Who takes back what he offers, to offer the next, is told of no more often than others. */
static void offers_that_are_withdrawn_count_for_a_while(void)
{
    struct transfer_status status;
    size_t count = 0;

    begin();
    for (int i = 0; i < 100; i++) {
        struct wire_file_message withdraw = {
            .kind = WIRE_FILE_WITHDRAW, .id = bytes_make(id, sizeof(id))};
        uint64_t stream = says(&mallory, offer((uint8_t)i));

        count += events();
        transfer_stream_ended(alice->transfer, people.now, stream, GOSSIP_OK);
        stream = says(&mallory, withdraw);
        transfer_stream_ended(alice->transfer, people.now, stream, GOSSIP_OK);
        count += events();
        people.now = instant_add(people.now, duration_ms(10));
    }
    expect_equal(count, 2 * TRANSFER_WANTED_PER_PEER_MAX);
    expect_false(transfer_next(alice->transfer, 0, &status));
    people.now = instant_add(people.now, duration_ms(TRANSFER_REST_MS));
    transfer_advance(alice->transfer, people.now);
    (void)says(&mallory, offer(200));
    expect_equal(events(), 1);
    people_end(&people);
}

/* Who learned the id of an offer cannot have it declined in advance. */
static void nobody_spoils_the_offer_of_another(void)
{
    enum wire_file_kind kind = WIRE_FILE_DATA;

    begin();
    (void)says(&mallory, offer(1));
    expect_equal(events(), 1);
    (void)says(&mallory,
        (struct wire_file_message){.kind = WIRE_FILE_WITHDRAW, .id = bytes_make(id, sizeof(id))});
    expect_equal(events(), 1);
    (void)says(&people.bob.id, offer(1));
    expect_equal(events(), 1);
    expect_equal(sends_without_files(&kind), 0);
    people_end(&people);
}

static void only_recipients_may_fetch(void)
{
    struct transfer_status status;
    struct wire_file_message fetch = {.kind = WIRE_FILE_FETCH};
    struct transfer_request request;
    enum wire_file_kind kind = WIRE_FILE_DATA;
    uint64_t stream;

    begin();
    (void)alice_offers(&people, "for bob", 100000);
    expect_true(transfer_next(alice->transfer, 0, &status));
    /* The id is no secret among those who were offered it. */
    fetch.id = bytes_make(id, sizeof(id));
    memset(id, 0, sizeof(id));
    {
        struct seeded_entropy same;

        seeded_entropy_init(&same, 'A');
        entropy_fill(seeded_entropy(&same), id, sizeof(id));
    }
    stream = says(&mallory, fetch);
    expect_not_equal(stream, 0);
    expect_true(transfer_stream_receive(alice->transfer, people.now, stream,
        encode((struct wire_file_message){.kind = WIRE_FILE_ALLOW, .offset = UINT64_MAX})));
    expect_equal(sends_without_files(&kind), 1);
    expect_equal(kind, WIRE_FILE_REFUSE);
    /* Bob may. */
    stream = says(&people.bob.id, fetch);
    expect_true(transfer_stream_receive(alice->transfer, people.now, stream,
        encode((struct wire_file_message){.kind = WIRE_FILE_ALLOW, .offset = UINT64_MAX})));
    expect_true(transfer_poll_request(alice->transfer, &request));
    expect_equal(request.kind, TRANSFER_READ);
    expect_equal(request.room.size, WIRE_FILE_DATA_BYTES_MAX);
    /* It goes away while the disk is read: the memory waits for the disk. */
    transfer_stream_ended(alice->transfer, people.now, stream, GOSSIP_ERROR_PEER_CLOSED);
    memset(request.room.data, 1, request.room.size);
    transfer_read(alice->transfer, people.now, request.ticket, GOSSIP_OK);
    expect_equal(sends_without_files(&kind), 0);
    people_end(&people);
}

static void fetches_are_bounded(void)
{
    struct wire_file_message fetch = {.kind = WIRE_FILE_FETCH, .id = bytes_make(id, sizeof(id))};
    uint32_t kept = 0;

    begin();
    for (int i = 0; i < 300; i++) {
        kept += says(&mallory, fetch) != 0;
    }
    expect_equal(kept, TRANSFER_SERVED_PER_PEER_MAX);
    for (uint8_t i = 0; i < 100; i++) {
        struct gossip_peer_id sybil = {.size = 2, .data = {7, i}};

        kept += says(&sybil, fetch) != 0;
    }
    expect_equal(kept, TRANSFER_SERVED_MAX);
    expect_at_most(alice->memory.bytes, 72 * 1024);
    people_end(&people);
}

static void silent_streams_are_bounded_and_time_out(void)
{
    uint32_t kept = 0;
    struct transfer_request request;

    begin();
    for (int i = 0; i < 100; i++) {
        kept += transfer_stream_arrived(alice->transfer, people.now, ++next_stream, &mallory);
    }
    expect_at_most(kept, 32);
    people.now = instant_add(people.now, duration_ms(TRANSFER_STALL_MS + 1));
    expect_true(instant_is_due(transfer_deadline(alice->transfer), people.now));
    transfer_advance(alice->transfer, people.now);
    while (transfer_poll_request(alice->transfer, &request)) {
        expect_equal(request.kind, TRANSFER_RESET);
        kept--;
    }
    expect_equal(kept, 0);
    people_end(&people);
}

static void what_nobody_asked_for_breaks_the_stream(void)
{
    static const enum wire_file_kind kinds[] = {WIRE_FILE_ALLOW, WIRE_FILE_DATA, WIRE_FILE_REFUSE};

    begin();
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        expect_equal(says(&mallory, (struct wire_file_message){.kind = kinds[i],
                                        .id = bytes_make(id, sizeof(id)),
                                        .data = BYTES_OF("unasked")}),
            0);
    }
    /* A second message behind a note. */
    {
        uint64_t stream = says(&mallory, offer(1));

        expect_not_equal(stream, 0);
        expect_false(
            transfer_stream_receive(alice->transfer, people.now, stream, encode(offer(2))));
    }
    people_end(&people);
}

/* Whoever says that he has it, or does not want it, speaks for himself alone. */
static void nobody_answers_for_another(void)
{
    begin();
    (void)alice_offers(&people, "for bob", 1000);
    {
        struct seeded_entropy same;

        seeded_entropy_init(&same, 'A');
        entropy_fill(seeded_entropy(&same), id, sizeof(id));
    }
    expect_not_equal(says(&mallory, (struct wire_file_message){.kind = WIRE_FILE_DECLINE,
                                        .id = bytes_make(id, sizeof(id))}),
        0);
    expect_not_equal(says(&mallory, (struct wire_file_message){.kind = WIRE_FILE_DONE,
                                        .id = bytes_make(id, sizeof(id))}),
        0);
    expect_equal(events(), 0);
    people_end(&people);
}

/* Mallory offers a file, Alice accepts it, and her disk does not answer. */
static void fetch_from_mallory(uint64_t stream)
{
    struct transfer_request request;
    struct wire_file_message message = offer(9);

    message.size = FILE_BYTES_MAX;
    expect_not_equal(says(&mallory, message), 0);
    expect_equal(events(), 1);
    expect_ok(transfer_accept(alice->transfer, people.now, 1));
    while (transfer_poll_request(alice->transfer, &request)) {
        if (request.kind == TRANSFER_PREPARE) {
            transfer_prepared(alice->transfer, people.now, 1, 0, GOSSIP_OK, NULL);
        } else if (request.kind == TRANSFER_OPEN) {
            transfer_opened(alice->transfer, people.now, GOSSIP_OK, stream);
        } else if (request.kind == TRANSFER_SEND) {
            transfer_sent(alice->transfer, people.now, GOSSIP_OK);
        }
    }
}

/* Mallory sends pieces of this size until the stream breaks. Returns how many bytes were taken. */
static uint64_t send_pieces(uint64_t stream, size_t size)
{
    static const uint8_t junk[WIRE_FILE_DATA_BYTES_MAX];
    uint64_t sent = 0;

    while (transfer_stream_receive(alice->transfer, people.now, stream,
        encode(
            (struct wire_file_message){.kind = WIRE_FILE_DATA, .data = bytes_make(junk, size)}))) {
        sent += size;
        expect_at_most(sent, TRANSFER_WINDOW_BYTES);
    }
    return sent;
}

static void more_than_was_allowed_is_not_taken(void)
{
    begin();
    fetch_from_mallory(4711);
    expect_equal(send_pieces(4711, WIRE_FILE_DATA_BYTES_MAX), TRANSFER_WINDOW_BYTES);
    people_end(&people);
}

/* What keeps a byte costs more than the byte. */
static void tiny_pieces_cost_no_more_than_large_ones(void)
{
    begin();
    fetch_from_mallory(4711);
    expect_at_most(send_pieces(4711, 1), TRANSFER_PIECES_MAX);
    expect_at_most(alice->memory.bytes, TRANSFER_WINDOW_BYTES * 5 / 4);
    people_end(&people);
}

TEST_MAIN(TEST(offers_are_bounded), TEST(offers_that_are_withdrawn_count_for_a_while),
    TEST(nobody_spoils_the_offer_of_another), TEST(only_recipients_may_fetch),
    TEST(fetches_are_bounded), TEST(silent_streams_are_bounded_and_time_out),
    TEST(what_nobody_asked_for_breaks_the_stream), TEST(nobody_answers_for_another),
    TEST(more_than_was_allowed_is_not_taken), TEST(tiny_pieces_cost_no_more_than_large_ones))
