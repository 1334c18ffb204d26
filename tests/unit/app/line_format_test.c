#include "app/line_format.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "support/test.h"

static char written[512];

static const char *write_line(const char *shape, const struct gossip_event *event)
{
    size_t size;

    (void)setenv("TZ", "UTC", 1);
    tzset();
    size = line_format_write(shape, event, room_make(written, sizeof(written) - 1));
    written[size] = '\0';
    return written;
}

/* Carol says it on 20 November 2025, and it arrives a second later. */
static struct gossip_event lunch(const char *text)
{
    return (struct gossip_event){.kind = GOSSIP_EVENT_LINE,
        .room = BYTES_OF("main"),
        .name = BYTES_OF("Carol"),
        .text = bytes_of_text(text),
        .sent_at = {.ms = 1763649067000},
        .arrived_at = {.ms = 1763649068000}};
}

static void a_message_is_one_line(void)
{
    struct gossip_event event = lunch("lunch at 12:30");

    expect_text(write_line(NULL, &event), "2025-11-20 14:31:07 #main <Carol> lunch at 12:30\n");
    event.action = true;
    event.text = BYTES_OF("nods");
    expect_text(write_line(NULL, &event), "2025-11-20 14:31:07 #main * Carol nods\n");
}

static void more_lines_cannot_pass_for_messages(void)
{
    struct gossip_event event = lunch("hi\n2025-11-20 14:31:07 #main <Bob> yes\n\nend");

    expect_text(
        write_line("%m", &event), "hi\n\t| 2025-11-20 14:31:07 #main <Bob> yes\n\t| \n\t| end\n");
    event.text = BYTES_OF("\n");
    expect_text(write_line("%m", &event), "\n\t| \n");
    event.name = BYTES_OF("a\nb");
    event.room = BYTES_OF("c\rd");
    expect_text(write_line("%n %r", &event), "a\xEF\xBF\xBD"
                                             "b c\xEF\xBF\xBD"
                                             "d\n");
}

static void a_claim_about_the_time_is_believed_for_two_minutes(void)
{
    struct gossip_event event = lunch("hi");

    event.sent_at.ms = event.arrived_at.ms - 119000;
    expect_text(write_line("%t", &event), "14:29:09\n");
    event.sent_at.ms = event.arrived_at.ms + 121000;
    expect_text(write_line("%t", &event), "14:31:08~\n");
    event.sent_at.ms = event.arrived_at.ms - 86400000;
    expect_text(write_line("%d %t", &event), "2025-11-20 14:31:08~\n");
    event.history = true; /* what was said yesterday was said yesterday */
    expect_text(write_line("%d %t", &event), "2025-11-19 14:31:08\n");
}

static void absurd_times_do_no_harm(void)
{
    static const int64_t times[] = {0, -1, INT64_MIN, INT64_MAX, -62167219200001, 253402300800000};
    struct gossip_event event = lunch("hi");

    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        for (int is_history = 0; is_history < 2; is_history++) {
            event.sent_at.ms = times[i];
            event.history = is_history;
            expect_true(bytes_end_with(
                bytes_of_text(write_line(NULL, &event)), BYTES_OF(" #main <Carol> hi\n")));
        }
    }
}

static void other_shapes_are_possible(void)
{
    struct gossip_event event = lunch("100 %");

    expect_text(write_line("%r/%n: %m (%d %t) 5%%", &event),
        "main/Carol: 100 % (2025-11-20 14:31:07) 5%\n");
    expect_text(write_line("", &event), "\n");
    expect_true(line_format_check("%d%t%r%n%m%%"));
    expect_true(line_format_check("plain"));
    expect_false(line_format_check("%x"));
    expect_false(line_format_check("at the end %"));
}

static void what_does_not_fit_is_left_out(void)
{
    struct gossip_event event = lunch("0123456789");

    expect_equal(line_format_write("%m", &event, room_make(written, 5)), 5);
    expect_bytes(bytes_make(written, 5), BYTES_OF("0123\n"));
    expect_equal(line_format_write("%m", &event, room_make(written, 1)), 1);
    expect_bytes(bytes_make(written, 1), BYTES_OF("\n"));
}

TEST_MAIN(TEST(a_message_is_one_line), TEST(more_lines_cannot_pass_for_messages),
    TEST(a_claim_about_the_time_is_believed_for_two_minutes), TEST(absurd_times_do_no_harm),
    TEST(other_shapes_are_possible), TEST(what_does_not_fit_is_left_out))
