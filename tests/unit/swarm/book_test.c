#include "swarm/book.h"

#include "base/instant.h"
#include "multiaddr/endpoint.h"
#include "support/test.h"
#include "support/test_allocator.h"

#include <string.h>

#define ENTRIES_MAX 4

static struct test_allocator memory;
static struct swarm *swarm;

/* As much of a swarm as the book looks at. */
static void begin(void)
{
    test_allocator_init(&memory);
    swarm = test_take(sizeof(*swarm));
    memset(swarm, 0, sizeof(*swarm));
    swarm->now = instant_us(1000);
    timer_heap_init(&swarm->timers);
    chain_init(&swarm->book_telling, NULL);
    expect_ok(book_create(&memory.allocator, ENTRIES_MAX, &swarm->book));
}

static void end(void)
{
    book_destroy(swarm->book);
    test_allocator_deinit(&memory);
}

static struct gossip_peer_id peer_id(uint8_t number)
{
    struct gossip_peer_id peer = {.size = 38};

    peer.data[37] = number;
    return peer;
}

/* /ip4/10.0.0.`number`/tcp/9740 */
static struct gossip_address address(uint8_t number)
{
    const uint8_t ip[4] = {10, 0, 0, number};
    struct gossip_address made;

    multiaddr_from_ip4(ip, 9740, &made);
    return made;
}

static struct book_entry *insert(uint8_t number, enum swarm_source source)
{
    struct gossip_peer_id peer = peer_id(number);

    swarm->now.us++;
    return book_insert(swarm, &peer, source);
}

static bool has(uint8_t number)
{
    struct gossip_peer_id peer = peer_id(number);

    return book_find(swarm->book, &peer) != NULL;
}

static void add(struct book_entry *entry, uint8_t number, enum swarm_source source, bool is_new)
{
    struct gossip_address made = address(number);

    expect_equal(book_add_address(entry, &made, 0, source), is_new);
}

static void an_entry_is_found_by_its_peer(void)
{
    struct book_entry *entry;
    struct gossip_peer_id peer = peer_id(1);

    begin();
    expect_null(book_find(swarm->book, &peer));
    entry = insert(1, SWARM_SOURCE_MDNS);
    expect_same(book_find(swarm->book, &peer), entry);
    expect_equal(entry->source, SWARM_SOURCE_MDNS);
    expect_false(has(2));
    book_remove(swarm, entry);
    expect_false(has(1));
    end();
}

static void an_entry_without_a_peer_is_found_by_any_of_its_addresses(void)
{
    struct book_entry *entry;
    struct gossip_address one = address(1), two = address(2), three = address(3);

    begin();
    entry = book_insert(swarm, NULL, SWARM_SOURCE_MANUAL);
    add(entry, 1, SWARM_SOURCE_MANUAL, true);
    add(entry, 2, SWARM_SOURCE_MANUAL, true);
    add(insert(1, SWARM_SOURCE_MDNS), 3, SWARM_SOURCE_MDNS, true);
    expect_same(book_find_address(swarm->book, &one), entry);
    expect_same(book_find_address(swarm->book, &two), entry);
    expect_null(book_find_address(swarm->book, &three)); /* that one has a peer */
    end();
}

static void hearsay_goes_first_and_then_the_oldest(void)
{
    begin();
    (void)insert(1, SWARM_SOURCE_MDNS);
    (void)insert(2, SWARM_SOURCE_EXCHANGE);
    (void)insert(3, SWARM_SOURCE_EXCHANGE);
    (void)insert(4, SWARM_SOURCE_MDNS);
    expect_not_null(insert(5, SWARM_SOURCE_EXCHANGE));
    expect_false(has(2));
    expect_not_null(insert(6, SWARM_SOURCE_MDNS));
    expect_false(has(3));
    expect_not_null(insert(7, SWARM_SOURCE_MDNS));
    expect_false(has(5));
    expect_not_null(insert(8, SWARM_SOURCE_MDNS));
    expect_false(has(1));
    expect_null(insert(9, SWARM_SOURCE_EXCHANGE)); /* all that is left was heard on the wire */
    expect_true(has(4) && has(6) && has(7) && has(8));
    end();
}

static void who_matters_is_never_forgotten(void)
{
    struct link link = {.target = NULL};
    struct book_entry *entries[ENTRIES_MAX];

    begin();
    for (uint8_t i = 0; i < ENTRIES_MAX; i++)
        entries[i] = insert(i, SWARM_SOURCE_EXCHANGE);
    entries[0]->is_manual = true;
    entries[1]->is_connected = true;
    add(entries[2], 1, SWARM_SOURCE_EXCHANGE, true);
    entries[2]->addresses[0].link = &link;
    expect_true(book_is_dialing(entries[2]));
    expect_not_null(insert(10, SWARM_SOURCE_MANUAL));
    expect_false(has(3));
    expect_true(has(0) && has(1) && has(2));
    end();
}

static void an_address_is_kept_once(void)
{
    struct book_entry *entry;
    struct gossip_address one = address(1);

    begin();
    entry = insert(1, SWARM_SOURCE_MDNS);
    add(entry, 1, SWARM_SOURCE_MDNS, true);
    add(entry, 1, SWARM_SOURCE_EXCHANGE, false);
    expect_equal(entry->address_count, 1);
    expect_equal(entry->addresses[0].source, SWARM_SOURCE_MDNS);
    /* On another interface it is another address. */
    expect_true(book_add_address(entry, &one, 3, SWARM_SOURCE_MDNS));
    expect_equal(entry->address_count, 2);
    end();
}

static void a_person_rehabilitates_an_address(void)
{
    struct book_entry *entry;

    begin();
    entry = insert(1, SWARM_SOURCE_MDNS);
    add(entry, 1, SWARM_SOURCE_MDNS, true);
    entry->addresses[0].is_bad = true;
    add(entry, 1, SWARM_SOURCE_MDNS, false);
    expect_true(entry->addresses[0].is_bad);
    add(entry, 1, SWARM_SOURCE_MANUAL, false);
    expect_false(entry->addresses[0].is_bad);
    expect_equal(entry->addresses[0].source, SWARM_SOURCE_MANUAL);
    end();
}

/* The address tried longest ago gives way; what is being dialed, or was typed, stays. */
static void addresses_are_bounded(void)
{
    struct link link = {.target = NULL};
    struct book_entry *entry;
    struct gossip_address third = address(3), extra = address(100);

    begin();
    entry = insert(1, SWARM_SOURCE_MDNS);
    for (uint8_t i = 1; i <= SWARM_ADDRESSES_MAX; i++) {
        add(entry, i, i == 1 ? SWARM_SOURCE_MANUAL : SWARM_SOURCE_MDNS, true);
        entry->addresses[i - 1].tried = instant_us(100u + i);
    }
    entry->addresses[1].link = &link;
    add(entry, 100, SWARM_SOURCE_MDNS, true);
    expect_equal(entry->address_count, SWARM_ADDRESSES_MAX);
    expect_false(book_has_address(entry, &third));
    expect_true(book_has_address(entry, &extra));
    for (size_t i = 0; i < SWARM_ADDRESSES_MAX; i++)
        entry->addresses[i].link = &link;
    add(entry, 101, SWARM_SOURCE_MDNS, false);
    book_remove(swarm, entry);
    expect_null(link.target);
    end();
}

static enum gossip_error create(const struct allocator *allocator, void *context)
{
    struct book *book;
    enum gossip_error error = book_create(allocator, ENTRIES_MAX, &book);

    (void)context;
    book_destroy(book);
    return error;
}

static void without_memory_there_is_no_book(void)
{
    expect_at_least(test_allocator_fail_each(create, NULL), 2);
}

TEST_MAIN(TEST(an_entry_is_found_by_its_peer),
    TEST(an_entry_without_a_peer_is_found_by_any_of_its_addresses),
    TEST(hearsay_goes_first_and_then_the_oldest), TEST(who_matters_is_never_forgotten),
    TEST(an_address_is_kept_once), TEST(a_person_rehabilitates_an_address),
    TEST(addresses_are_bounded), TEST(without_memory_there_is_no_book))
