/*
 * Any configuration file: it is a list of entries whose texts are lines of it, or a complaint; and
 * one that was edited says what it was made to say, and beside that what it said before.
 */
#include "app/config_file.h"

#include "app/config_edit.h"
#include "base/bytes.h"
#include "harness/harness.h"

#include <string.h>

#define TEXT_BYTES_MAX 1024

static const char *const pieces[] = {"nick = Bob\n", "nick=a ; b\n", "  port : 1\r\n",
    "# nick = x\n", "[room \"dev\"]\n", "[keys]\n", "join = yes\n", "\n", "nick\n", "[x\n", "=\n",
    ";\n", "a = [b]\n", "\xef\xbb\xbf", "nick = ", "\xff = \xff\n", " "};

static struct config_file before, after;

static void expect_sane(const struct config_file *file, enum gossip_error error)
{
    expect_equal(error == GOSSIP_OK, file->complaint == NULL);
    expect_at_most(file->count, CONFIG_FILE_ENTRIES_MAX);
    for (size_t i = 0; i < file->count; i++) {
        const struct config_entry *entry = &file->entries[i];

        expect_at_most(strlen(entry->section), CONFIG_FILE_SECTION_BYTES_MAX);
        expect_at_most(strlen(entry->key) + strlen(entry->value), CONFIG_FILE_LINE_BYTES_MAX);
        expect_true(entry->line > (i > 0 ? file->entries[i - 1].line : 0));
    }
}

/* Number `at` of the entries that are not "nick" before the first section; NULL behind the last. */
static const struct config_entry *other(const struct config_file *file, size_t at)
{
    for (size_t i = 0; i < file->count; i++) {
        const struct config_entry *entry = &file->entries[i];

        if ((*entry->section != '\0' || strcmp(entry->key, "nick") != 0) && at-- == 0)
            return entry;
    }
    return NULL;
}

static void expect_same_others(void)
{
    const struct config_entry *old;

    for (size_t i = 0; (old = other(&before, i)) != NULL; i++) {
        const struct config_entry *new = other(&after, i);

        expect_not_null(new);
        expect_text(new->section, old->section);
        expect_text(new->key, old->key);
        expect_text(new->value, old->value);
    }
}

static void play_edit(struct gossip_bytes text)
{
    const char *value = "Eve";
    uint8_t *room = test_take(TEXT_BYTES_MAX + 64);
    size_t size;
    bool is_there = false;

    expect_ok(config_edit(text, "nick", &value, 1, room_make(room, TEXT_BYTES_MAX + 64), &size));
    expect_ok(config_file_parse(&after, bytes_make(room, size)));
    for (size_t i = 0; i < after.count; i++) {
        const struct config_entry *entry = &after.entries[i];

        if (*entry->section == '\0' && strcmp(entry->key, "nick") == 0) {
            expect_false(is_there);
            expect_text(entry->value, "Eve");
            is_there = true;
        }
    }
    expect_true(is_there);
    expect_same_others();
    config_file_deinit(&after);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    uint8_t *text = test_take(TEXT_BYTES_MAX);
    size_t used = 0;
    enum gossip_error error;

    for (uint32_t left = script_below(&script, 24); left > 0; left--) {
        const char *piece = pieces[script_below(&script, sizeof(pieces) / sizeof(pieces[0]))];

        memcpy(text + used, piece, strlen(piece));
        used += strlen(piece);
    }
    for (struct gossip_bytes rest = script_rest(&script); rest.size > 0 && used < TEXT_BYTES_MAX;
         rest = bytes_part(rest, 1, rest.size))
        text[used++] = rest.data[0];
    error = config_file_parse(&before, bytes_make(text, used));
    expect_sane(&before, error);
    if (error == GOSSIP_OK)
        play_edit(bytes_make(text, used));
    config_file_deinit(&before);
}

const struct harness harness = {.name = "config_file", .play = play, .size_max = 512};
