#include "base/bytes.h"
#include "unit/tui/screen.h"

#define MIB UINT64_C(1048576)

static void open_main(struct screen *screen)
{
    screen_open(screen, 120, 24);
    screen_joined(screen, "main");
    screen_connected(screen, "Alice", 1);
}

static void tell(struct screen *screen, enum gossip_event_kind kind, uint64_t done)
{
    struct gossip_event event = {.kind = kind,
        .room = BYTES_OF("main"),
        .person = screen_person('E'),
        .name = BYTES_OF("Erin"),
        .text = BYTES_OF("build.tar.zst"),
        .hint = BYTES_OF("Erin is gone"),
        .path = BYTES_OF("/tmp/build.tar.zst"),
        .file = 7,
        .file_bytes = 200 * MIB,
        .file_done_bytes = done};

    screen_event(screen, &event);
}

static void progress_is_one_line_that_moves(void)
{
    struct screen screen;

    open_main(&screen);
    tell(&screen, GOSSIP_EVENT_FILE_OFFERED, 0);
    expect_true(screen_has(&screen, "build.tar.zst"));
    tell(&screen, GOSSIP_EVENT_FILE_PROGRESS, 0);
    expect_true(screen_has(&screen, "build.tar.zst from Erin [----------------] 0%"));
    screen_line(&screen, "main", "Alice", "meanwhile");
    screen_wait(&screen, 10);
    tell(&screen, GOSSIP_EVENT_FILE_PROGRESS, 100 * MIB);
    expect_true(screen_has(&screen, "[########--------] 50% 10.0 MiB/s 0:10 left"));
    expect_false(screen_has(&screen, "] 0%"));
    screen_wait(&screen, 10);
    tell(&screen, GOSSIP_EVENT_FILE_DONE, 200 * MIB);
    expect_true(screen_has(&screen, "is here (200.0 MiB, 10.0 MiB/s): /tmp/build.tar.zst"));
    expect_false(screen_has(&screen, "50%"));
    screen_close(&screen);
}

static void what_went_wrong_is_a_line_of_its_own(void)
{
    struct screen screen;

    open_main(&screen);
    tell(&screen, GOSSIP_EVENT_FILE_PROGRESS, MIB);
    screen_line(&screen, "main", "Alice", "meanwhile");
    tell(&screen, GOSSIP_EVENT_FILE_FAILED, MIB);
    expect_true(screen_has(&screen, "! build.tar.zst was not received: Erin is gone"));
    expect_false(screen_has(&screen, "[---"));
    tell(&screen, GOSSIP_EVENT_FILE_FAILED, 0);
    screen_close(&screen);
}

/* What a stranger says of sizes need not be true. */
static void numbers_that_cannot_be_are_not_shown(void)
{
    struct screen screen;

    open_main(&screen);
    tell(&screen, GOSSIP_EVENT_FILE_PROGRESS, 300 * MIB);
    expect_false(screen_has(&screen, "%"));
    tell(&screen, GOSSIP_EVENT_FILE_PROGRESS, UINT64_MAX);
    tell(&screen, GOSSIP_EVENT_FILE_PROGRESS, 1);
    expect_false(screen_has(&screen, "%"));
    screen_close(&screen);
}

/* The line may be gone when the file is there. */
static void a_cleared_view_is_no_end(void)
{
    struct screen screen;

    open_main(&screen);
    tell(&screen, GOSSIP_EVENT_FILE_PROGRESS, MIB);
    tui_model_clear(screen.model);
    tell(&screen, GOSSIP_EVENT_FILE_PROGRESS, 2 * MIB);
    expect_true(screen_has(&screen, "] 1%"));
    tui_model_clear(screen.model);
    tell(&screen, GOSSIP_EVENT_FILE_DONE, 200 * MIB);
    expect_true(screen_has(&screen, "is here"));
    screen_close(&screen);
}

TEST_MAIN(TEST(progress_is_one_line_that_moves), TEST(what_went_wrong_is_a_line_of_its_own),
    TEST(numbers_that_cannot_be_are_not_shown), TEST(a_cleared_view_is_no_end))
