#include "base/bytes.h"
#include "store/store.h"
#include "support/test.h"
#include "unit/store/shelf.h"

#include <stdio.h>
#include <string.h>

static char taken[4096];
static size_t taken_count;

static struct gossip_peer_id peer(unsigned number)
{
    struct gossip_peer_id id = {.size = 38};
    id.data[36] = (uint8_t)(number >> 8);
    id.data[37] = (uint8_t)number;
    return id;
}

static void take(void *context, const struct store_person *person)
{
    size_t size = strlen(taken);
    (void)context;
    taken_count++;
    if (size < sizeof(taken) / 2)
        snprintf(taken + size, sizeof(taken) - size, "%u %.*s/%.*s/%.*s %d %d %d%s,",
            person->peer.data[37], (int)person->nick.size, (const char *)person->nick.data,
            (int)person->petname.size, (const char *)person->petname.data,
            (int)person->verified_nick.size, (const char *)person->verified_nick.data,
            (int)person->verified_at.ms, (int)person->first_seen.ms, (int)person->last_seen.ms,
            person->is_ignored ? " ignored" : "");
}

static const char *everybody(void)
{
    taken[0] = '\0';
    taken_count = 0;
    expect_equal(store_people(shelf.store, take, NULL), STORE_OK);
    return taken;
}

static void people_are_kept_as_they_were_put(void)
{
    struct store_person bob = {.peer = peer(2),
        .nick = BYTES_OF("Bob"),
        .petname = BYTES_OF("Boss"),
        .verified_nick = BYTES_OF("Rob"),
        .verified_at = {5},
        .first_seen = {6},
        .last_seen = {9}};
    struct store_person mallory = {.peer = peer(1), .last_seen = {8}, .is_ignored = true};
    shelf_make();
    expect_text(everybody(), "");
    expect_equal(store_put_person(shelf.store, &bob), STORE_OK);
    expect_equal(store_put_person(shelf.store, &mallory), STORE_OK);
    expect_text(everybody(), "1 // 0 0 8 ignored,2 Bob/Boss/Rob 5 6 9,");
    bob.petname = (struct gossip_bytes){0};
    expect_equal(store_put_person(shelf.store, &bob), STORE_OK);
    shelf_open_again();
    expect_text(everybody(), "1 // 0 0 8 ignored,2 Bob//Rob 5 6 9,");
    shelf_remove();
}

static void what_is_too_long_is_not_taken(void)
{
    struct store_person bob = {
        .peer = peer(2), .nick = bytes_repeated('x', STORE_NICK_BYTES_MAX + 1)};
    shelf_make();
    expect_equal(store_put_person(shelf.store, &bob), STORE_INVALID);
    bob.nick.size--;
    expect_equal(store_put_person(shelf.store, &bob), STORE_OK);
    bob.peer.size = 0;
    expect_equal(store_put_person(shelf.store, &bob), STORE_INVALID);
    shelf_remove();
}

/* Identities cost nothing: those who were nobody in particular make way. */
static void so_many_are_kept(void)
{
    shelf_make();
    expect_equal(store_begin(shelf.store), STORE_OK);
    for (unsigned i = 0; i < STORE_PEOPLE_MAX + 5; i++) {
        struct store_person person = {
            .peer = peer(i), .last_seen = {i}, .is_ignored = i == 1, .nick = BYTES_OF("x")};
        expect_equal(store_put_person(shelf.store, &person), STORE_OK);
    }
    expect_equal(store_commit(shelf.store), STORE_OK);
    (void)everybody();
    expect_equal(taken_count, STORE_PEOPLE_MAX);
    expect_true(
        bytes_start_with(bytes_of_text(taken), BYTES_OF("1 x// 0 0 1 ignored,6 x// 0 0 6,")));
    shelf_remove();
}

TEST_MAIN(TEST(people_are_kept_as_they_were_put), TEST(what_is_too_long_is_not_taken),
    TEST(so_many_are_kept))
