#include "sides.h"

static void a_known_handshake_is_reproduced(void)
{
    begin();
    shake(&dialer);
    shake(&listener);
    struct gossip_bytes frame = said_by(&dialer);
    expect_bytes(frame, hex(FRAME_1));
    expect_ok(tell(&listener, frame));
    frame = said_by(&listener);
    expect_bytes(frame, hex(FRAME_2));
    expect_ok(tell(&dialer, frame));
    expect_false(noise_handshake_is_finished(dialer.handshake));
    frame = said_by(&dialer);
    expect_bytes(frame, hex(FRAME_3));
    expect_ok(tell(&listener, frame));
    finish(&dialer);
    finish(&listener);
    expect_peer(&dialer, &listener);
    expect_peer(&listener, &dialer);
    expect_null(dialer.outcome.muxer);
    expect_bytes(bytes_make(dialer.session.sending.key, 32), hex(FIRST_KEY));
    expect_bytes(bytes_make(dialer.session.receiving.key, 32), hex(SECOND_KEY));
    expect_bytes(bytes_make(listener.session.sending.key, 32), hex(SECOND_KEY));

    uint8_t first[38] = "..\x13/multistream/1.0.0\n";
    expect_equal(
        noise_session_seal(&dialer.session, room_make(first, sizeof(first)), 20), sizeof(first));
    expect_bytes(bytes_make(first, sizeof(first)),
        hex("0024cf64f132a50d086f7b026f8df065084c87a8a25d8a9eb4e94b8be0063936e0a8f326b7a9"));
    end();
}

static void frames_may_be_cut_anywhere(void)
{
    static const size_t sizes[] = {34, 202, 170};
    begin();
    for (size_t number = 0; number < 3; number++) {
        for (size_t cut = 0; cut <= sizes[number]; cut++) {
            struct side *speaker = &dialer, *hearer = &listener;
            shake(&dialer);
            shake(&listener);
            for (size_t i = 0; i < number; i++) {
                expect_ok(tell(hearer, said_by(speaker)));
                struct side *next = hearer;
                hearer = speaker;
                speaker = next;
            }
            struct gossip_bytes frame = said_by(speaker);
            expect_equal(frame.size, sizes[number]);
            expect_ok(tell(hearer, bytes_part(frame, 0, cut)));
            expect_ok(tell(hearer, bytes_part(frame, cut, frame.size)));
            if (number < 2)
                expect_at_least(said_by(hearer).size, 1);
            else
                finish(hearer);
            test_free_taken();
        }
    }
    end();
}

static void frames_may_come_byte_by_byte(void)
{
    begin();
    shake(&dialer);
    shake(&listener);
    struct side *speaker = &dialer, *hearer = &listener;
    for (size_t number = 0; number < 3; number++) {
        struct gossip_bytes frame = said_by(speaker);
        for (size_t i = 0; i < frame.size; i++)
            expect_ok(tell(hearer, bytes_part(frame, i, 1)));
        struct side *next = hearer;
        hearer = speaker;
        speaker = next;
    }
    finish(&dialer);
    finish(&listener);
    expect_peer(&listener, &dialer);
    end();
}

static void what_follows_the_handshake_is_left(void)
{
    begin();
    shake(&dialer);
    shake(&listener);
    expect_ok(tell(&listener, said_by(&dialer)));
    (void)said_by(&listener);
    struct gossip_bytes input = hex(FRAME_2 "001122");
    expect_ok(noise_handshake_receive(dialer.handshake, &input));
    expect_bytes(input, hex("001122"));
    expect_ok(noise_handshake_receive(dialer.handshake, &input));
    expect_bytes(input, hex("001122"));
    expect_bytes(said_by(&dialer), hex(FRAME_3));
    expect_ok(noise_handshake_receive(dialer.handshake, &input));
    expect_bytes(input, hex("001122"));
    finish(&dialer);

    input = hex(FRAME_3 "334455");
    expect_ok(noise_handshake_receive(listener.handshake, &input));
    expect_bytes(input, hex("334455"));
    finish(&listener);
    end();
}

static void nothing_is_taken_while_an_answer_waits(void)
{
    begin();
    shake(&listener);
    struct gossip_bytes input = hex(FRAME_1 FRAME_3);
    expect_ok(noise_handshake_receive(listener.handshake, &input));
    expect_ok(noise_handshake_receive(listener.handshake, &input));
    expect_bytes(input, hex(FRAME_3));
    expect_bytes(said_by(&listener), hex(FRAME_2));
    expect_ok(noise_handshake_receive(listener.handshake, &input));
    expect_equal(input.size, 0);
    finish(&listener);
    end();
}

static void a_frame_is_written_whole_or_not_at_all(void)
{
    begin();
    shake(&dialer);
    uint8_t frame[34];
    for (size_t size = 0; size < sizeof(frame); size++)
        expect_equal(noise_handshake_transmit(dialer.handshake, room_make(frame, size)), 0);
    expect_equal(noise_handshake_transmit(dialer.handshake, room_make(frame, 34)), 34);
    expect_equal(noise_handshake_transmit(dialer.handshake, room_make(frame, 34)), 0);
    end();
}

/* ---- framing ---------------------------------------------------------------------------- */

static void a_huge_message_is_refused_at_its_length(void)
{
    begin();
    shake(&listener);
    struct gossip_bytes input = hex("0401 00");
    expect_error(noise_handshake_receive(listener.handshake, &input), GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_dead(&listener);
    shake(&listener);
    expect_refused(&listener, hex("ffff"), GOSSIP_ERROR_PEER_TOO_LARGE);
    shake(&listener);
    expect_ok(tell(&listener, hex("0400")));
    end();
}

static void messages_that_are_too_short_are_refused(void)
{
    begin();
    for (size_t size = 0; size < 32; size++) {
        uint8_t frame[34] = {0, (uint8_t)size};
        shake(&listener);
        expect_refused(&listener, bytes_make(frame, size + 2), GOSSIP_ERROR_PEER_MALFORMED);
    }
    end();
}

static void what_the_first_message_carries_is_ignored(void)
{
    begin();
    shake(&dialer);
    shake(&listener);
    uint8_t frame[2 + 1024] = {4, 0};
    bytes_copy(frame + 2, bytes_part(said_by(&dialer), 2, 32));
    expect_ok(tell(&listener, bytes_make(frame, sizeof(frame))));
    expect_equal(said_by(&listener).size, 202);
    end();
}

/* ---- life and death --------------------------------------------------------------------- */

static void secrets_are_wiped_wherever_it_ends(void)
{
    begin(); /* the allocator looks for them in whatever is given back */
    complete();
    shake(&dialer);
    shake(&listener);
    expect_ok(tell(&listener, said_by(&dialer)));
    expect_ok(tell(&dialer, said_by(&listener)));
    shake(&dialer);
    shake(&listener);
    expect_ok(tell(&listener, bytes_part(hex(FRAME_1), 0, 20)));
    shake(&listener);
    expect_refused(&listener, hex("ffff"), GOSSIP_ERROR_PEER_TOO_LARGE);
    noise_handshake_destroy(NULL);
    end();
}

/* An allocator that remembers its one block, so that a test can look into it. */
struct peephole {
    uint8_t *block;
    size_t size;
};

static void *take_seen(void *context, size_t size)
{
    struct peephole *peephole = context;
    *peephole = (struct peephole){.block = allocator_take(allocator_system(), size), .size = size};
    return peephole->block;
}

static void give_seen(void *context, void *block, size_t size)
{
    (void)context;
    allocator_give(allocator_system(), block, size);
}

static bool is_in(const struct peephole *peephole, const char *secret)
{
    struct gossip_bytes wanted = hex(secret);
    for (size_t i = 0; i + wanted.size <= peephole->size; i++) {
        if (bytes_equal(bytes_make(peephole->block + i, wanted.size), wanted))
            return true;
    }
    return false;
}

static void secrets_are_wiped_at_the_end_and_not_only_when_freed(void)
{
    struct peephole peephole;
    const struct allocator seen = {.take = take_seen, .give = give_seen, .context = &peephole};
    begin();
    shake(&dialer);
    for (size_t fails = 0; fails < 2; fails++) {
        noise_handshake_destroy(listener.handshake);
        expect_ok(noise_handshake_create(&seen, &listener.config, &listener.handshake));
        expect_ok(tell(&listener, hex(FRAME_1)));
        expect_true(is_in(&peephole, RESPONDER_EPHEMERAL));
        expect_bytes(said_by(&listener), hex(FRAME_2));
        if (fails) {
            expect_refused(&listener, hex("ffff"), GOSSIP_ERROR_PEER_TOO_LARGE);
        } else {
            expect_ok(tell(&listener, hex(FRAME_3)));
            finish(&listener);
        }
        expect_false(is_in(&peephole, RESPONDER_EPHEMERAL));
        expect_false(is_in(&peephole, FIRST_KEY));
        expect_false(is_in(&peephole, SECOND_KEY));
    }
    noise_handshake_destroy(listener.handshake);
    listener.handshake = NULL;
    end();
}

static enum gossip_error create_and_destroy(const struct allocator *allocator, void *context)
{
    struct noise_handshake *handshake;
    enum gossip_error error = noise_handshake_create(allocator, context, &handshake);
    expect_equal(handshake == NULL, error != GOSSIP_OK);
    noise_handshake_destroy(handshake);
    return error;
}

static void without_memory_there_is_no_handshake(void)
{
    begin();
    expect_equal(test_allocator_fail_each(create_and_destroy, &dialer.config), 1);
    end();
}

static void it_takes_memory_only_at_its_creation(void)
{
    begin();
    shake(&dialer);
    shake(&listener);
    uint64_t requests = memory.requests;
    expect_ok(tell(&listener, said_by(&dialer)));
    expect_ok(tell(&dialer, said_by(&listener)));
    expect_ok(tell(&listener, said_by(&dialer)));
    expect_equal(memory.requests, requests);
    end();
}

static void to_finish_early_is_a_mistake_of_ours(void)
{
    static struct noise_session session;
    static struct noise_outcome outcome;
    begin();
    shake(&dialer);
    expect_require_fails(noise_handshake_finish(dialer.handshake, &session, &outcome));
    complete();
    expect_require_fails(noise_handshake_finish(dialer.handshake, &session, &outcome));
    end();
}

TEST_MAIN(TEST(a_known_handshake_is_reproduced), TEST(frames_may_be_cut_anywhere),
    TEST(frames_may_come_byte_by_byte), TEST(what_follows_the_handshake_is_left),
    TEST(nothing_is_taken_while_an_answer_waits), TEST(a_frame_is_written_whole_or_not_at_all),
    TEST(a_huge_message_is_refused_at_its_length), TEST(messages_that_are_too_short_are_refused),
    TEST(what_the_first_message_carries_is_ignored), TEST(secrets_are_wiped_wherever_it_ends),
    TEST(secrets_are_wiped_at_the_end_and_not_only_when_freed),
    TEST(without_memory_there_is_no_handshake), TEST(it_takes_memory_only_at_its_creation),
    TEST(to_finish_early_is_a_mistake_of_ours))
