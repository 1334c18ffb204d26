#include "base/bytes.h"
#include "base/instant.h"
#include "unit/tui/screen.h"

static void tell(struct screen *screen, enum gossip_event_kind kind, const char *text)
{
    struct gossip_event event = {.kind = kind,
        .text = bytes_of_text(text),
        .hint = BYTES_OF("Is it on?"),
        .address = BYTES_OF("/ip4/10.0.7.12/tcp/9740"),
        .via = GOSSIP_VIA_MANUAL,
        .person = screen_person('A')};

    screen_event(screen, &event);
}

static size_t count_of(struct screen *screen, const char *text)
{
    struct gossip_bytes all = bytes_of_text(screen_text(screen));
    size_t count = 0;

    for (size_t i = 0; i < all.size; i++) {
        count += bytes_start_with(bytes_part(all, i, all.size), bytes_of_text(text));
    }
    return count;
}

static void the_four_states_are_told_apart(void)
{
    struct screen screen;

    screen_open(&screen, 80, 24);
    expect_true(screen_has(&screen, "\u00b7 starting"));
    tell(&screen, GOSSIP_EVENT_LISTENING, "");
    screen_wait(&screen, 12);
    expect_true(screen_has(&screen, "\u00b7 looking for peers 0:12"));
    tell(&screen, GOSSIP_EVENT_OFFLINE, "no interface");
    expect_true(screen_has(&screen, "\u00b7 offline: no network"));
    screen_connected(&screen, "Alice", 3);
    expect_true(screen_has(&screen, "\u00b7 3 peers"));
    screen_close(&screen);
}

/* While somebody is looked for, the title moves each second; else each minute. */
static void the_screen_moves_when_something_does(void)
{
    struct screen screen;

    screen_open(&screen, 80, 24);
    tell(&screen, GOSSIP_EVENT_LISTENING, "");
    (void)tui_model_take_change(screen.model);
    expect_equal(instant_until(screen.time.now, tui_model_deadline(screen.model)).us, 1000000);
    screen_wait(&screen, 1);
    expect_true(tui_model_take_change(screen.model));
    screen_connected(&screen, "Alice", 1);
    (void)tui_model_take_change(screen.model);
    expect_equal(instant_until(screen.time.now, tui_model_deadline(screen.model)).us,
        39 * UINT64_C(1000000)); /* it is 21 seconds past */
    screen_wait(&screen, 38);
    expect_false(tui_model_take_change(screen.model));
    screen_wait(&screen, 1);
    expect_true(tui_model_take_change(screen.model));
    screen_close(&screen);
}

static void only_the_first_one_found_is_news(void)
{
    struct screen screen;

    screen_open(&screen, 120, 24);
    screen_joined(&screen, "main");
    screen_connected(&screen, "Alice", 1);
    screen_connected(&screen, "Carol", 2);
    expect_true(screen_has(&screen, "\u00b7 found Alice (mDNS, 0.4 s)"));
    expect_false(screen_has(&screen, "found Carol"));
    expect_true(screen_has(&screen, "2 peers (2 LAN)"));
    screen_close(&screen);
}

static void an_address_out_of_reach_is_told_of_once(void)
{
    struct screen screen;

    screen_open(&screen, 80, 24);
    screen_joined(&screen, "main");
    tell(&screen, GOSSIP_EVENT_PEER_FAILED, "10.0.7.12:9740 refused");
    tell(&screen, GOSSIP_EVENT_PEER_FAILED, "10.0.7.12:9740 refused");
    expect_equal(count_of(&screen, "! 10.0.7.12:9740 refused. Is it on?"), 1);
    screen_connected(&screen, "Alice", 1);
    tell(&screen, GOSSIP_EVENT_PEER_FAILED, "10.0.7.12:9740 refused");
    expect_equal(count_of(&screen, "! 10.0.7.12:9740 refused. Is it on?"), 2);
    screen_close(&screen);
}

static void the_advice_names_the_port_and_the_address(void)
{
    struct screen screen;

    screen_open(&screen, 80, 24);
    screen_joined(&screen, "main");
    tell(&screen, GOSSIP_EVENT_NOTICE, "");
    tui_model_set_reach(screen.model, 4001, BYTES_OF("/ip6/fe80::7/tcp/4001"));
    screen_wait(&screen, 5);
    expect_true(screen_has(&screen, "sudo ufw allow 4001/tcp"));
    expect_true(screen_has(&screen, "--rendezvous myroom --peer [fe80::7]:4001"));
    expect_true(screen_has(&screen, "[--]  not asking the local network"));
    tui_model_set_reach(screen.model, 0, (struct gossip_bytes){0});
    expect_true(screen_has(&screen, "[--]  not listening"));
    expect_false(screen_has(&screen, "ufw"));
    tell(&screen, GOSSIP_EVENT_OFFLINE, "");
    expect_true(screen_has(&screen, "[!!]  there is no network"));
    screen_close(&screen);
}

TEST_MAIN(TEST(the_four_states_are_told_apart), TEST(the_screen_moves_when_something_does),
    TEST(only_the_first_one_found_is_news), TEST(an_address_out_of_reach_is_told_of_once),
    TEST(the_advice_names_the_port_and_the_address))
