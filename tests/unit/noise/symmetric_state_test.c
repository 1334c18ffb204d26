#include "noise/symmetric_state.h"

#include "support/test.h"

#include <string.h>

static void start(struct noise_symmetric_state *state)
{
    noise_symmetric_state_init(state, BYTES_OF("Noise_XX_25519_ChaChaPoly_SHA256"));
}

static struct x25519_shared shared_of(uint8_t byte)
{
    struct x25519_shared shared;
    memset(shared.bytes, byte, sizeof(shared.bytes));
    return shared;
}

static struct gossip_bytes hash_of(const struct noise_symmetric_state *state)
{
    return bytes_make(state->hash, sizeof(state->hash));
}

static void a_name_of_32_bytes_is_the_first_hash_as_it_is(void)
{
    struct noise_symmetric_state state;
    start(&state);
    expect_bytes(hash_of(&state), BYTES_OF("Noise_XX_25519_ChaChaPoly_SHA256"));
    expect_bytes(bytes_make(state.chaining_key, 32), hash_of(&state));
    expect_false(state.has_key);
}

static void even_an_empty_prologue_is_mixed_in(void)
{
    struct noise_symmetric_state state;
    start(&state);
    noise_symmetric_state_mix_hash(&state, (struct gossip_bytes){0});
    expect_bytes(
        hash_of(&state), hex("f3d15e6108ed9556171207baa58f97d29a13c6be40595166066e2e0958dc002d"));
}

static void without_a_key_text_stays_readable_but_is_hashed(void)
{
    struct noise_symmetric_state ours, theirs;
    uint8_t text[] = "hello";
    start(&ours);
    start(&theirs);
    expect_equal(noise_symmetric_state_sealed_size(&ours, 5), 5);
    expect_equal(noise_symmetric_state_seal(&ours, room_make(text, 5), 5), 5);
    expect_bytes(bytes_make(text, 5), BYTES_OF("hello"));
    struct gossip_bytes plaintext;
    expect_ok(noise_symmetric_state_open(&theirs, room_make(text, 5), &plaintext));
    expect_bytes(plaintext, BYTES_OF("hello"));
    expect_bytes(hash_of(&theirs), hash_of(&ours));
}

static void what_is_sealed_can_be_opened_once_the_same_was_said(void)
{
    struct noise_symmetric_state ours, theirs;
    struct x25519_shared shared = shared_of(7);
    start(&ours);
    start(&theirs);
    noise_symmetric_state_mix_key(&ours, &shared);
    noise_symmetric_state_mix_key(&theirs, &shared);
    for (size_t i = 0; i < 3; i++) {
        uint8_t text[5 + NOISE_TAG_BYTES] = "hello";
        expect_equal(noise_symmetric_state_seal(&ours, room_make(text, sizeof(text)), 5), 21);
        struct gossip_bytes plaintext;
        expect_ok(noise_symmetric_state_open(&theirs, room_make(text, sizeof(text)), &plaintext));
        expect_bytes(plaintext, BYTES_OF("hello"));
        expect_same(plaintext.data, text);
        expect_bytes(hash_of(&theirs), hash_of(&ours));
    }
    expect_equal(ours.cipher.counter, 3);
}

static void nothing_opens_once_something_else_was_heard(void)
{
    struct noise_symmetric_state ours, theirs;
    struct x25519_shared shared = shared_of(7);
    uint8_t text[5 + NOISE_TAG_BYTES] = "hello";
    start(&ours);
    start(&theirs);
    noise_symmetric_state_mix_hash(&theirs, BYTES_OF("x"));
    noise_symmetric_state_mix_key(&ours, &shared);
    noise_symmetric_state_mix_key(&theirs, &shared);
    noise_symmetric_state_seal(&ours, room_make(text, sizeof(text)), 5);
    struct gossip_bytes plaintext;
    expect_error(noise_symmetric_state_open(&theirs, room_make(text, sizeof(text)), &plaintext),
        GOSSIP_ERROR_PEER_MALFORMED);
}

static void a_new_secret_starts_a_new_cipher(void)
{
    struct noise_symmetric_state state;
    struct x25519_shared shared = shared_of(7);
    uint8_t text[NOISE_TAG_BYTES];
    start(&state);
    noise_symmetric_state_mix_key(&state, &shared);
    noise_symmetric_state_seal(&state, room_make(text, sizeof(text)), 0);
    expect_equal(state.cipher.counter, 1);
    uint8_t key[AEAD_KEY_BYTES];
    memcpy(key, state.cipher.key, sizeof(key));
    noise_symmetric_state_mix_key(&state, &shared);
    expect_equal(state.cipher.counter, 0);
    expect_true(memcmp(key, state.cipher.key, sizeof(key)) != 0);
}

static void a_split_makes_two_different_keys_that_both_sides_have(void)
{
    struct noise_symmetric_state state;
    struct x25519_shared shared = shared_of(7);
    struct noise_cipher first, second;
    start(&state);
    noise_symmetric_state_mix_key(&state, &shared);
    noise_symmetric_state_split(&state, &first, &second);
    expect_true(memcmp(first.key, second.key, sizeof(first.key)) != 0);
    expect_equal(first.counter + second.counter, 0);
}

static void nothing_is_left_after_deinit(void)
{
    struct noise_symmetric_state state, zero;
    struct x25519_shared shared = shared_of(7);
    memset(&zero, 0, sizeof(zero));
    start(&state);
    noise_symmetric_state_mix_key(&state, &shared);
    noise_symmetric_state_deinit(&state);
    expect_equal(memcmp(&state, &zero, sizeof(zero)), 0);
}

TEST_MAIN(TEST(a_name_of_32_bytes_is_the_first_hash_as_it_is),
    TEST(even_an_empty_prologue_is_mixed_in), TEST(without_a_key_text_stays_readable_but_is_hashed),
    TEST(what_is_sealed_can_be_opened_once_the_same_was_said),
    TEST(nothing_opens_once_something_else_was_heard), TEST(a_new_secret_starts_a_new_cipher),
    TEST(a_split_makes_two_different_keys_that_both_sides_have), TEST(nothing_is_left_after_deinit))
