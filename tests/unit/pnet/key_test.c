#include "pnet/key.h"

#include "base/bytes.h"
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#define HEAD "/key/swarm/psk/1.0.0/\n"
#define BASE16 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1F"
#define BASE64 "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

static struct pnet_key key;
static const char *reason;

static enum gossip_error decoded(struct gossip_bytes file)
{
    memset(&key, 0xee, sizeof(key));
    return pnet_key_decode(file, &key, &reason);
}

static void expect_key(struct gossip_bytes file)
{
    expect_ok(decoded(file));
    expect_null(reason);
    for (size_t i = 0; i < sizeof(key.bytes); i++)
        expect_equal(key.bytes[i], i);
}

static void expect_wrong(struct gossip_bytes file, const char *why)
{
    expect_error(decoded(file), GOSSIP_ERROR_INVALID);
    expect_text(reason, why);
    expect_bytes(bytes_make(key.bytes, sizeof(key.bytes)), bytes_repeated(0, sizeof(key.bytes)));
}

static struct gossip_bytes binary(const char *end)
{
    uint8_t *file = test_take(100);
    int size = snprintf((char *)file, 100, "%s", HEAD "/bin/\n");

    for (int i = 0; i < 32; i++)
        file[size++] = (uint8_t)i;
    memcpy(file + size, end, strlen(end));
    return bytes_make(file, (size_t)size + strlen(end));
}

static void all_three_encodings_are_read(void)
{
    expect_key(BYTES_OF(HEAD "/base16/\n" BASE16));
    expect_key(BYTES_OF(HEAD "/base16/\n" BASE16 "\n"));
    expect_key(BYTES_OF(HEAD "/base64/\n" BASE64 "\n"));
    expect_key(binary(""));
    expect_key(binary("\n"));
    expect_key(binary("\r\n"));
}

static void lines_may_end_as_on_other_systems(void)
{
    expect_key(BYTES_OF("/key/swarm/psk/1.0.0/\r\n/base16/\r\n" BASE16 "\r\n"));
}

static void all_bits_of_base64_count(void)
{
    expect_ok(decoded(BYTES_OF(HEAD "/base64/\n++//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAP8=\n")));
    expect_bytes(bytes_make(key.bytes, 4), hex("fbefff00"));
    expect_equal(key.bytes[31], 0xff);
}

static void what_is_wrong_is_told(void)
{
    static const char head[] = "does not begin with /key/swarm/psk/1.0.0/";
    static const char line[] = "has a second line that is none of /base16/, /base64/ and /bin/";
    static const char body[] = "does not hold a key of 32 bytes behind its two lines";

    expect_wrong(BYTES_OF(""), head);
    expect_wrong(BYTES_OF("/key/swarm/psk/1.0.1/\n/base16/\n" BASE16), head);
    expect_wrong(BYTES_OF("\n" HEAD "/base16/\n" BASE16), head);
    expect_wrong(BYTES_OF(HEAD), line);
    expect_wrong(BYTES_OF(HEAD "/base58/\n" BASE16), line);
    expect_wrong(BYTES_OF(HEAD BASE16), line);
    expect_wrong(BYTES_OF(HEAD "/base16/\n"), body);
    expect_wrong(BYTES_OF(HEAD "/base16/\n" BASE16 "00"), body);
    expect_wrong(BYTES_OF(HEAD "/base16/\n" BASE16 "\n\n"), body);
    expect_wrong(BYTES_OF(HEAD "/base16/\n" BASE64), body);
    expect_wrong(BYTES_OF(HEAD "/base64/\n" BASE16), body);
    expect_wrong(BYTES_OF(HEAD "/base64/\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9="), body);
    expect_wrong(BYTES_OF(HEAD "/base64/\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8A"), body);
    expect_wrong(BYTES_OF(HEAD "/bin/\nshort"), body);
    expect_wrong(binary("x"), body);
    expect_wrong(binary("\n\n"), body);
}

static void a_digit_that_is_none_is_found_at_every_place(void)
{
    static const char wrong[] = "gG/:@`\x80 ";
    char file[] = HEAD "/base16/\n" BASE16;
    size_t start = sizeof(HEAD "/base16/\n") - 1;

    for (size_t place = start; place < sizeof(file) - 1; place++) {
        char was = file[place];

        for (const char *at = wrong; *at != '\0'; at++) {
            file[place] = *at;
            expect_error(decoded(bytes_of_text(file)), GOSSIP_ERROR_INVALID);
        }
        file[place] = was;
    }
}

static void nobody_reads_a_long_file(void)
{
    char file[400];

    (void)snprintf(file, sizeof(file), "%s/base16/\n%s\n%0200d", HEAD, BASE16, 0);
    expect_wrong(bytes_of_text(file), "is too large to be a key");
}

TEST_MAIN(TEST(all_three_encodings_are_read), TEST(lines_may_end_as_on_other_systems),
    TEST(all_bits_of_base64_count), TEST(what_is_wrong_is_told),
    TEST(a_digit_that_is_none_is_found_at_every_place), TEST(nobody_reads_a_long_file))
