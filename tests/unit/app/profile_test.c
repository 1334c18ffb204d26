#include "app/profile.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/status.h"
#include "base/bytes.h"
#include "support/test.h"
#include "unit/host/folder.h"

static struct profile first, second, third;

static char data[256];

static void begin(void)
{
    folder_make();
    (void)snprintf(data, sizeof(data), "%s", folder_path("data"));
}

static void end(void)
{
    profile_close(&first);
    profile_close(&second);
    profile_close(&third);
    folder_remove();
}

static void expect_line(const struct profile *profile, const char *expected)
{
    if (strstr(profile->line, expected) == NULL) {
        expect_text(profile->line, expected);
    }
}

static void a_profile_is_a_folder_for_its_owner(void)
{
    begin();
    (void)umask(0);
    expect_equal(profile_open(&first, data, NULL), STATUS_OK);
    expect_text(first.name, "default");
    expect_text(first.line, "");
    expect_text(first.identity_file, folder_path("data/default/identity.key"));
    expect_equal(folder_mode("data"), 0700);
    expect_equal(folder_mode("data/default"), 0700);
    expect_equal(folder_mode("data/default/lock"), 0600);
    end();
}

static void two_terminals_are_two_people(void)
{
    char expected[128];

    begin();
    expect_equal(profile_open(&first, data, NULL), STATUS_OK);
    expect_equal(profile_open(&second, data, NULL), STATUS_OK);
    expect_text(second.name, "default.2");
    (void)snprintf(expected, sizeof(expected),
        "default profile is in use (pid %ld): using profile default.2", (long)getpid());
    expect_text(second.line, expected);
    expect_equal(profile_open(&third, data, NULL), STATUS_OK);
    expect_text(third.name, "default.3");
    profile_close(&first);
    expect_equal(profile_open(&first, data, NULL), STATUS_OK);
    expect_text(first.name, "default"); /* it is free again */
    end();
}

static void a_profile_asked_for_by_name_has_no_substitute(void)
{
    begin();
    expect_equal(profile_open(&first, data, "work"), STATUS_OK);
    expect_equal(profile_open(&second, data, "work"), STATUS_DATA);
    expect_line(&second, "profile work is in use (pid ");
    expect_equal(second.lock, -1);
    expect_equal(profile_open(&third, data, NULL), STATUS_OK);
    expect_text(third.name, "default");
    end();
}

static void a_name_cannot_lead_elsewhere(void)
{
    static const char *const names[] = {"", ".", "..", "../x", "a/b", ".hidden",
        "a-name-of-sixty-four-bytes-is-one-too-many-for-a-profile-to-have"};

    begin();
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        expect_equal(profile_open(&first, data, names[i]), STATUS_USAGE);
        expect_line(&first, "is not a name for a profile");
    }
    expect_equal(folder_count(), 0);
    end();
}

/* kill -9: the system gives the lock back, whatever the file says. */
static void a_killed_process_leaves_no_lock(void)
{
    int ready[2];
    char byte;
    pid_t child;

    begin();
    expect_equal(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        int status = profile_open(&first, data, NULL);

        (void)!write(ready[1], status == STATUS_OK ? "y" : "n", 1);
        for (;;) {
            (void)pause();
        }
    }
    expect_equal(read(ready[0], &byte, 1), 1);
    expect_equal(byte, 'y');
    expect_equal(profile_open(&first, data, NULL), STATUS_OK);
    expect_text(first.name, "default.2");
    profile_close(&first);
    expect_equal(kill(child, SIGKILL), 0);
    expect_equal(waitpid(child, NULL, 0), child);
    expect_equal(profile_open(&first, data, NULL), STATUS_OK);
    expect_text(first.name, "default");
    (void)close(ready[0]);
    (void)close(ready[1]);
    end();
}

static void a_place_that_is_none_is_said_to_be_so(void)
{
    begin();
    folder_write("data", BYTES_OF("a file"), 0600);
    expect_equal(profile_open(&first, data, NULL), STATUS_DATA);
    expect_line(&first, ": Not a directory. Choose another place with --data-dir, or use --eph");
    expect_equal(mkdir(folder_path("d"), 0700), 0);
    expect_equal(mkdir(folder_path("d/default"), 0700), 0);
    expect_equal(mkdir(folder_path("d/default/lock"), 0700), 0);
    expect_equal(profile_open(&first, folder_path("d"), NULL), STATUS_DATA);
    expect_line(&first, "Is a directory");
    expect_equal(symlink("elsewhere", folder_path("d/default.lock")), 0);
    end();
}

static void a_lock_is_no_link(void)
{
    begin();
    expect_equal(mkdir(folder_path("data"), 0700), 0);
    expect_equal(mkdir(folder_path("data/default"), 0700), 0);
    expect_equal(symlink(folder_path("victim"), folder_path("data/default/lock")), 0);
    expect_equal(profile_open(&first, data, NULL), STATUS_DATA);
    expect_equal(access(folder_path("victim"), F_OK), -1);
    end();
}

static void the_usual_place_follows_the_environment(void)
{
    begin();
    (void)setenv("XDG_DATA_HOME", folder_path("xdg"), 1);
    expect_equal(profile_open(&first, NULL, NULL), STATUS_OK);
    expect_text(first.identity_file, folder_path("xdg/gossipchat/default/identity.key"));
    profile_close(&first);
    (void)setenv("XDG_DATA_HOME", "relative", 1); /* is to be ignored */
    (void)setenv("HOME", folder_path("home"), 1);
    expect_equal(profile_open(&first, NULL, "x"), STATUS_OK);
    expect_text(first.identity_file, folder_path("home/.local/share/gossipchat/x/identity.key"));
    profile_close(&first);
    (void)unsetenv("XDG_DATA_HOME");
    (void)unsetenv("HOME");
    expect_equal(profile_open(&first, NULL, NULL), STATUS_DATA);
    expect_line(&first, "there is no HOME");
    end();
}

static void a_key_file_named_by_hand_is_locked_too(void)
{
    begin();
    expect_equal(profile_open_file(&first, folder_path("my.key")), STATUS_OK);
    expect_text(first.identity_file, folder_path("my.key"));
    expect_text(first.name, "-");
    expect_equal(profile_open_file(&second, folder_path("my.key")), STATUS_DATA);
    expect_line(&second, "my.key is in use (pid ");
    profile_close(&first);
    profile_close(&first); /* twice is once */
    expect_equal(profile_open_file(&second, folder_path("my.key")), STATUS_OK);
    expect_equal(profile_open_file(&third, folder_path("no/such/key")), STATUS_DATA);
    expect_line(&third, "No such file or directory");
    end();
}

TEST_MAIN(TEST(a_profile_is_a_folder_for_its_owner), TEST(two_terminals_are_two_people),
    TEST(a_profile_asked_for_by_name_has_no_substitute), TEST(a_name_cannot_lead_elsewhere),
    TEST(a_killed_process_leaves_no_lock), TEST(a_place_that_is_none_is_said_to_be_so),
    TEST(a_lock_is_no_link), TEST(the_usual_place_follows_the_environment),
    TEST(a_key_file_named_by_hand_is_locked_too))
