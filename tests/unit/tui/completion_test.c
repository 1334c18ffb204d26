#include "tui/completion.h"

#include <stdio.h>
#include <string.h>

#include "support/test.h"

static void offer_words(struct completion *completion, const char *const *words)
{
    for (; *words != NULL; words++) {
        completion_offer(completion, bytes_of_text(*words), (struct gossip_bytes){0});
    }
}

static void offer(void *context, enum completion_kind kind, struct gossip_bytes typed,
    struct completion *completion)
{
    static const char *const nicks[] = {"Alice", "albert", "Bob~k3f", "Bob~q81", "Ägidius", NULL};
    static const char *const commands[] = {"join", "leave", "list", "me", NULL};
    static const char *const rooms[] = {"main", "dev", "design", NULL};
    static const char *const paths[] = {"src/", "sums.txt", NULL};
    (void)context;
    (void)typed;
    switch (kind) {
    case COMPLETION_NICK:
        offer_words(completion, nicks);
        break;
    case COMPLETION_COMMAND:
        offer_words(completion, commands);
        break;
    case COMPLETION_ROOM:
        offer_words(completion, rooms);
        break;
    case COMPLETION_PATH:
        offer_words(completion, paths);
        break;
    case COMPLETION_EMOJI:
        completion_offer(completion, BYTES_OF("smile"), BYTES_OF("🙂"));
        break;
    }
}

static const char *arguments(void *context, struct gossip_bytes command)
{
    static const char *const known[][2] = {{"join", "ROOM"}, {"leave", "[ROOM] [REASON]"},
        {"help", "[COMMAND]"}, {"notify", "off|mentions|all"}, {"msg", "NICK TEXT"},
        {"send", "PATH [NICK]"}, {"me", "TEXT"}};
    (void)context;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (bytes_equal(command, bytes_of_text(known[i][0]))) {
            return known[i][1];
        }
    }
    return NULL;
}

static const struct completion_source source = {.offer = offer, .arguments = arguments};

/* What stands there after so many steps; negative ones go backwards. */
static void expect_steps(const char *before, int steps, const char *after)
{
    struct editor *editor = editor_create(allocator_system());
    struct completion completion = {.count = 0};
    const char *bar = strchr(before, '|');
    char shown[128];
    editor_insert(editor, bytes_of_text(bar + 1));
    editor_line_start(editor);
    editor_insert(editor, bytes_make(before, (size_t)(bar - before)));
    for (int i = 0; i < (steps < 0 ? -steps : steps); i++) {
        completion_step(&completion, editor, &source, steps < 0);
    }
    struct gossip_bytes text = editor_text(editor);
    size_t cursor = editor_cursor(editor);
    snprintf(shown, sizeof(shown), "%.*s|%.*s", (int)cursor, (const char *)text.data,
        (int)(text.size - cursor), (const char *)text.data + cursor);
    expect_text(shown, after);
    editor_destroy(editor);
}

static void a_nick_is_spoken_to_only_at_the_start(void)
{
    expect_steps("ali|", 1, "Alice: |");
    expect_steps("hi ali|", 1, "hi Alice |");
    expect_steps("hi\nali|", 1, "hi\nAlice: |");
    expect_steps("hi ALI| there", 1, "hi Alice| there");
    expect_steps("äg|", 1, "Ägidius: |");
    expect_steps("zoe|", 1, "zoe|");
    expect_steps("|", 1, "|");
}

static void it_goes_round_in_both_directions(void)
{
    expect_steps("al|", 1, "Alice: |");
    expect_steps("al|", 2, "albert: |");
    expect_steps("al|", 3, "al|");
    expect_steps("al|", 4, "Alice: |");
    expect_steps("al|", -1, "albert: |");
    expect_steps("al|", -2, "Alice: |");
    expect_steps("al|", -3, "al|");
    expect_steps("b|", 2, "Bob~q81: |"); /* both of a name that two have */
}

static void commands_and_their_arguments_are_known(void)
{
    expect_steps("/j|", 1, "/join |");
    expect_steps("/|", 2, "/leave |");
    expect_steps("/join d|", 1, "/join dev |");
    expect_steps("/join |", 3, "/join design |");
    expect_steps("/leave ma|", 1, "/leave main |");
    expect_steps("/help l|", 2, "/help list |");
    expect_steps("/notify m|", 1, "/notify mentions |");
    expect_steps("/notify |", -1, "/notify all |");
    expect_steps("/msg a|", 1, "/msg Alice |");
    expect_steps("/me hugs al|", 1, "/me hugs Alice |");
    expect_steps("//j|", 1, "//j|");
    expect_steps("not /j|", 1, "not /j|");
}

static void rooms_paths_and_emoji_too(void)
{
    expect_steps("see #de|", 1, "see #dev |");
    expect_steps("see #de|", 2, "see #design |");
    expect_steps("/send s|", 1, "/send src/|");
    expect_steps("/send su|", 1, "/send sums.txt |");
    expect_steps("hi :smi|", 1, "hi 🙂 |");
    expect_steps("hi :s|", 1, "hi :s|"); /* too short to be meant */
}

static void another_key_ends_it(void)
{
    struct editor *editor = editor_create(allocator_system());
    struct completion completion = {.count = 0};
    editor_insert(editor, BYTES_OF("al"));
    completion_step(&completion, editor, &source, false);
    completion_end(&completion);
    completion_step(&completion, editor, &source, false);
    expect_bytes(editor_text(editor), BYTES_OF("Alice: "));
    editor_undo(editor);
    expect_bytes(editor_text(editor), BYTES_OF("al"));
    editor_destroy(editor);
}

static void the_candidates_are_shown_as_far_as_they_fit(void)
{
    struct editor *editor = editor_create(allocator_system());
    struct completion completion = {.count = 0};
    char text[64];
    expect_equal(completion_print(&completion, 80, text, sizeof(text)), 0);
    editor_insert(editor, BYTES_OF("/"));
    completion_step(&completion, editor, &source, false);
    completion_print(&completion, 80, text, sizeof(text));
    expect_text(text, "[join] leave  list  me ");
    completion_print(&completion, 13, text, sizeof(text));
    expect_text(text, "[join] leave ");
    completion_step(&completion, editor, &source, true);
    completion_step(&completion, editor, &source, true);
    completion_print(&completion, 13, text, sizeof(text));
    expect_text(text, " list [me]");
    completion_print(&completion, 80, text, 12);
    expect_at_most(strlen(text), 11);
    completion_print(&completion, 0, text, sizeof(text));
    expect_text(text, "");
    editor_destroy(editor);
}

static void what_is_offered_is_bounded(void)
{
    struct completion completion = {.count = 0};
    static uint8_t page[COMPLETION_BYTES_MAX];
    memset(page, 'x', sizeof(page));
    for (int i = 0; i < 2 * COMPLETION_MAX; i++) {
        char name[8];
        snprintf(name, sizeof(name), "%d", i);
        completion_offer(&completion, bytes_of_text(name), (struct gossip_bytes){0});
        completion_offer(&completion, bytes_of_text(name), (struct gossip_bytes){0});
    }
    expect_equal(completion.count, COMPLETION_MAX);
    completion.count = 0;
    completion_offer(&completion, bytes_make(page, sizeof(page)), (struct gossip_bytes){0});
    expect_equal(completion.count, 0);
}

TEST_MAIN(TEST(a_nick_is_spoken_to_only_at_the_start), TEST(it_goes_round_in_both_directions),
    TEST(commands_and_their_arguments_are_known), TEST(rooms_paths_and_emoji_too),
    TEST(another_key_ends_it), TEST(the_candidates_are_shown_as_far_as_they_fit),
    TEST(what_is_offered_is_bounded))
