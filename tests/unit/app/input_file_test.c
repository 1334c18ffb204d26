#include "app/input_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/test.h"

static char folder[] = "/tmp/gossipchat-input-XXXXXX";
static char path[256];
static struct session session;
static struct options options;

static void begin(void)
{
    snprintf(folder, sizeof(folder), "/tmp/gossipchat-input-XXXXXX");
    expect_not_null(mkdtemp(folder));
    options = (struct options){.data_dir = folder};
    session = (struct session){.options = &options};
    snprintf(session.profile.name, sizeof(session.profile.name), "default");
    snprintf(path, sizeof(path), "%s/default/input", folder);
}

static void end(void)
{
    char profile[256];
    snprintf(profile, sizeof(profile), "%s/default", folder);
    unlink(path);
    rmdir(profile);
    expect_equal(rmdir(folder), 0); /* nothing else was left there */
}

static struct input_history *history_of(const char *text)
{
    struct input_history *history = input_history_create(allocator_system());
    input_history_add(history, bytes_of_text(text));
    return history;
}

static size_t count_read(void)
{
    struct input_history *history = input_history_create(allocator_system());
    size_t count;
    input_file_read(&session, history);
    count = input_history_count(history);
    input_history_destroy(history);
    return count;
}

static void what_is_written_is_read_by_its_owner_alone(void)
{
    struct stat what;
    struct input_history *history;
    begin();
    history = history_of("hello");
    expect_equal(count_read(), 0);
    expect_equal(input_file_write(&session, history), 0);
    expect_equal(stat(path, &what), 0);
    expect_equal(what.st_mode & 0777, 0600);
    expect_equal(count_read(), 1);
    input_history_add(history, BYTES_OF("again"));
    expect_equal(input_file_write(&session, history), 0);
    expect_equal(count_read(), 2);
    input_history_destroy(history);
    end();
}

static void nothing_is_kept_of_an_ephemeral_run(void)
{
    struct input_history *history;
    begin();
    history = history_of("hello");
    options.ephemeral = true;
    expect_equal(input_file_write(&session, history), 0);
    expect_not_equal(access(path, F_OK), 0);
    input_history_destroy(history);
    end();
}

static void nothing_is_written_where_nothing_was_typed(void)
{
    struct input_history *history;
    begin();
    history = input_history_create(allocator_system());
    expect_equal(input_file_write(&session, history), 0);
    expect_not_equal(access(path, F_OK), 0);
    input_history_destroy(history);
    end();
}

static void a_link_in_its_place_is_replaced_and_not_followed(void)
{
    char target[256], profile[256];
    struct input_history *history;
    struct stat what;
    begin();
    history = history_of("hello");
    snprintf(profile, sizeof(profile), "%s/default", folder);
    snprintf(target, sizeof(target), "%s/precious", folder);
    expect_equal(mkdir(profile, 0700), 0);
    expect_equal(close(open(target, O_WRONLY | O_CREAT, 0600)), 0);
    expect_equal(symlink(target, path), 0);
    expect_equal(count_read(), 0);
    expect_equal(input_file_write(&session, history), 0);
    expect_equal(stat(target, &what), 0);
    expect_equal(what.st_size, 0);
    expect_equal(count_read(), 1);
    expect_equal(unlink(target), 0);
    input_history_destroy(history);
    end();
}

TEST_MAIN(TEST(what_is_written_is_read_by_its_owner_alone),
    TEST(nothing_is_kept_of_an_ephemeral_run), TEST(nothing_is_written_where_nothing_was_typed),
    TEST(a_link_in_its_place_is_replaced_and_not_followed))
