#include "store/store.h"

#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "support/test.h"
#include "unit/store/shelf.h"

static const struct gossip_bytes main_room = BYTES_INITIALISER("main");

static const char *lines(void)
{
    struct store_page page = {.room = main_room};

    expect_equal(store_read(shelf.store, &page, shelf_take_line, NULL), STORE_OK);
    return shelf_taken();
}

/* Opens the file as it is and expects it to be refused and not touched. */
static void expect_refused(enum store_result result, const char *why)
{
    struct gossip_bytes before = folder_read(SHELF_FILE);
    uint8_t copy[4096];
    size_t size = before.size;

    memcpy(copy, before.data, size);
    expect_equal(shelf_open(STORE_CREATE), result);
    expect_null(shelf.store);
    expect_not_null(strstr(shelf.sentence, why));
    expect_bytes(folder_read(SHELF_FILE), bytes_make(copy, size));
    expect_equal(folder_count(), 1);
}

static void a_new_file_is_private_and_ours(void)
{
    shelf_make();
    shelf_put(1, "hello");
    expect_equal(folder_mode(SHELF_FILE), 0600);
    expect_equal(folder_mode(SHELF_FILE "-wal"), 0600);
    expect_equal(shelf_ask("PRAGMA application_id"), STORE_APPLICATION_ID);
    expect_equal(shelf_ask("PRAGMA user_version"), 1);
    shelf_remove();
}

static void closing_leaves_one_file_with_all_in_it(void)
{
    shelf_make();
    shelf_put(1, "hello");
    shelf_put(2, "world");
    store_close(shelf.store);
    expect_equal(folder_count(), 1);
    expect_equal(shelf_open(STORE_READING), STORE_OK);
    expect_text(lines(), "hello,world");
    expect_equal(store_check(shelf.store), STORE_OK);
    shelf_remove();
}

static void a_file_that_others_could_read_is_closed_to_them(void)
{
    shelf_make();
    store_close(shelf.store);
    expect_equal(chmod(folder_path(SHELF_FILE), 0644), 0);
    expect_equal(shelf_open(STORE_CREATE), STORE_OK);
    expect_equal(folder_mode(SHELF_FILE), 0600);
    shelf_remove();
}

static void what_is_missing_is_made_only_on_request(void)
{
    folder_make();
    test_allocator_init(&shelf.memory);
    expect_equal(shelf_open(STORE_EXISTING), STORE_NOT_FOUND);
    expect_not_null(strstr(shelf.sentence, "there is no such file"));
    expect_equal(shelf_open(STORE_READING), STORE_NOT_FOUND);
    expect_equal(folder_count(), 0);
    shelf_remove();
}

static void who_reads_changes_nothing(void)
{
    struct store_line line = shelf_line(2, "no");
    uint64_t removed;

    shelf_make();
    shelf_put(1, "hello");
    store_close(shelf.store);
    expect_equal(shelf_open(STORE_READING), STORE_OK);
    expect_equal(store_insert(shelf.store, &line), STORE_READ_ONLY);
    expect_equal(store_forget(shelf.store, main_room, (struct gossip_unix_time){0}, &removed),
        STORE_READ_ONLY);
    expect_equal(removed, 0);
    expect_text(lines(), "hello");
    shelf_remove();
}

static void what_is_not_ours_is_left_alone(void)
{
    folder_make();
    test_allocator_init(&shelf.memory);
    folder_write(SHELF_FILE,
        BYTES_OF("I am a letter to my aunt, and no database at all.\n"
                 "Whoever writes here destroys something of value. So, "
                 "please, do not. Thank you very much."),
        0600);
    expect_refused(STORE_FOREIGN, "history.db: that is not a history of gossipchat. Move it away");
    shelf_remove();
}

static void a_database_of_another_program_is_left_alone(void)
{
    folder_make();
    test_allocator_init(&shelf.memory);
    shelf_run("PRAGMA page_size = 1024; CREATE TABLE songs (name)");
    expect_refused(STORE_FOREIGN, "that is not a history of gossipchat");
    shelf_remove();
}

static void a_file_of_a_later_version_is_left_alone(void)
{
    shelf_make();
    shelf_put(1, "hello");
    store_close(shelf.store);
    shelf_run("PRAGMA user_version = 99; PRAGMA journal_mode = DELETE");
    expect_equal(shelf_open(STORE_CREATE), STORE_NEWER);
    expect_not_null(strstr(shelf.sentence, "later version of gossipchat. Use that version"));
    shelf_run("PRAGMA user_version = 1");
    expect_equal(shelf_open(STORE_CREATE), STORE_OK);
    expect_text(lines(), "hello");
    shelf_remove();
}

static void a_damaged_file_is_said_to_be_so(void)
{
    shelf_make();
    for (unsigned i = 1; i <= 200; i++) {
        shelf_put(i, "a line that fills the pages of the file with more and more letters");
    }
    store_close(shelf.store);
    expect_equal(truncate(folder_path(SHELF_FILE), 8192), 0);
    expect_equal(shelf_open(STORE_CREATE), STORE_DAMAGED);
    expect_not_null(strstr(shelf.sentence, "the file is damaged. Move it away"));
    shelf_remove();
}

static void a_change_is_whole_or_not_at_all(void)
{
    shelf_make();
    expect_equal(store_begin(shelf.store), STORE_OK);
    shelf_put(1, "one");
    shelf_put(2, "two");
    expect_true(store_is_changing(shelf.store));
    store_roll_back(shelf.store);
    expect_false(store_is_changing(shelf.store));
    expect_text(lines(), "");
    expect_equal(store_begin(shelf.store), STORE_OK);
    shelf_put(3, "three");
    expect_equal(store_commit(shelf.store), STORE_OK);
    shelf_open_again();
    expect_text(lines(), "three");
    shelf_remove();
}

static void two_programs_share_the_file(void)
{
    struct store *first;

    shelf_make();
    first = shelf.store;
    shelf_put(1, "one");
    expect_equal(shelf_open(STORE_CREATE), STORE_OK);
    shelf_put(2, "two");
    expect_text(lines(), "one,two");
    store_close(shelf.store);
    shelf.store = first;
    shelf_put(3, "three");
    expect_text(lines(), "one,two,three");
    shelf_remove();
}

static void a_full_disk_costs_only_what_does_not_fit(void)
{
    struct store_config config = {
        .allocator = &shelf.memory.allocator, .access = STORE_CREATE, .pages_max = 60};
    char text[2001] = "";
    unsigned kept = 0;
    struct store_line line;

    shelf_make();
    store_close(shelf.store);
    config.path = folder_path(SHELF_FILE);
    expect_equal(store_open(&config, &shelf.store, shelf.sentence), STORE_OK);
    memset(text, 'x', sizeof(text) - 1);
    do {
        line = shelf_line(++kept, text);
        expect_at_most(kept, 100);
    } while (store_insert(shelf.store, &line) == STORE_OK);
    expect_not_null(strstr(store_failure(shelf.store), "history.db: disk full"));
    expect_false(store_is_changing(shelf.store));
    shelf_open_again(); /* there is room again */
    expect_equal(shelf_ask("SELECT count(*) FROM messages"), kept - 1);
    expect_equal(store_check(shelf.store), STORE_OK);
    expect_equal(store_insert(shelf.store, &line), STORE_OK);
    shelf_remove();
}

static enum gossip_error open_and_put(const struct allocator *allocator, void *context)
{
    struct store_config config = {
        .allocator = allocator, .path = folder_path(SHELF_FILE), .access = STORE_CREATE};
    struct store_query query = {.text = BYTES_OF("hello")};
    struct store_line line = shelf_line(1, "hello");
    char sentence[STORE_SENTENCE_BYTES];
    struct store *store;
    enum store_result result = store_open(&config, &store, sentence);

    (void)context;
    if (result == STORE_OK) {
        result = store_insert(store, &line);
        if (result == STORE_OK || result == STORE_KNOWN) {
            result = store_search(store, &query, shelf_take_line, NULL);
        }
        expect_false(store_is_changing(store));
        store_close(store);
    }
    return result == STORE_OK ? GOSSIP_OK : GOSSIP_ERROR_NO_MEMORY;
}

static void without_memory_nothing_is_half_done(void)
{
    folder_make();
    expect_at_least(test_allocator_fail_each(open_and_put, NULL), 4);
    expect_equal(shelf_ask("SELECT count(*) FROM messages"), 1);
    expect_text(shelf_taken(), "hello");
    folder_remove();
}

TEST_MAIN(TEST(a_new_file_is_private_and_ours), TEST(closing_leaves_one_file_with_all_in_it),
    TEST(a_file_that_others_could_read_is_closed_to_them),
    TEST(what_is_missing_is_made_only_on_request), TEST(who_reads_changes_nothing),
    TEST(what_is_not_ours_is_left_alone), TEST(a_database_of_another_program_is_left_alone),
    TEST(a_file_of_a_later_version_is_left_alone), TEST(a_damaged_file_is_said_to_be_so),
    TEST(a_change_is_whole_or_not_at_all), TEST(two_programs_share_the_file),
    TEST(a_full_disk_costs_only_what_does_not_fit), TEST(without_memory_nothing_is_half_done))
