#include "host/sequence_file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "gossipchat/node.h"
#include "support/test.h"
#include "unit/host/folder.h"

/* The first of January 2026, in milliseconds and in the nanoseconds that numbers are counted in. */
static const struct gossip_unix_time date = {.ms = 1767225600000};
#define DATE_NS UINT64_C(1767225600000000000)

static struct sequence_file file;

static uint64_t open_file(struct gossip_unix_time now)
{
    uint64_t first = 0;

    expect_ok(sequence_file_open(&file, folder_path("seqno"), now, &first));
    return first;
}

static uint64_t kept(void)
{
    struct gossip_bytes text = folder_read("seqno");
    unsigned long long number = 0;
    char line[64];

    expect_at_most(text.size, sizeof(line) - 1);
    bytes_copy((uint8_t *)line, text);
    line[text.size] = '\0';
    expect_equal(sscanf(line, "%llu", &number), 1);
    return number;
}

static void counting_begins_with_the_clock(void)
{
    folder_make();
    expect_equal(open_file(date), DATE_NS);
    expect_equal(kept(), DATE_NS + SEQUENCE_FILE_STEP); /* no message has reached that */
    expect_equal(folder_mode("seqno"), 0600);
    sequence_file_close(&file, DATE_NS + 3);
    expect_equal(kept(), DATE_NS + 3);
    folder_remove();
}

static void a_clock_set_back_does_not_repeat_numbers(void)
{
    struct gossip_unix_time yesterday = {.ms = date.ms - 86400000};
    struct gossip_unix_time never = {.ms = 0};

    folder_make();
    expect_equal(open_file(date), DATE_NS);
    sequence_file_close(&file, DATE_NS + 3);
    expect_equal(open_file(yesterday), DATE_NS + 3);
    sequence_file_close(&file, DATE_NS + 7);
    expect_equal(open_file(never), DATE_NS + 7);
    sequence_file_close(&file, 0); /* nothing is known: the file stays */
    expect_equal(kept(), DATE_NS + 7 + SEQUENCE_FILE_STEP);
    folder_remove();
}

static void a_killed_process_left_a_number_nobody_reached(void)
{
    uint64_t first;

    folder_make();
    first = open_file(date);
    for (uint64_t sent = 1; sent <= 3 * SEQUENCE_FILE_STEP; sent += 1000) {
        sequence_file_advance(&file, first + sent);
        expect_at_least(kept(), first + sent);
    }
    sequence_file_close(&file, 0);
    folder_remove();
}

static void a_damaged_file_counts_as_missing(void)
{
    static const char *const texts[] = {"", "x", "-5", "99999999999999999999999",
        "9999999999999999999", "a file much longer than any number that could ever stand in it"};

    folder_make();
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        folder_write("seqno", bytes_of_text(texts[i]), 0600);
        expect_equal(open_file(date), DATE_NS);
        sequence_file_close(&file, 0);
    }
    folder_remove();
}

static void a_file_that_cannot_be_written_is_said_to_be_so(void)
{
    uint64_t first;

    folder_make();
    expect_error(sequence_file_open(&file, folder_path("no/such"), date, &first), GOSSIP_ERROR_IO);
    expect_not_null(strstr(gossip_node_failure(), "no/such: No such file or directory. Choose"));
    expect_null(file.path);
    sequence_file_close(&file, DATE_NS); /* allowed */
    folder_remove();
}

static void a_disk_that_goes_away_costs_nothing_but_the_file(void)
{
    uint64_t first;

    folder_make();
    first = open_file(date);
    folder_remove();
    for (uint64_t sent = 1; sent <= 2 * SEQUENCE_FILE_STEP; sent += 100000) {
        sequence_file_advance(&file, first + sent);
    }
    sequence_file_close(&file, first);
}

static void without_a_path_nothing_is_kept(void)
{
    uint64_t first;

    folder_make();
    expect_ok(sequence_file_open(&file, NULL, date, &first));
    expect_equal(first, DATE_NS);
    sequence_file_advance(&file, first + 10 * SEQUENCE_FILE_STEP);
    sequence_file_close(&file, first);
    expect_equal(folder_count(), 0);
    folder_remove();
}

TEST_MAIN(TEST(counting_begins_with_the_clock), TEST(a_clock_set_back_does_not_repeat_numbers),
    TEST(a_killed_process_left_a_number_nobody_reached), TEST(a_damaged_file_counts_as_missing),
    TEST(a_file_that_cannot_be_written_is_said_to_be_so),
    TEST(a_disk_that_goes_away_costs_nothing_but_the_file), TEST(without_a_path_nothing_is_kept))
