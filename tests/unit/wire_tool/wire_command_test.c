#include "tools/wire/wire_command.h"

#include "support/test.h"

static struct wire_command parsed(const char *line)
{
    struct wire_command command = {0};
    expect_ok(wire_command_parse(bytes_of_text(line), &command));
    return command;
}

static enum gossip_error refused(const char *line)
{
    struct wire_command command = {.value = 77};
    enum gossip_error error = wire_command_parse(bytes_of_text(line), &command);
    expect_equal(command.value, 77);
    return error;
}

static void numbers_become_the_units_of_the_settings(void)
{
    expect_equal(parsed("delay 50").value, 50000);
    expect_equal(parsed("delay 0.5").value, 500);
    expect_equal(parsed("jitter 0.001").value, 1);
    expect_equal(parsed("loss 2").value, 20000);
    expect_equal(parsed("loss 100").value, WIRE_CHANCE_MAX);
    expect_equal(parsed("corrupt 0.0001").value, 1);
    expect_equal(parsed("rate 1000000").value, 1000000);
    expect_equal(parsed("queue 0").value, 0);
}

static void a_command_without_direction_means_both(void)
{
    expect_true(parsed("cut").to_left && parsed("cut").to_right);
    expect_true(parsed("cut to-left").to_left && !parsed("cut to-left").to_right);
    expect_true(!parsed("loss 5 to-right").to_left && parsed("loss 5 to-right").to_right);
}

static void blanks_around_words_do_not_count(void)
{
    expect_equal(parsed("  delay \t 7  to-left \r").value, 7000);
    expect_equal(parsed("stat").verb, WIRE_VERB_STAT);
}

static void what_is_no_command_is_refused(void)
{
    static const char *const lines[] = {"", " ", "delays 5", "DELAY 5", "delay", "delay x",
        "delay -1", "delay 1.2345", "delay 5.", "delay .5", "delay 1.2.3", "delay 5ms", "rate 1.5",
        "cut 5", "cut left", "cut to-left to-right", "delay 5 5", "heal now", "loss 2%"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        expect_error(refused(lines[i]), GOSSIP_ERROR_INVALID);
}

static void what_is_too_large_is_refused(void)
{
    static const char *const lines[] = {"delay 60000.001", "loss 100.0001", "loss 101",
        "rate 100000000001", "rate 18446744073709551616", "queue 16777217",
        "delay 99999999999999999999999999999999999999999999999999999999999999999999"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        expect_error(refused(lines[i]), GOSSIP_ERROR_LIMIT);
    struct wire_command command;
    expect_error(wire_command_parse(bytes_repeated(' ', WIRE_LINE_BYTES_MAX + 1), &command),
        GOSSIP_ERROR_LIMIT);
}

static void each_command_changes_its_own_setting_only(void)
{
    struct wire_settings settings = wire_settings_default();
    static const char *const lines[] = {"delay 1", "jitter 2", "loss 3", "reorder 4", "duplicate 5",
        "corrupt 6", "rate 7", "queue 8", "cut", "stat", "quit"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct wire_command command = parsed(lines[i]);
        wire_command_apply(&command, &settings);
    }
    expect_equal(settings.delay.us, 1000);
    expect_equal(settings.jitter.us, 2000);
    expect_equal(settings.loss, 30000);
    expect_equal(settings.reorder, 40000);
    expect_equal(settings.duplicate, 50000);
    expect_equal(settings.corrupt, 60000);
    expect_equal(settings.rate_bits, 7);
    expect_equal(settings.queue_bytes, 8);
    expect_true(settings.is_cut);
    struct wire_command heal = parsed("heal");
    wire_command_apply(&heal, &settings);
    expect_false(settings.is_cut);
    expect_equal(settings.loss, 30000);
}

TEST_MAIN(TEST(numbers_become_the_units_of_the_settings),
    TEST(a_command_without_direction_means_both), TEST(blanks_around_words_do_not_count),
    TEST(what_is_no_command_is_refused), TEST(what_is_too_large_is_refused),
    TEST(each_command_changes_its_own_setting_only))
