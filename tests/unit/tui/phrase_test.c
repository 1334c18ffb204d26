#include "tui/phrase.h"

#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "support/test.h"

static void words_and_numbers_make_a_line(void)
{
    struct phrase phrase = {.size = 0};

    phrase_put_count(&phrase, 1, "peer");
    phrase_put(&phrase, ", ");
    phrase_put_count(&phrase, 2, "peer");
    phrase_put(&phrase, ", ");
    phrase_put_grouped(&phrase, 1234567);
    phrase_put(&phrase, ", ");
    phrase_put_grouped(&phrase, 999);
    expect_bytes(phrase_bytes(&phrase), BYTES_OF("1 peer, 2 peers, 1,234,567, 999"));
    phrase_begin(&phrase);
    expect_equal(phrase_bytes(&phrase).size, 0);
}

static void durations_are_read_in_their_unit(void)
{
    struct phrase phrase = {.size = 0};

    phrase_put_clock(&phrase, duration_seconds(5));
    phrase_put(&phrase, " ");
    phrase_put_clock(&phrase, duration_seconds(3661));
    phrase_put(&phrase, " ");
    phrase_put_seconds(&phrase, duration_ms(432));
    phrase_put(&phrase, " ");
    phrase_put_milliseconds(&phrase, duration_us(2140));
    expect_bytes(phrase_bytes(&phrase), BYTES_OF("0:05 1:01:01 0.4 s 2.1 ms"));
}

static void what_does_not_fit_is_cut_between_characters(void)
{
    struct phrase phrase = {.size = 0};

    for (size_t i = 0; i < PHRASE_BYTES_MAX / 3 + 5; i++) {
        phrase_put(&phrase, "\u4f60");
    }
    expect_equal(phrase.size, PHRASE_BYTES_MAX / 3 * 3);
    phrase_put(&phrase, "ab");
    expect_equal(phrase.size, PHRASE_BYTES_MAX);
}

static void a_peer_is_known_by_its_end(void)
{
    struct gossip_peer_id peer = {.size = 2, .data = {1, 2}};
    struct phrase phrase = {.size = 0};

    phrase_put_peer(&phrase, &peer, "..");
    expect_true(phrase.size > 2 && phrase.size <= 6);
}

TEST_MAIN(TEST(words_and_numbers_make_a_line), TEST(durations_are_read_in_their_unit),
    TEST(what_does_not_fit_is_cut_between_characters), TEST(a_peer_is_known_by_its_end))
