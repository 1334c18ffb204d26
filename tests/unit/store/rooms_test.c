#include "store/rooms.h"

#include "base/bytes.h"
#include "support/test.h"
#include "unit/store/shelf.h"

static void put_in(const char *room, unsigned number)
{
    struct store_line line = shelf_line(number, "hello");

    line.room = bytes_of_text(room);
    expect_equal(store_insert(shelf.store, &line), STORE_OK);
}

static void rooms_are_counted_by_name(void)
{
    uint64_t count;

    shelf_make();
    put_in("main", 4);
    put_in("dev", 9);
    put_in("main", 7);
    put_in("main", 2);
    expect_equal(store_rooms(shelf.store, shelf_take_room, NULL), STORE_OK);
    expect_text(shelf_taken(), "dev 1 9,main 3 7");
    expect_equal(store_count(shelf.store, &count), STORE_OK);
    expect_equal(count, 4);
    shelf_remove();
}

static void a_room_knows_its_ends(void)
{
    struct store_room room;

    shelf_make();
    put_in("main", 4);
    put_in("main", 7);
    put_in("main", 2);
    expect_equal(store_room(shelf.store, BYTES_OF("main"), &room), STORE_OK);
    expect_equal(room.count, 3);
    expect_equal(room.newest, 7);
    expect_equal(room.first_at.ms, 2000);
    expect_equal(room.last_at.ms, 7000);
    expect_equal(store_room(shelf.store, BYTES_OF("nowhere"), &room), STORE_OK);
    expect_equal(room.count, 0);
    expect_equal(room.newest, 0);
    shelf_remove();
}

static void a_room_keeps_its_number(void)
{
    int64_t first, second;

    shelf_make();
    expect_equal(rooms_number(shelf.store, BYTES_OF("main"), &first), STORE_NOT_FOUND);
    expect_equal(rooms_number_made(shelf.store, BYTES_OF("main"), &first), STORE_OK);
    expect_equal(rooms_number_made(shelf.store, BYTES_OF("dev"), &second), STORE_OK);
    expect_not_equal(first, second);
    shelf_open_again();
    expect_equal(rooms_number_made(shelf.store, BYTES_OF("main"), &second), STORE_OK);
    expect_equal(first, second);
    shelf_remove();
}

TEST_MAIN(
    TEST(rooms_are_counted_by_name), TEST(a_room_knows_its_ends), TEST(a_room_keeps_its_number))
