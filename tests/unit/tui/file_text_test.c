#include "tui/file_text.h"

#include "base/bytes.h"
#include "support/test.h"

static char text[FILE_TEXT_BYTES];

static const char *size_of(uint64_t bytes)
{
    static char size[FILE_TEXT_SIZE_BYTES];

    file_text_size(bytes, size);
    return size;
}

static void sizes_are_short(void)
{
    expect_text(size_of(0), "0 bytes");
    expect_text(size_of(1023), "1023 bytes");
    expect_text(size_of(1024), "1.0 KiB");
    expect_text(size_of(49357), "48.2 KiB");
    expect_text(size_of(1024 * 1024 - 1), "1.0 MiB");
    expect_text(size_of((uint64_t)3 << 30), "3.0 GiB");
    expect_text(size_of(UINT64_MAX), "16.0 EiB");
}

static struct gossip_event event_of(enum gossip_event_kind kind)
{
    return (struct gossip_event){.kind = kind,
        .file = 7,
        .text = BYTES_OF("build.tar"),
        .name = BYTES_OF("Erin"),
        .room = BYTES_OF("dev"),
        .file_bytes = 212u << 20,
        .file_done_bytes = 106u << 20,
        .path = BYTES_OF("/home/bob/build.tar"),
        .hint = BYTES_OF("the disk is full")};
}

static const char *told(struct gossip_event event, double seconds)
{
    file_text(&event, seconds, text);
    return text;
}

static void each_event_is_one_line(void)
{
    struct gossip_event event = event_of(GOSSIP_EVENT_FILE_OFFERED);

    expect_text(
        told(event, 0), "Erin offers build.tar (212.0 MiB) to #dev: /accept 7 or /decline 7");
    event.room.size = 0;
    expect_text(told(event, 0), "Erin offers build.tar (212.0 MiB): /accept 7 or /decline 7");
    event = event_of(GOSSIP_EVENT_FILE_DONE);
    expect_text(told(event, 0), "build.tar is here (212.0 MiB): /home/bob/build.tar");
    expect_text(told(event, 20), "build.tar is here (212.0 MiB, 10.6 MiB/s): /home/bob/build.tar");
    event.own = true;
    expect_text(told(event, 0), "Erin has build.tar (212.0 MiB)");
    event = event_of(GOSSIP_EVENT_FILE_FAILED);
    expect_text(told(event, 0), "build.tar was not received: the disk is full");
    event.own = true;
    expect_text(told(event, 0), "build.tar was not sent: the disk is full");
    event.error = GOSSIP_ERROR_PEER_REFUSED;
    expect_text(told(event, 0), "Erin does not want build.tar");
    event = event_of(GOSSIP_EVENT_FILE_LISTED);
    expect_text(told(event, 0), "7  build.tar  212.0 MiB offered by Erin: /accept 7");
    event.joined = true;
    expect_text(told(event, 0), "7  build.tar  106.0 MiB of 212.0 MiB from Erin");
    event.own = true;
    expect_text(told(event, 0), "7  build.tar  212.0 MiB  offered by you");
    expect_text(told(event_of(GOSSIP_EVENT_FILE_PROGRESS), 0), "");
}

static void a_path_cannot_steer_a_terminal(void)
{
    struct gossip_event event = event_of(GOSSIP_EVENT_FILE_DONE);

    event.path = BYTES_OF("/tmp/a\x1b[2Jb\n\x7f");
    expect_text(told(event, 0), "build.tar is here (212.0 MiB): /tmp/a?[2Jb??");
}

TEST_MAIN(TEST(sizes_are_short), TEST(each_event_is_one_line), TEST(a_path_cannot_steer_a_terminal))
