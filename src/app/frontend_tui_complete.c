/* The full screen: who knows what can be completed. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/slash.h"
#include "app/tui_mode.h"
#include "base/bytes.h"

#define PATH_BYTES_MAX 1024
/* Entries of a folder that are looked at. */
#define ENTRIES_MAX 4096

static const struct gossip_bytes itself;

static void offer_nicks(const struct tui_model *model, struct completion *completion)
{
    for (size_t i = 0; i < TUI_MEMBERS_MAX; i++) {
        struct gossip_bytes name = tui_model_member(model, i);

        if (name.size == 0) {
            return;
        }
        completion_offer(completion, name, itself);
    }
}

static void offer_rooms(const struct tui_model *model, struct completion *completion)
{
    for (size_t i = 0; i < tui_model_window_count(model); i++) {
        struct tui_window_name name = tui_model_window_name(model, i);

        if (!name.is_direct) {
            completion_offer(completion, name.room, itself);
        }
    }
}

static void offer_commands(struct completion *completion)
{
    for (size_t i = 0; i < slash_description_count; i++) {
        completion_offer(completion, bytes_of_text(slash_descriptions[i].name), itself);
    }
}

static void offer_entry(
    struct completion *completion, const char *folder, size_t prefix, const struct dirent *entry)
{
    char path[PATH_BYTES_MAX];
    struct stat what;
    int size = snprintf(path, sizeof(path), "%s%s", folder, entry->d_name);

    if (size < 0 || size >= (int)sizeof(path) - 1) {
        return;
    }
    if (stat(path, &what) == 0 && S_ISDIR(what.st_mode)) {
        path[size++] = '/';
        path[size] = '\0';
    }
    completion_offer(completion, bytes_of_text(path + prefix), itself);
}

/* The entries of the folder that was typed, hidden ones only if a dot was. */
static void offer_paths(struct gossip_bytes typed, struct completion *completion)
{
    char folder[PATH_BYTES_MAX];
    size_t base = typed.size;
    bool is_here, wants_hidden;
    DIR *open;
    const struct dirent *entry;

    while (base > 0 && typed.data[base - 1] != '/') {
        base--;
    }
    is_here = base == 0;
    wants_hidden = base < typed.size && typed.data[base] == '.';
    if (base >= sizeof(folder)) {
        return;
    }
    (void)snprintf(folder, sizeof(folder), "%.*s", is_here ? 2 : (int)base,
        is_here ? "./" : (const char *)typed.data);
    open = opendir(folder);
    for (size_t i = 0; open != NULL && i < ENTRIES_MAX && (entry = readdir(open)) != NULL; i++) {
        bool is_dots = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;

        if (!is_dots && (entry->d_name[0] == '.') == wants_hidden) {
            offer_entry(completion, folder, is_here ? 2 : 0, entry);
        }
    }
    if (open != NULL) {
        (void)closedir(open);
    }
}

/* A few that people type again and again. */
static void offer_emoji(struct completion *completion)
{
    static const char *const emoji[][2] = {{"smile", "😄"}, {"slight_smile", "🙂"}, {"joy", "😂"},
        {"wink", "😉"}, {"heart", "❤️"}, {"thumbsup", "👍"}, {"thumbsdown", "👎"}, {"wave", "👋"},
        {"clap", "👏"}, {"pray", "🙏"}, {"tada", "🎉"}, {"fire", "🔥"}, {"rocket", "🚀"},
        {"thinking", "🤔"}, {"cry", "😢"}, {"sob", "😭"}, {"sunglasses", "😎"}, {"shrug", "🤷"},
        {"eyes", "👀"}, {"coffee", "☕"}, {"beer", "🍺"}, {"cake", "🍰"}, {"check", "✅"},
        {"cross", "❌"}, {"warning", "⚠️"}, {"bug", "🐛"}, {"hundred", "💯"}, {"sparkles", "✨"}};

    for (size_t i = 0; i < sizeof(emoji) / sizeof(emoji[0]); i++) {
        completion_offer(completion, bytes_of_text(emoji[i][0]), bytes_of_text(emoji[i][1]));
    }
}

static void offer(void *context, enum completion_kind kind, struct gossip_bytes typed,
    struct completion *completion)
{
    const struct frontend *frontend = context;

    switch (kind) {
    case COMPLETION_NICK:
        offer_nicks(frontend->model, completion);
        break;
    case COMPLETION_ROOM:
        offer_rooms(frontend->model, completion);
        break;
    case COMPLETION_COMMAND:
        offer_commands(completion);
        break;
    case COMPLETION_PATH:
        offer_paths(typed, completion);
        break;
    case COMPLETION_EMOJI:
        offer_emoji(completion);
        break;
    }
}

static const char *arguments(void *context, struct gossip_bytes command)
{
    char line[64];
    struct slash slash;

    (void)context;
    (void)snprintf(line, sizeof(line), "/%.*s", TALK_BYTES(bytes_part(command, 0, 40)));
    slash_read(bytes_of_text(line), &slash);
    return slash.command == SLASH_NONE || slash.command == SLASH_UNKNOWN
               ? NULL
               : slash_describe(slash.command)->arguments;
}

struct completion_source tui_mode_source(struct frontend *frontend)
{
    return (struct completion_source){.context = frontend, .offer = offer, .arguments = arguments};
}
