#include "app/chat_log.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "support/test.h"
#include "unit/host/folder.h"

static const struct gossip_event line = {.kind = GOSSIP_EVENT_LINE,
    .room = {(const uint8_t *)"dev", 3},
    .name = {(const uint8_t *)"Bob", 3},
    .text = {(const uint8_t *)"one\ntwo\x1b[31m", 12},
    .sent_at = {1000000000000},
    .arrived_at = {1000000000000}};

#define WRITTEN "2001-09-09 01:46:40 #dev <Bob> one\n\t| two\xef\xbf\xbd[31m\n"

static void what_is_said_is_written_for_its_owner(void)
{
    struct gossip_event other = {.kind = GOSSIP_EVENT_NOTICE};
    struct chat_log *log;

    (void)setenv("TZ", "UTC", 1);
    folder_make();
    log = chat_log_open(folder_path("log"), false);
    expect_true(chat_log_write(log, &line));
    expect_true(chat_log_write(log, &other));
    expect_equal(chat_log_count(log), 1);
    expect_bytes(folder_read("log"), BYTES_OF(WRITTEN)); /* at once, not at the end */
    expect_true(chat_log_close(log));
    expect_equal(folder_mode("log"), 0600);
    log = chat_log_open(folder_path("log"), false);
    expect_true(chat_log_write(log, &line));
    expect_true(chat_log_close(log));
    expect_bytes(folder_read("log"), BYTES_OF(WRITTEN WRITTEN));
    folder_remove();
}

static void nothing_is_replaced(void)
{
    folder_make();
    folder_write("log", BYTES_OF("x"), 0600);
    expect_null(chat_log_open(folder_path("log"), true));
    expect_null(chat_log_open(folder_path("none/log"), false));
    expect_bytes(folder_read("log"), BYTES_OF("x"));
    folder_remove();
}

static void a_full_disk_is_noticed(void)
{
    struct chat_log *log = chat_log_open("/dev/full", false);

    if (log != NULL) {
        expect_false(chat_log_write(log, &line));
        (void)chat_log_close(log);
    }
}

static void one_that_is_off_takes_everything(void)
{
    expect_true(chat_log_write(NULL, &line));
    expect_true(chat_log_close(NULL));
}

TEST_MAIN(TEST(what_is_said_is_written_for_its_owner), TEST(nothing_is_replaced),
    TEST(a_full_disk_is_noticed), TEST(one_that_is_off_takes_everything))
