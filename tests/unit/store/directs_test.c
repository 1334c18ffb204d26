#include "store/store.h"

#include <stdio.h>
#include <string.h>

#include "support/test.h"
#include "unit/store/shelf.h"

#define ID_OF_ONE "a0a0a0a0a05b11223344556600000001"
#define ID_OF_TWO "a0a0a0a0a05b11223344556600000002"

static char told[1024];

static void take(void *context, const struct store_direct *direct)
{
    size_t size = strlen(told);
    (void)context;
    (void)snprintf(told + size, sizeof(told) - size, "%u %.*s %.*s%s%s\n", direct->peer.data[0],
        (int)direct->nick.size, (const char *)direct->nick.data, (int)direct->text.size,
        (const char *)direct->text.data, direct->is_own ? " own" : "",
        direct->is_waiting ? " waiting" : "");
    expect_equal(direct->sent_at.ms, 5);
    expect_equal(direct->arrived_at.ms, 7);
}

static const char *read(bool is_waiting, uint32_t count)
{
    told[0] = '\0';
    expect_equal(store_directs(shelf.store, is_waiting, count, take, NULL), STORE_OK);
    return told;
}

static struct store_direct direct_of(uint8_t peer, const char *id, const char *text, bool is_own)
{
    return (struct store_direct){.peer = {.size = 1, .data = {peer}},
        .id = bytes_of_text(id),
        .sent_at.ms = 5,
        .arrived_at.ms = 7,
        .nick = BYTES_OF("Bob"),
        .text = bytes_of_text(text),
        .is_own = is_own,
        .is_waiting = is_own};
}

static void put(uint8_t peer, const char *id, const char *text, bool is_own)
{
    struct store_direct direct = direct_of(peer, id, text, is_own);
    expect_equal(store_put_direct(shelf.store, &direct), STORE_OK);
}

static void what_waits_is_there_after_a_restart(void)
{
    shelf_make();
    put(1, ID_OF_ONE, "one", true);
    put(1, ID_OF_TWO, "two", true);
    put(2, ID_OF_ONE, "other", true);
    put(1, "ff", "from him", false);
    shelf_open_again();
    expect_text(
        read(true, 0), "1 Bob one own waiting\n1 Bob two own waiting\n2 Bob other own waiting\n");
    expect_text(read(false, 0), "1 Bob from him\n");
    shelf_remove();
}

static void what_was_answered_does_not_wait(void)
{
    struct gossip_peer_id one = {.size = 1, .data = {1}}, two = {.size = 1, .data = {2}};
    shelf_make();
    put(1, ID_OF_ONE, "one", true);
    put(1, ID_OF_TWO, "two", true);
    expect_equal(store_settle_direct(shelf.store, &two, BYTES_OF(ID_OF_ONE)), STORE_NOT_FOUND);
    expect_equal(store_settle_direct(shelf.store, &one, BYTES_OF(ID_OF_ONE)), STORE_OK);
    expect_equal(store_settle_direct(shelf.store, &one, BYTES_OF(ID_OF_ONE)), STORE_NOT_FOUND);
    expect_text(read(true, 0), "1 Bob two own waiting\n");
    expect_text(read(false, 0), ""); /* ours are not what others said */
    shelf_remove();
}

static void each_is_kept_once(void)
{
    struct store_direct again = direct_of(1, ID_OF_ONE, "again", false);
    shelf_make();
    put(1, ID_OF_ONE, "one", false);
    expect_equal(store_put_direct(shelf.store, &again), STORE_KNOWN);
    expect_text(read(false, 0), "1 Bob one\n");
    shelf_remove();
}

static void the_last_ones_are_handed_out(void)
{
    char id[8];
    shelf_make();
    for (unsigned i = 0; i < 5; i++) {
        (void)snprintf(id, sizeof(id), "0%u", i);
        put(1, id, id, false);
    }
    expect_text(read(false, 2), "1 Bob 03\n1 Bob 04\n");
    shelf_remove();
}

/* Anybody may write, so that what is kept of it is bounded; what waits to be sent stays. */
static void old_ones_give_way(void)
{
    char id[12];
    shelf_make();
    put(2, ID_OF_ONE, "unsent", true);
    put(1, ID_OF_ONE, "first", false);
    expect_equal(store_begin(shelf.store), STORE_OK);
    for (unsigned i = 0; i < STORE_DIRECTS_MAX; i++) {
        (void)snprintf(id, sizeof(id), "%08x", i);
        put(1, id, "x", false);
    }
    expect_equal(store_commit(shelf.store), STORE_OK);
    put(1, ID_OF_ONE, "first", false); /* it was not known any more */
    expect_text(read(false, 1), "1 Bob first\n");
    expect_text(read(true, 0), "2 Bob unsent own waiting\n");
    shelf_remove();
}

static void they_are_forgotten_but_for_what_waits(void)
{
    uint64_t removed;
    struct store_direct late = direct_of(1, "02", "late", false);
    shelf_make();
    put(1, ID_OF_ONE, "unsent", true);
    put(1, "01", "early", false);
    late.sent_at.ms = late.arrived_at.ms = 5000;
    expect_equal(store_put_direct(shelf.store, &late), STORE_OK);
    expect_equal(store_forget_directs(shelf.store, (struct gossip_unix_time){.ms = 5000}, &removed),
        STORE_OK);
    expect_equal(removed, 1);
    expect_equal(
        store_forget_directs(shelf.store, (struct gossip_unix_time){0}, &removed), STORE_OK);
    expect_equal(removed, 1);
    expect_text(read(false, 0), "");
    expect_text(read(true, 0), "1 Bob unsent own waiting\n");
    shelf_remove();
}

static void what_is_out_of_bounds_is_not_taken(void)
{
    struct store_direct direct = direct_of(1, "", "x", true);
    shelf_make();
    expect_equal(store_put_direct(shelf.store, &direct), STORE_INVALID);
    direct.id = BYTES_OF("1");
    direct.peer.size = 0;
    expect_equal(store_put_direct(shelf.store, &direct), STORE_INVALID);
    direct.peer.size = 1;
    direct.text = bytes_repeated('x', STORE_TEXT_BYTES_MAX + 1);
    expect_equal(store_put_direct(shelf.store, &direct), STORE_INVALID);
    shelf_remove();
}

TEST_MAIN(TEST(what_waits_is_there_after_a_restart), TEST(what_was_answered_does_not_wait),
    TEST(each_is_kept_once), TEST(the_last_ones_are_handed_out), TEST(old_ones_give_way),
    TEST(they_are_forgotten_but_for_what_waits), TEST(what_is_out_of_bounds_is_not_taken))
