#include "store/lines.h"

#include <string.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "support/test.h"
#include "unit/store/shelf.h"

static const struct gossip_bytes main_room = BYTES_INITIALISER("main");

static const char *page(struct store_page page)
{
    page.room = main_room;
    expect_equal(store_read(shelf.store, &page, shelf_take_line, NULL), STORE_OK);
    return shelf_taken();
}

static struct store_line wanted;
static bool was_found;

static void expect_wanted(void *context, const struct store_line *line)
{
    (void)context;
    was_found = true;
    expect_bytes(line->room, wanted.room);
    expect_bytes(line->id, wanted.id);
    expect_true(peer_id_is_equal(&line->author, &wanted.author));
    expect_equal(line->order, wanted.order);
    expect_equal(line->sent_at.ms, wanted.sent_at.ms);
    expect_equal(line->arrived_at.ms, wanted.arrived_at.ms);
    expect_bytes(line->nick, wanted.nick);
    expect_bytes(line->name, wanted.name);
    expect_bytes(line->text, wanted.text);
    expect_bytes(line->original, wanted.original);
    expect_equal(line->is_own, wanted.is_own);
    expect_equal(line->is_action, wanted.is_action);
    expect_equal(line->is_foreign, wanted.is_foreign);
    expect_equal(line->is_mention, wanted.is_mention);
    expect_equal(line->is_late, wanted.is_late);
}

static void expect_kept(void)
{
    was_found = false;
    expect_equal(store_find(shelf.store, wanted.room, wanted.id, expect_wanted, NULL), STORE_OK);
    expect_true(was_found);
}

static void a_line_comes_out_as_it_went_in(void)
{
    shelf_make();
    wanted = shelf_line(3, "你好 'quoted' \"twice\"\nsecond line; DROP TABLE messages");
    wanted.name = BYTES_OF("Bob~k3f");
    wanted.original = BYTES_OF("\x00\x01 signed \xff");
    wanted.is_own = true;
    wanted.is_mention = true;
    expect_equal(store_insert(shelf.store, &wanted), STORE_OK);
    expect_kept();
    wanted = shelf_line(4, "waves");
    wanted.name = wanted.nick;
    wanted.is_action = true;
    wanted.is_foreign = true;
    wanted.is_late = true;
    wanted.order = INT64_MAX;
    expect_equal(store_insert(shelf.store, &wanted), STORE_OK);
    expect_kept();
    shelf_open_again();
    expect_kept();
    shelf_remove();
}

static void a_line_is_kept_once_however_often_it_comes(void)
{
    struct store_line line = shelf_line(1, "hello");
    struct store_line changed = shelf_line(1, "forged");

    shelf_make();
    expect_equal(store_knows(shelf.store, main_room, line.id), STORE_NOT_FOUND);
    expect_equal(store_insert(shelf.store, &line), STORE_OK);
    expect_equal(store_insert(shelf.store, &line), STORE_KNOWN);
    expect_equal(store_insert(shelf.store, &changed), STORE_KNOWN);
    expect_equal(store_knows(shelf.store, main_room, line.id), STORE_OK);
    shelf_open_again();
    expect_equal(store_insert(shelf.store, &line), STORE_KNOWN);
    expect_text(page((struct store_page){.count = 0}), "hello");
    line.room = BYTES_OF("dev"); /* another room has lines of its own */
    expect_equal(store_insert(shelf.store, &line), STORE_OK);
    shelf_remove();
}

static void an_original_that_comes_later_is_kept(void)
{
    struct store_line other;

    shelf_make();
    wanted = shelf_line(1, "hello");
    wanted.name = wanted.nick;
    expect_equal(store_insert(shelf.store, &wanted), STORE_OK);
    wanted.original = BYTES_OF("signed");
    expect_equal(store_insert(shelf.store, &wanted), STORE_KNOWN);
    other = wanted;
    other.original = BYTES_OF("forged");
    expect_equal(store_insert(shelf.store, &other), STORE_KNOWN);
    expect_kept();
    shelf_remove();
}

static void pages_follow_each_other(void)
{
    struct store_line fourth = shelf_line(4, ""), second = shelf_line(2, "");
    static const char *const texts[] = {"three", "one", "five", "two", "four"};
    static const unsigned numbers[] = {3, 1, 5, 2, 4};

    shelf_make();
    for (size_t i = 0; i < 5; i++) {
        shelf_put(numbers[i], texts[i]);
    }
    expect_text(page((struct store_page){.count = 2}), "four,five");
    expect_text(page((struct store_page){.count = 2, .before = fourth.id}), "two,three");
    expect_text(page((struct store_page){.count = 9, .before = second.id}), "one");
    expect_text(page((struct store_page){.count = 2, .after = second.id}), "three,four");
    expect_text(page((struct store_page){.after = fourth.id}), "five");
    expect_text(page((struct store_page){.count = 0}), "one,two,three,four,five");
    expect_text(page((struct store_page){.is_from_start = true, .count = 2}), "one,two");
    shelf_remove();
}

/* As in a room: time first, then the author, then what he said first. */
static void ties_are_broken_as_in_a_room(void)
{
    struct store_line lines[4];
    static const char *const texts[] = {"a second", "b second", "a first", "b first"};
    static const char *const ids[] = {"a2", "b2", "a1", "b1"};

    shelf_make();
    for (unsigned i = 0; i < 4; i++) {
        lines[i] = shelf_line(i, texts[i]);
        lines[i].order = 7;
        lines[i].id = bytes_of_text(ids[i]);
        expect_equal(store_insert(shelf.store, &lines[i]), STORE_OK);
    }
    expect_text(page((struct store_page){.count = 0}), "a first,a second,b first,b second");
    expect_text(page((struct store_page){.count = 1}), "b second");
    expect_text(page((struct store_page){.before = lines[3].id}), "a first,a second");
    expect_text(page((struct store_page){.after = lines[0].id}), "b first,b second");
    shelf_remove();
}

static void what_is_not_there_is_not_found(void)
{
    struct store_page before = {.room = main_room, .before = BYTES_OF("none")};
    struct store_page unknown = {.room = BYTES_OF("nowhere")};

    shelf_make();
    shelf_put(1, "hello");
    expect_equal(store_read(shelf.store, &before, shelf_take_line, NULL), STORE_NOT_FOUND);
    expect_equal(store_read(shelf.store, &unknown, shelf_take_line, NULL), STORE_OK);
    expect_equal(
        store_find(shelf.store, main_room, before.before, shelf_take_line, NULL), STORE_NOT_FOUND);
    expect_text(shelf_taken(), "");
    shelf_remove();
}

static void a_field_out_of_bounds_is_refused(void)
{
    struct store_line line;

    shelf_make();
    line = shelf_line(1, "hello");
    line.text = bytes_repeated('x', STORE_TEXT_BYTES_MAX + 1);
    expect_equal(store_insert(shelf.store, &line), STORE_INVALID);
    line = shelf_line(1, "hello");
    line.room = bytes_repeated('x', STORE_ROOM_BYTES_MAX + 1);
    expect_equal(store_insert(shelf.store, &line), STORE_INVALID);
    line = shelf_line(1, "hello");
    line.id = (struct gossip_bytes){0};
    expect_equal(store_insert(shelf.store, &line), STORE_INVALID);
    line = shelf_line(1, "hello");
    line.original = bytes_repeated('x', STORE_ORIGINAL_BYTES_MAX + 1);
    expect_equal(store_insert(shelf.store, &line), STORE_INVALID);
    line = shelf_line(1, "hello");
    line.order = (uint64_t)INT64_MAX + 1;
    expect_equal(store_insert(shelf.store, &line), STORE_INVALID);
    line = shelf_line(1, "hello");
    line.author.size = 0;
    expect_equal(store_insert(shelf.store, &line), STORE_INVALID);
    expect_equal(shelf_ask("SELECT count(*) FROM messages"), 0);
    wanted = shelf_line(1, "");
    wanted.name = wanted.nick;
    wanted.text = bytes_repeated('x', STORE_TEXT_BYTES_MAX);
    expect_equal(store_insert(shelf.store, &wanted), STORE_OK);
    expect_kept();
    shelf_remove();
}

static void counts_have_a_bound(void)
{
    expect_equal(lines_count(0), STORE_LINES_MAX);
    expect_equal(lines_count(1), 1);
    expect_equal(lines_count(UINT32_MAX), STORE_LINES_MAX);
}

TEST_MAIN(TEST(a_line_comes_out_as_it_went_in), TEST(a_line_is_kept_once_however_often_it_comes),
    TEST(an_original_that_comes_later_is_kept), TEST(pages_follow_each_other),
    TEST(ties_are_broken_as_in_a_room), TEST(what_is_not_there_is_not_found),
    TEST(a_field_out_of_bounds_is_refused), TEST(counts_have_a_bound))
