#include "base/bytes.h"
#include "store/store.h"
#include "support/test.h"
#include "unit/store/shelf.h"

static const struct gossip_bytes main_room = BYTES_INITIALISER("main");
static const struct gossip_unix_time whenever;

static const char *lines(void)
{
    struct store_page page = {.room = main_room};

    expect_equal(store_read(shelf.store, &page, shelf_take_line, NULL), STORE_OK);
    return shelf_taken();
}

static const char *find(const char *text)
{
    struct store_query query = {.text = bytes_of_text(text)};

    expect_equal(store_search(shelf.store, &query, shelf_take_line, NULL), STORE_OK);
    return shelf_taken();
}

static void fill(void)
{
    struct store_line line = shelf_line(5, "word dev");

    shelf_make();
    shelf_put(1, "word one");
    shelf_put(2, "word two 東京駅");
    shelf_put(3, "word three");
    line.room = BYTES_OF("dev");
    expect_equal(store_insert(shelf.store, &line), STORE_OK);
}

static void a_room_is_forgotten_with_its_words(void)
{
    uint64_t removed;

    fill();
    expect_equal(store_forget(shelf.store, main_room, whenever, &removed), STORE_OK);
    expect_equal(removed, 3);
    expect_text(lines(), "");
    expect_text(find("word"), "word dev");
    expect_text(find("東京"), "");
    expect_equal(store_check(shelf.store), STORE_OK);
    shelf_run("INSERT INTO words (words) VALUES ('integrity-check')");
    shelf_remove();
}

static void what_is_older_is_forgotten(void)
{
    uint64_t removed;

    fill();
    expect_equal(store_forget(shelf.store, (struct gossip_bytes){0},
                     (struct gossip_unix_time){.ms = 3000}, &removed),
        STORE_OK);
    expect_equal(removed, 2);
    expect_text(lines(), "word three");
    expect_text(find("word"), "word three,word dev");
    shelf_remove();
}

/* When a line was said is what its author claims: nobody makes one that cannot be forgotten. */
static void a_date_that_is_none_is_no_protection(void)
{
    struct store_line line = shelf_line(9, "word of the end");
    uint64_t removed;

    fill();
    line.sent_at.ms = INT64_MAX;
    line.arrived_at.ms = 2500;
    expect_equal(store_insert(shelf.store, &line), STORE_OK);
    line = shelf_line(10, "word of the end, again");
    line.sent_at.ms = INT64_MAX;
    line.arrived_at.ms = 5000;
    expect_equal(store_insert(shelf.store, &line), STORE_OK);
    expect_equal(
        store_forget(shelf.store, main_room, (struct gossip_unix_time){.ms = 3000}, &removed),
        STORE_OK);
    expect_equal(removed, 3);
    expect_text(lines(), "word three,word of the end, again");
    expect_equal(store_forget(shelf.store, main_room, whenever, &removed), STORE_OK);
    expect_text(lines(), "");
    shelf_remove();
}

static void what_was_forgotten_does_not_come_back(void)
{
    struct store_line line = shelf_line(2, "word two 東京駅");
    uint64_t removed;

    fill();
    expect_equal(store_forget(shelf.store, (struct gossip_bytes){0}, whenever, &removed), STORE_OK);
    expect_equal(removed, 4);
    expect_equal(store_insert(shelf.store, &line), STORE_KNOWN);
    expect_equal(store_knows(shelf.store, main_room, line.id), STORE_KNOWN);
    shelf_open_again();
    expect_equal(store_insert(shelf.store, &line), STORE_KNOWN);
    line = shelf_line(7, "new");
    expect_equal(store_insert(shelf.store, &line), STORE_OK);
    expect_text(lines(), "new");
    shelf_remove();
}

static void nothing_of_it_is_left_in_the_file(void)
{
    uint64_t removed;

    shelf_make();
    shelf_put(1, "unmistakable");
    expect_equal(store_forget(shelf.store, main_room, whenever, &removed), STORE_OK);
    expect_equal(store_compact(shelf.store), STORE_OK);
    store_close(shelf.store);
    shelf.store = NULL;
    expect_equal(shelf_ask("SELECT count(*) FROM words_data WHERE instr(block, 'unmistak')"), 0);
    shelf_remove();
}

static void each_room_keeps_its_newest(void)
{
    uint64_t removed;

    fill();
    expect_equal(store_trim(shelf.store, 2, &removed), STORE_OK);
    expect_equal(removed, 1);
    expect_text(lines(), "word two 東京駅,word three");
    expect_text(find("one"), "");
    expect_equal(store_trim(shelf.store, 2, &removed), STORE_OK);
    expect_equal(removed, 0);
    shelf_remove();
}

static void who_is_unknown_cannot_be_forgotten(void)
{
    uint64_t removed;

    fill();
    expect_equal(store_forget(shelf.store, BYTES_OF("nowhere"), whenever, &removed), STORE_OK);
    expect_equal(removed, 0);
    shelf_remove();
}

TEST_MAIN(TEST(a_room_is_forgotten_with_its_words), TEST(what_is_older_is_forgotten),
    TEST(a_date_that_is_none_is_no_protection), TEST(what_was_forgotten_does_not_come_back),
    TEST(nothing_of_it_is_left_in_the_file), TEST(each_room_keeps_its_newest),
    TEST(who_is_unknown_cannot_be_forgotten))
