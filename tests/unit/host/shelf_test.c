#include "host/shelf.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "support/test.h"
#include "unit/host/folder.h"

static char sentence[SHELF_SENTENCE_BYTES], path[SHELF_PATH_BYTES_MAX];
static uint8_t hash[SHA256_BYTES];
static int fd;
static uint64_t offset;

static void hash_of(const char *text)
{
    sha256(bytes_of_text(text), hash);
}

/* A path that outlives the next calls. */
static const char *place(void)
{
    static char copy[FOLDER_PATH_BYTES];

    (void)snprintf(copy, sizeof(copy), "%s", folder_path("in/coming"));
    return copy;
}

static enum gossip_error receive(const char *text, const char *name)
{
    enum gossip_error error;

    hash_of(text);
    expect_ok(shelf_prepare(place(), hash, strlen(text), &fd, &offset, sentence));
    expect_ok(shelf_write(fd, 0, bytes_of_text(text), sentence));
    error = shelf_verify(place(), fd, hash, bytes_of_text(name), path, sentence);
    if (error != GOSSIP_OK) {
        shelf_forget(place(), fd, hash, false);
    }
    return error;
}

static void expect_named(const char *offered, const char *expected)
{
    char safe[SHELF_NAME_BYTES_MAX + 1];

    shelf_name(bytes_of_text(offered), safe);
    expect_text(safe, expected);
    expect_true(strlen(safe) > 0);
}

static void a_name_is_never_a_path(void)
{
    expect_named("notes.txt", "notes.txt");
    expect_named("/etc/passwd", "passwd");
    expect_named("../../.ssh/authorized_keys", "authorized_keys");
    expect_named("..\\..\\evil.exe", "evil.exe");
    expect_named("..", "file");
    expect_named(".", "file");
    expect_named("/", "file");
    expect_named("", "file");
    expect_named("dir/", "file");
    expect_named(".bashrc", "bashrc");
    expect_named("-rf", "rf");
    expect_named("~root", "root");
    expect_named("a:b*c?\"<>|", "a_b_c_____");
    expect_named("line\nbreak\x7f", "line_break_");
    expect_named("trailing. . ", "trailing");
    expect_named("日本語.txt", "日本語.txt");
    /* Nor can it do something to a terminal that lists the folder, or look like another kind of file. */
    expect_named("a\xc2\x9b"
                 "2Jb",
        "a2Jb");
    expect_named("photo\xe2\x80\xaegpj.exe", "photogpj.exe");
    expect_named("\xe2\x80\xae.bashrc", "bashrc");
    expect_named("\xff.txt", "\xef\xbf\xbd.txt");
}

static void a_long_name_is_cut_between_characters(void)
{
    char safe[SHELF_NAME_BYTES_MAX + 1];
    char name[300];

    memset(name, 'a', sizeof(name));
    shelf_name(bytes_make(name, sizeof(name)), safe);
    expect_equal(strlen(safe), SHELF_NAME_BYTES_MAX);
    for (size_t i = 0; i + 3 <= sizeof(name); i += 3) {
        memcpy(name + i, "\xe6\x97\xa5", 3);
    }
    shelf_name(bytes_make(name, 255), safe);
    expect_equal(strlen(safe) % 3, 0);
    expect_at_least(strlen(safe), SHELF_NAME_BYTES_MAX - 3);
}

static void a_file_that_came_gets_its_name(void)
{
    folder_make();
    expect_ok(receive("hello", "greeting.txt"));
    expect_bytes(folder_read("in/coming/greeting.txt"), BYTES_OF("hello"));
    expect_equal(folder_mode("in/coming/greeting.txt"), 0600);
    expect_equal(folder_mode("in/coming"), 0700);
    folder_remove();
}

static void nothing_is_overwritten(void)
{
    folder_make();
    expect_ok(receive("first", "notes.txt"));
    expect_ok(receive("second", "notes.txt"));
    expect_ok(receive("third", "notes.txt"));
    expect_bytes(folder_read("in/coming/notes.txt"), BYTES_OF("first"));
    expect_bytes(folder_read("in/coming/notes (2).txt"), BYTES_OF("second"));
    expect_bytes(folder_read("in/coming/notes (3).txt"), BYTES_OF("third"));
    expect_ok(receive("bare", "README"));
    expect_ok(receive("barer", "README"));
    expect_bytes(folder_read("in/coming/README (2)"), BYTES_OF("barer"));
    /* Not through a link either, even one that leads nowhere. */
    expect_equal(symlink("/nowhere/at/all", folder_path("in/coming/link")), 0);
    expect_ok(receive("fourth", "link"));
    expect_bytes(folder_read("in/coming/link (2)"), BYTES_OF("fourth"));
    folder_remove();
}

static void what_is_there_is_not_asked_for_again(void)
{
    folder_make();
    hash_of("hello world");
    expect_ok(shelf_prepare(place(), hash, 11, &fd, &offset, sentence));
    expect_equal(offset, 0);
    expect_ok(shelf_write(fd, 0, BYTES_OF("hello "), sentence));
    shelf_forget(place(), fd, hash, true);
    expect_ok(shelf_prepare(place(), hash, 11, &fd, &offset, sentence));
    expect_equal(offset, 6);
    expect_ok(shelf_write(fd, 6, BYTES_OF("world"), sentence));
    expect_ok(shelf_verify(place(), fd, hash, BYTES_OF("w"), path, sentence));
    expect_bytes(folder_read("in/coming/w"), BYTES_OF("hello world"));
    folder_remove();
}

static void two_do_not_fetch_one_file(void)
{
    int other;

    folder_make();
    hash_of("x");
    expect_ok(shelf_prepare(place(), hash, 1, &fd, &offset, sentence));
    expect_error(shelf_prepare(place(), hash, 1, &other, &offset, sentence), GOSSIP_ERROR_ALREADY);
    expect_text(sentence, "it is being fetched already");
    shelf_forget(place(), fd, hash, false);
    expect_ok(shelf_prepare(place(), hash, 1, &fd, &offset, sentence));
    shelf_forget(place(), fd, hash, false);
    folder_remove();
}

static void more_than_the_file_has_is_thrown_away(void)
{
    folder_make();
    hash_of("ab");
    expect_ok(shelf_prepare(place(), hash, 100, &fd, &offset, sentence));
    expect_ok(shelf_write(fd, 0, BYTES_OF("much too much"), sentence));
    shelf_forget(place(), fd, hash, true);
    expect_ok(shelf_prepare(place(), hash, 2, &fd, &offset, sentence));
    expect_equal(offset, 0);
    shelf_forget(place(), fd, hash, false);
    folder_remove();
}

static void another_file_is_refused_and_removed(void)
{
    folder_make();
    hash_of("what was offered");
    expect_ok(shelf_prepare(place(), hash, 4, &fd, &offset, sentence));
    expect_ok(shelf_write(fd, 0, BYTES_OF("evil"), sentence));
    expect_error(shelf_verify(place(), fd, hash, BYTES_OF("good"), path, sentence),
        GOSSIP_ERROR_PEER_MALFORMED);
    expect_text(sentence, "what came is not what was offered");
    shelf_forget(place(), fd, hash, false);
    expect_equal(access(folder_path("in/coming/good"), F_OK), -1);
    folder_remove();
}

static void a_hidden_link_is_not_followed(void)
{
    char hidden[FOLDER_PATH_BYTES];

    folder_make();
    folder_write("victim", BYTES_OF("precious"), 0600);
    hash_of("hello");
    expect_ok(shelf_prepare(place(), hash, 5, &fd, &offset, sentence));
    shelf_forget(place(), fd, hash, false);
    (void)snprintf(hidden, sizeof(hidden), "%s/.", place());
    for (size_t i = 0; i < 16; i++) {
        (void)snprintf(hidden + strlen(hidden), sizeof(hidden) - strlen(hidden), "%02x", hash[i]);
    }
    (void)snprintf(hidden + strlen(hidden), sizeof(hidden) - strlen(hidden), ".part");
    expect_equal(symlink(folder_path("victim"), hidden), 0);
    expect_error(shelf_prepare(place(), hash, 5, &fd, &offset, sentence), GOSSIP_ERROR_PERMISSION);
    expect_bytes(folder_read("victim"), BYTES_OF("precious"));
    folder_remove();
}

static void too_much_for_the_disk_is_said_before(void)
{
    folder_make();
    hash_of("huge");
    expect_error(shelf_prepare(place(), hash, UINT64_C(1) << 60, &fd, &offset, sentence),
        GOSSIP_ERROR_LIMIT);
    expect_text(sentence, "there is not enough space on the disk");
    expect_equal(fd, -1);
    folder_remove();
}

static void a_file_to_be_sent_is_read_whole(void)
{
    atomic_bool is_over = true, is_wanted = false;
    struct shelf_stamp stamp;
    uint8_t expected[SHA256_BYTES], part[3];

    folder_make();
    folder_write("mine", BYTES_OF("some words"), 0644);
    expect_ok(shelf_hash(folder_path("mine"), 1000, NULL, &stamp, hash, sentence));
    expect_error(shelf_hash(folder_path("mine"), 1000, &is_over, &stamp, hash, sentence),
        GOSSIP_ERROR_CANCELLED);
    expect_ok(shelf_hash(folder_path("mine"), 1000, &is_wanted, &stamp, hash, sentence));
    sha256(BYTES_OF("some words"), expected);
    expect_bytes(bytes_make(hash, sizeof(hash)), bytes_make(expected, sizeof(expected)));
    expect_equal(stamp.size, 10);
    expect_ok(shelf_read(folder_path("mine"), &stamp, 5, room_make(part, sizeof(part))));
    expect_bytes(bytes_make(part, sizeof(part)), BYTES_OF("wor"));
    /* It is another file now. */
    folder_write("mine", BYTES_OF("more words!"), 0644);
    expect_error(shelf_read(folder_path("mine"), &stamp, 0, room_make(part, 3)), GOSSIP_ERROR_IO);
    folder_remove();
}

static void what_cannot_be_sent_says_why(void)
{
    struct shelf_stamp stamp;

    folder_make();
    expect_error(
        shelf_hash(folder_path("none"), 10, NULL, &stamp, hash, sentence), GOSSIP_ERROR_NOT_FOUND);
    expect_text(sentence, "no such file");
    expect_error(shelf_hash(place(), 10, NULL, &stamp, hash, sentence), GOSSIP_ERROR_NOT_FOUND);
    expect_equal(mkdir(folder_path("folder"), 0700), 0);
    expect_error(
        shelf_hash(folder_path("folder"), 10, NULL, &stamp, hash, sentence), GOSSIP_ERROR_INVALID);
    expect_text(sentence, "it is a folder; send an archive of it");
    expect_equal(mkfifo(folder_path("pipe"), 0600), 0);
    expect_error(
        shelf_hash(folder_path("pipe"), 10, NULL, &stamp, hash, sentence), GOSSIP_ERROR_INVALID);
    folder_write("long", BYTES_OF("12345678901"), 0600);
    expect_error(
        shelf_hash(folder_path("long"), 10, NULL, &stamp, hash, sentence), GOSSIP_ERROR_LIMIT);
    folder_remove();
}

TEST_MAIN(TEST(a_name_is_never_a_path), TEST(a_long_name_is_cut_between_characters),
    TEST(a_file_that_came_gets_its_name), TEST(nothing_is_overwritten),
    TEST(what_is_there_is_not_asked_for_again), TEST(two_do_not_fetch_one_file),
    TEST(more_than_the_file_has_is_thrown_away), TEST(another_file_is_refused_and_removed),
    TEST(a_hidden_link_is_not_followed), TEST(too_much_for_the_disk_is_said_before),
    TEST(a_file_to_be_sent_is_read_whole), TEST(what_cannot_be_sent_says_why))
