#include "app/slash.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "app/suggest.h"

#define WORD_BYTES_MAX 32
#define NAMES_MAX 64

const struct slash_description slash_descriptions[] = {
#define COMMAND(name, others, arguments, help, example) {#name, others, arguments, help, example},
#include "app/commands.def"
#undef COMMAND
};

const size_t slash_description_count = sizeof(slash_descriptions) / sizeof(slash_descriptions[0]);

const struct slash_description *slash_describe(enum slash_command command)
{
    return &slash_descriptions[command - SLASH_NONE - 1];
}

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t';
}

static struct gossip_bytes trim(struct gossip_bytes text)
{
    while (text.size > 0 && is_space(text.data[0])) {
        text.data++;
        text.size--;
    }
    while (text.size > 0 && is_space(text.data[text.size - 1])) {
        text.size--;
    }
    return text;
}

struct gossip_bytes slash_take_word(struct gossip_bytes *arguments)
{
    struct gossip_bytes word = {.data = arguments->data};

    while (word.size < arguments->size && !is_space(arguments->data[word.size])) {
        word.size++;
    }
    arguments->data += word.size;
    arguments->size -= word.size;
    *arguments = trim(*arguments);
    return word;
}

/* Whether `word` is one of the words in `others`, which are divided by spaces. */
static bool is_among(const char *word, const char *others)
{
    size_t length = strlen(word);

    while (*others != '\0') {
        size_t other = strcspn(others, " ");

        if (other == length && strncasecmp(word, others, length) == 0) {
            return true;
        }
        others += other;
        others += strspn(others, " ");
    }
    return false;
}

/* The command of that name, or of that beginning of a name if only one has it. */
static enum slash_command find(const char *word)
{
    size_t length = strlen(word);
    size_t found = slash_description_count;
    bool is_ambiguous = false;

    for (size_t i = 0; i < slash_description_count; i++) {
        if (strcasecmp(word, slash_descriptions[i].name) == 0 ||
            is_among(word, slash_descriptions[i].others)) {
            return (enum slash_command)(SLASH_NONE + 1 + i);
        }
        if (strncasecmp(word, slash_descriptions[i].name, length) == 0) {
            is_ambiguous = found < slash_description_count;
            found = is_ambiguous ? found : i;
        }
    }
    if (length == 0 || is_ambiguous || found == slash_description_count) {
        return SLASH_UNKNOWN;
    }
    return (enum slash_command)(SLASH_NONE + 1 + found);
}

static void complain(const char *word, struct slash *slash)
{
    const char *names[NAMES_MAX];
    const char *nearest;

    for (size_t i = 0; i < slash_description_count; i++) {
        names[i] = slash_descriptions[i].name;
    }
    nearest = suggest_nearest(word, names, slash_description_count);
    if (nearest != NULL) {
        (void)snprintf(slash->complaint, sizeof(slash->complaint),
            "no such command: /%s. Did you mean /%s?", word, nearest);
    } else {
        (void)snprintf(slash->complaint, sizeof(slash->complaint),
            "no such command: /%s. /help lists all; //%s says it.", word, word);
    }
}

/* "#dev: text" is a text for another room than the current one. */
static void read_text(struct gossip_bytes line, struct slash *slash)
{
    size_t at = 1;

    slash->command = SLASH_NONE;
    slash->arguments = line;
    if (line.size < 4 || line.data[0] != '#') {
        return;
    }
    while (at < line.size && line.data[at] != ':' && !is_space(line.data[at])) {
        at++;
    }
    if (at > 1 && at + 1 < line.size && line.data[at] == ':' && is_space(line.data[at + 1])) {
        slash->room = (struct gossip_bytes){.data = line.data + 1, .size = at - 1};
        slash->arguments = trim((struct gossip_bytes){line.data + at + 1, line.size - at - 1});
    }
}

void slash_read(struct gossip_bytes line, struct slash *slash)
{
    struct gossip_bytes word;
    char name[WORD_BYTES_MAX];

    *slash = (struct slash){.command = SLASH_NONE};
    if (line.size == 0 || line.data[0] != '/') {
        read_text(line, slash);
        return;
    }
    line.data++;
    line.size--;
    if (line.size > 0 && line.data[0] == '/') {
        slash->arguments = line;
        return;
    }
    slash->arguments = line;
    word = slash_take_word(&slash->arguments);
    (void)snprintf(name, sizeof(name), "%.*s",
        (int)(word.size < sizeof(name) ? word.size : sizeof(name) - 1), (const char *)word.data);
    slash->command = find(name);
    if (slash->command == SLASH_UNKNOWN) {
        for (char *at = name; *at != '\0'; at++) {
            if (*at < ' ' || *at > '~') {
                *at = '?'; /* it is shown on a terminal */
            }
        }
        complain(name, slash);
    }
}
