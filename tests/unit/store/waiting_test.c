#include "store/store.h"

#include <stdio.h>
#include <string.h>

#include "support/test.h"
#include "unit/store/shelf.h"

static char told[1024];

static void take(void *context, const struct store_waiting *waiting)
{
    size_t size = strlen(told);
    (void)context;
    (void)snprintf(told + size, sizeof(told) - size, "%.*s %llu.%llu %.*s%s\n",
        (int)waiting->room.size, (const char *)waiting->room.data,
        (unsigned long long)waiting->session, (unsigned long long)waiting->sequence,
        (int)waiting->text.size, (const char *)waiting->text.data,
        waiting->is_action ? " action" : "");
    expect_equal(waiting->sent_at.ms, 5);
}

static const char *read(const char *room)
{
    told[0] = '\0';
    expect_equal(store_read_waiting(shelf.store, bytes_of_text(room), take, NULL), STORE_OK);
    return told;
}

static struct store_waiting waiting_of(const char *room, const char *id, const char *text)
{
    return (struct store_waiting){.room = bytes_of_text(room),
        .id = bytes_of_text(id),
        .session = 9,
        .sequence = 2,
        .sent_at.ms = 5,
        .text = bytes_of_text(text),
        .is_action = text[0] == '*'};
}

static void put(const char *room, const char *id, const char *text)
{
    struct store_waiting waiting = waiting_of(room, id, text);
    expect_equal(store_put_waiting(shelf.store, &waiting), STORE_OK);
}

static void lines_wait_for_their_room(void)
{
    shelf_make();
    put("main", "01", "one");
    put("dev", "01", "*two");
    put("main", "02", "three");
    shelf_open_again();
    expect_text(read("main"), "main 9.2 one\nmain 9.2 three\n");
    expect_text(read("dev"), "dev 9.2 *two action\n");
    expect_text(read("nowhere"), "");
    shelf_remove();
}

static void each_waits_once_and_until_it_is_dropped(void)
{
    struct store_waiting again = waiting_of("main", "01", "again");
    shelf_make();
    put("main", "01", "one");
    expect_equal(store_put_waiting(shelf.store, &again), STORE_KNOWN);
    expect_equal(
        store_drop_waiting(shelf.store, BYTES_OF("main"), BYTES_OF("02")), STORE_NOT_FOUND);
    expect_equal(store_drop_waiting(shelf.store, BYTES_OF("dev"), BYTES_OF("01")), STORE_NOT_FOUND);
    expect_text(read("main"), "main 9.2 one\n");
    expect_equal(store_drop_waiting(shelf.store, BYTES_OF("main"), BYTES_OF("01")), STORE_OK);
    expect_text(read("main"), "");
    shelf_remove();
}

static void a_line_that_is_kept_waits_no_more(void)
{
    struct store_line line = shelf_line(1, "one");
    char id[STORE_ID_BYTES_MAX + 1];
    shelf_make();
    (void)snprintf(id, sizeof(id), "%.*s", (int)line.id.size, (const char *)line.id.data);
    put("main", id, "one");
    line.is_own = true;
    expect_equal(store_insert(shelf.store, &line), STORE_OK);
    expect_text(read("main"), "");
    shelf_remove();
}

static void what_is_out_of_bounds_is_not_taken(void)
{
    struct store_waiting waiting = waiting_of("", "01", "x");
    shelf_make();
    expect_equal(store_put_waiting(shelf.store, &waiting), STORE_INVALID);
    waiting = waiting_of("main", "", "x");
    expect_equal(store_put_waiting(shelf.store, &waiting), STORE_INVALID);
    waiting = waiting_of("main", "01", "x");
    waiting.session = UINT64_MAX;
    expect_equal(store_put_waiting(shelf.store, &waiting), STORE_INVALID);
    shelf_remove();
}

TEST_MAIN(TEST(lines_wait_for_their_room), TEST(each_waits_once_and_until_it_is_dropped),
    TEST(a_line_that_is_kept_waits_no_more), TEST(what_is_out_of_bounds_is_not_taken))
