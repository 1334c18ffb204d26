#include "multistream/negotiation.h"

#include "support/test.h"

#include <string.h>

#define HEADER "\x13/multistream/1.0.0\n"
#define NOISE "\x07/noise\n"
#define YAMUX "\x0d/yamux/1.0.0\n"
#define NA "\x03na\n"

static const char *const one_name[] = {"/noise"};
static const struct protocol_list one = {.names = one_name, .count = 1};
static const char *const three_names[] = {"/meshsub/1.2.0", "/meshsub/1.1.0", "/floodsub/1.0.0"};
static const struct protocol_list three = {.names = three_names, .count = 3};

/* Everything it has to say, in one go. */
static struct gossip_bytes said(struct multistream_negotiation *negotiation)
{
    uint8_t *memory = (uint8_t *)test_take(1024);
    size_t size = multistream_negotiation_transmit(negotiation, room_make(memory, 1024));

    expect_false(multistream_negotiation_has_output(negotiation));
    return bytes_make(memory, size);
}

/* Gives it `input` until it takes no more; what is left goes to `rest` unless that is NULL. */
static enum gossip_error hear(struct multistream_negotiation *negotiation,
    struct gossip_bytes input, struct gossip_bytes *rest)
{
    enum gossip_error error = GOSSIP_OK;

    while (error == GOSSIP_OK && input.size > 0 && negotiation->state == MULTISTREAM_TALKING)
        error = multistream_negotiation_receive(negotiation, &input);
    if (rest != NULL)
        *rest = input;
    else if (error == GOSSIP_OK)
        expect_equal(input.size, 0);
    return error;
}

static struct multistream_negotiation begin(enum multistream_role role, struct protocol_list offer)
{
    struct multistream_negotiation negotiation;

    multistream_negotiation_init(&negotiation, role, offer);
    return negotiation;
}

static void both_sides_agree(void)
{
    struct multistream_negotiation dialer = begin(MULTISTREAM_DIALER, one);
    struct multistream_negotiation listener = begin(MULTISTREAM_LISTENER, one);
    struct gossip_bytes words = said(&dialer);

    expect_bytes(words, BYTES_OF(HEADER NOISE));
    expect_bytes(said(&listener), BYTES_OF(HEADER));
    expect_ok(hear(&listener, words, NULL));
    expect_equal(listener.state, MULTISTREAM_AGREED);
    expect_equal(listener.agreed_index, 0);
    words = said(&listener);
    expect_bytes(words, BYTES_OF(NOISE));
    expect_ok(hear(&dialer, BYTES_OF(HEADER), NULL));
    expect_equal(dialer.state, MULTISTREAM_TALKING);
    expect_ok(hear(&dialer, words, NULL));
    expect_equal(dialer.state, MULTISTREAM_AGREED);
}

static void a_dialer_tries_its_names_in_order(void)
{
    struct multistream_negotiation dialer = begin(MULTISTREAM_DIALER, three);

    expect_bytes(said(&dialer), BYTES_OF(HEADER "\x0f/meshsub/1.2.0\n"));
    expect_ok(hear(&dialer, BYTES_OF(HEADER NA), NULL));
    expect_bytes(said(&dialer), BYTES_OF("\x0f/meshsub/1.1.0\n"));
    expect_ok(hear(&dialer, BYTES_OF(NA), NULL));
    expect_bytes(said(&dialer), BYTES_OF("\x10/floodsub/1.0.0\n"));
    expect_ok(hear(&dialer, BYTES_OF("\x10/floodsub/1.0.0\n"), NULL));
    expect_equal(dialer.state, MULTISTREAM_AGREED);
    expect_equal(dialer.agreed_index, 2);
}

static void a_dialer_with_nothing_left_is_refused(void)
{
    struct multistream_negotiation dialer = begin(MULTISTREAM_DIALER, one);

    (void)said(&dialer);
    expect_ok(hear(&dialer, BYTES_OF(HEADER NA), NULL));
    expect_equal(dialer.state, MULTISTREAM_REFUSED);
    expect_false(multistream_negotiation_may_speak(&dialer));
    expect_bytes(said(&dialer), BYTES_OF(""));
}

static void a_dialer_accepts_only_answers_to_its_question(void)
{
    struct multistream_negotiation dialer = begin(MULTISTREAM_DIALER, three);

    (void)said(&dialer);
    /* A name of ours, but not the one that was proposed. */
    expect_error(
        hear(&dialer, BYTES_OF(HEADER "\x0f/meshsub/1.1.0\n"), NULL), GOSSIP_ERROR_PEER_MALFORMED);
    dialer = begin(MULTISTREAM_DIALER, three);
    (void)said(&dialer);
    expect_error(hear(&dialer, BYTES_OF(HEADER NOISE), NULL), GOSSIP_ERROR_PEER_MALFORMED);
    dialer = begin(MULTISTREAM_DIALER, three);
    (void)said(&dialer);
    expect_error(hear(&dialer, BYTES_OF(HEADER HEADER), NULL), GOSSIP_ERROR_PEER_MALFORMED);
    /* An answer before the question, and two answers to one question. */
    dialer = begin(MULTISTREAM_DIALER, three);
    expect_error(hear(&dialer, BYTES_OF(HEADER NA), NULL), GOSSIP_ERROR_PEER_MALFORMED);
    dialer = begin(MULTISTREAM_DIALER, three);
    (void)said(&dialer);
    expect_error(hear(&dialer, BYTES_OF(HEADER NA NA), NULL), GOSSIP_ERROR_PEER_MALFORMED);
}

static void the_header_comes_first(void)
{
    struct multistream_negotiation listener = begin(MULTISTREAM_LISTENER, one);
    struct multistream_negotiation dialer = begin(MULTISTREAM_DIALER, one);

    expect_error(hear(&listener, BYTES_OF(NOISE), NULL), GOSSIP_ERROR_PEER_MALFORMED);
    (void)said(&dialer);
    expect_error(hear(&dialer, BYTES_OF(NOISE), NULL), GOSSIP_ERROR_PEER_MALFORMED);
    listener = begin(MULTISTREAM_LISTENER, one);
    expect_error(
        hear(&listener, BYTES_OF("\x13/multistream/2.0.0\n"), NULL), GOSSIP_ERROR_PEER_MALFORMED);
}

static void a_listener_refuses_until_it_knows_a_name(void)
{
    struct multistream_negotiation listener = begin(MULTISTREAM_LISTENER, one);

    expect_bytes(said(&listener), BYTES_OF(HEADER));
    /* Downgrades, a muxer without flow control, and a peer that wants to settle who dials. */
    expect_ok(hear(&listener,
        BYTES_OF(HEADER "\x11/plaintext/2.0.0\n"
                        "\x0d/secio/1.0.0\n"
                        "\x0b/tls/1.0.0\n"
                        "\x0d/mplex/6.7.0\n"
                        "\x1d/libp2p/simultaneous-connect\n"),
        NULL));
    expect_bytes(said(&listener), BYTES_OF(NA NA NA NA NA));
    expect_ok(hear(&listener, BYTES_OF(NOISE), NULL));
    expect_bytes(said(&listener), BYTES_OF(NOISE));
    expect_true(multistream_negotiation_may_speak(&listener));
}

static void a_list_is_not_given(void)
{
    struct multistream_negotiation listener = begin(MULTISTREAM_LISTENER, one);

    expect_ok(hear(&listener,
        BYTES_OF(HEADER "\x03ls\n"
                        "\x03ls\n" NOISE),
        NULL));
    expect_bytes(said(&listener), BYTES_OF(HEADER NA NA NOISE));
}

/* A peer that guessed sends the bytes of its protocol right behind the name. */
static void what_follows_the_agreement_is_left(void)
{
    struct multistream_negotiation listener = begin(MULTISTREAM_LISTENER, one);
    struct multistream_negotiation dialer = begin(MULTISTREAM_DIALER, one);
    struct gossip_bytes rest;

    expect_ok(hear(&listener, BYTES_OF(HEADER NOISE "\x00\x20payload"), &rest));
    expect_bytes(rest, BYTES_OF("\x00\x20payload"));
    expect_ok(multistream_negotiation_receive(&listener, &rest));
    expect_equal(rest.size, 9);
    (void)said(&dialer);
    expect_ok(hear(&dialer, BYTES_OF(HEADER NOISE YAMUX), &rest));
    expect_bytes(rest, BYTES_OF(YAMUX));
}

static void after_a_refusal_only_names_are_read(void)
{
    static const struct gossip_bytes guesses[] = {
        BYTES_INITIALISER("\x08noise!!\n"),
        BYTES_INITIALISER("\x03na\n"),
        BYTES_INITIALISER("\x04/\x00x\n"),
        BYTES_INITIALISER("\x00\x20payload"),
        BYTES_INITIALISER("\xff\xff\xff"),
    };

    for (size_t i = 0; i < sizeof(guesses) / sizeof(guesses[0]); i++) {
        struct multistream_negotiation listener = begin(MULTISTREAM_LISTENER, one);
        enum gossip_error error;

        expect_ok(hear(&listener, BYTES_OF(HEADER "\x08/guess!\n"), NULL));
        expect_bytes(said(&listener), BYTES_OF(HEADER NA));
        error = hear(&listener, guesses[i], NULL);
        expect_true(error == GOSSIP_ERROR_PEER_MALFORMED || error == GOSSIP_ERROR_PEER_TOO_LARGE);
    }
}

/* It does not wait for the end of a line that cannot end well. */
static void somebody_who_speaks_otherwise_is_found_out_at_once(void)
{
    struct multistream_negotiation listener = begin(MULTISTREAM_LISTENER, one);
    struct multistream_negotiation dialer;

    expect_error(hear(&listener, BYTES_OF("G"), NULL), GOSSIP_ERROR_PEER_MALFORMED);
    listener = begin(MULTISTREAM_LISTENER, one);
    expect_error(hear(&listener, BYTES_OF("\x13/multistrean"), NULL), GOSSIP_ERROR_PEER_MALFORMED);
    listener = begin(MULTISTREAM_LISTENER, one);
    expect_ok(hear(&listener, BYTES_OF(HEADER "\x08/guess!\n"), NULL));
    expect_ok(hear(&listener, BYTES_OF("\x70"), NULL));
    expect_error(hear(&listener, BYTES_OF("p"), NULL), GOSSIP_ERROR_PEER_MALFORMED);
    dialer = begin(MULTISTREAM_DIALER, three);
    (void)said(&dialer);
    expect_error(hear(&dialer, BYTES_OF(HEADER "\x07"), NULL), GOSSIP_ERROR_PEER_MALFORMED);
}

static void a_strange_first_proposal_is_only_refused(void)
{
    struct multistream_negotiation listener = begin(MULTISTREAM_LISTENER, one);

    expect_ok(hear(&listener, BYTES_OF(HEADER "\x06hello\n" NOISE), NULL));
    expect_bytes(said(&listener), BYTES_OF(HEADER NA NOISE));
}

static void proposals_are_counted(void)
{
    struct multistream_negotiation listener = begin(MULTISTREAM_LISTENER, one);

    expect_ok(hear(&listener, BYTES_OF(HEADER), NULL));
    for (int i = 0; i < MULTISTREAM_ROUNDS_MAX; i++)
        expect_ok(hear(&listener, BYTES_OF("\x06/what\n"), NULL));
    expect_equal(said(&listener).size, 20 + 4 * MULTISTREAM_ROUNDS_MAX);
    expect_error(hear(&listener, BYTES_OF(NOISE), NULL), GOSSIP_ERROR_PEER_TOO_LARGE);
}

static void a_thousand_proposals_make_it_say_no_more_than_thirty_two(void)
{
    struct multistream_negotiation listener = begin(MULTISTREAM_LISTENER, one);
    enum gossip_error error = hear(&listener, BYTES_OF(HEADER), NULL);
    int count = 0;

    while (error == GOSSIP_OK && count < 1000) {
        error = hear(&listener, BYTES_OF("\x03ls\n"), NULL);
        count++;
    }
    expect_error(error, GOSSIP_ERROR_PEER_TOO_LARGE);
    expect_equal(count, MULTISTREAM_ROUNDS_MAX + 1);
    expect_equal(said(&listener).size, 20 + 4 * MULTISTREAM_ROUNDS_MAX);
}

static void every_cut_gives_the_same_result(void)
{
    struct gossip_bytes whole = BYTES_OF(HEADER "\x03ls\n" YAMUX NOISE "rest");

    for (size_t cut = 0; cut < whole.size; cut++) {
        struct multistream_negotiation listener = begin(MULTISTREAM_LISTENER, one);
        struct gossip_bytes rest;

        expect_ok(hear(&listener, bytes_part(whole, 0, cut), &rest));
        expect_ok(hear(&listener, bytes_part(whole, cut - rest.size, whole.size), &rest));
        expect_equal(listener.state, MULTISTREAM_AGREED);
        expect_bytes(rest, BYTES_OF("rest"));
        expect_bytes(said(&listener), BYTES_OF(HEADER NA NA NOISE));
    }
}

static void any_room_gives_whole_lines(void)
{
    struct gossip_bytes whole = BYTES_OF(HEADER NA NA NOISE);

    for (size_t size = 20; size <= whole.size; size++) {
        struct multistream_negotiation listener = begin(MULTISTREAM_LISTENER, one);
        uint8_t memory[64];
        size_t filled = 0;

        expect_ok(hear(&listener, BYTES_OF(HEADER YAMUX YAMUX NOISE), NULL));
        while (multistream_negotiation_has_output(&listener)) {
            size_t more = multistream_negotiation_transmit(
                &listener, room_make(memory + filled, size < 64 - filled ? size : 64 - filled));

            expect_at_least(more, 1);
            filled += more;
        }
        expect_bytes(bytes_make(memory, filled), whole);
    }
}

static void no_answer_overtakes_another(void)
{
    static const char *const shortest[] = {"/"};
    struct multistream_negotiation listener =
        begin(MULTISTREAM_LISTENER, (struct protocol_list){.names = shortest, .count = 1});
    uint8_t memory[64];

    (void)said(&listener);
    expect_ok(hear(&listener, BYTES_OF(HEADER NOISE "\x02/\n"), NULL));
    expect_equal(multistream_negotiation_transmit(&listener, room_make(memory, 3)), 0);
    expect_bytes(said(&listener), BYTES_OF(NA "\x02/\n"));
}

static void only_a_single_offer_lets_us_speak_before_the_answer(void)
{
    struct multistream_negotiation dialer = begin(MULTISTREAM_DIALER, one);

    expect_false(multistream_negotiation_may_speak(&dialer));
    (void)said(&dialer);
    expect_true(multistream_negotiation_may_speak(&dialer));
    dialer = begin(MULTISTREAM_DIALER, three);
    (void)said(&dialer);
    expect_false(multistream_negotiation_may_speak(&dialer));
    expect_ok(hear(&dialer, BYTES_OF(HEADER "\x0f/meshsub/1.2.0\n"), NULL));
    expect_true(multistream_negotiation_may_speak(&dialer));
}

static void a_listener_speaks_only_behind_its_echo(void)
{
    struct multistream_negotiation listener = begin(MULTISTREAM_LISTENER, one);

    (void)said(&listener);
    expect_false(multistream_negotiation_may_speak(&listener));
    expect_ok(hear(&listener, BYTES_OF(HEADER NOISE), NULL));
    expect_false(multistream_negotiation_may_speak(&listener));
    (void)said(&listener);
    expect_true(multistream_negotiation_may_speak(&listener));
}

static void a_listener_without_protocols_refuses_all(void)
{
    struct multistream_negotiation listener =
        begin(MULTISTREAM_LISTENER, (struct protocol_list){0});

    expect_ok(hear(&listener, BYTES_OF(HEADER NOISE), NULL));
    expect_bytes(said(&listener), BYTES_OF(HEADER NA));
}

/* There is one for every stream that is being agreed on. */
static void it_is_small(void)
{
    expect_at_most(sizeof(struct multistream_negotiation), 64);
}

TEST_MAIN(TEST(both_sides_agree), TEST(a_dialer_tries_its_names_in_order),
    TEST(a_dialer_with_nothing_left_is_refused),
    TEST(a_dialer_accepts_only_answers_to_its_question), TEST(the_header_comes_first),
    TEST(a_listener_refuses_until_it_knows_a_name), TEST(a_list_is_not_given),
    TEST(what_follows_the_agreement_is_left), TEST(after_a_refusal_only_names_are_read),
    TEST(somebody_who_speaks_otherwise_is_found_out_at_once),
    TEST(a_strange_first_proposal_is_only_refused), TEST(proposals_are_counted),
    TEST(a_thousand_proposals_make_it_say_no_more_than_thirty_two),
    TEST(every_cut_gives_the_same_result), TEST(any_room_gives_whole_lines),
    TEST(no_answer_overtakes_another), TEST(only_a_single_offer_lets_us_speak_before_the_answer),
    TEST(a_listener_speaks_only_behind_its_echo), TEST(a_listener_without_protocols_refuses_all),
    TEST(it_is_small))
