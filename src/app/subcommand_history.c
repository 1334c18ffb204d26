/* gossipchat history: what is kept of what was said. Works beside a program that runs. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/history_copy.h"
#include "app/line_format.h"
#include "app/profile.h"
#include "app/search_arguments.h"
#include "app/status.h"
#include "app/subcommand.h"
#include "base/bytes.h"
#include "gossipchat/node.h"
#include "web/age.h"

#define DEFAULT_RENDEZVOUS "gossipchat"
#define SEARCH_COUNT 1000
#define MS_PER_SECOND 1000

struct work {
    const struct options *options;
    struct gossip_history *history;
    char *const *operands; /* behind the verb */
    size_t count;
    FILE *stream;
    uint64_t number;
};

struct verb {
    const char *word;
    bool is_writing;
    int (*run)(struct work *work);
};

static int usage(const char *text)
{
    (void)fprintf(stderr,
        "gossipchat: %s\n"
        "  gossipchat history [list]                         the rooms, and how much is kept of "
        "each\n"
        "  gossipchat history search TEXT [room:ROOM] [from:NICK] [since:2d]\n"
        "  gossipchat history export [FILE] [--room ROOM]    all lines; with --json to be "
        "imported\n"
        "  gossipchat history import [FILE]                  what was exported with --json\n"
        "  gossipchat history forget ROOM|all [before:30d]   remove lines for good\n",
        text);
    return STATUS_USAGE;
}

static int fail(const struct work *work, enum gossip_error error)
{
    (void)fprintf(stderr, "gossipchat: %s\n",
        error == GOSSIP_ERROR_NO_MEMORY ? "out of memory" : gossip_history_failure(work->history));
    return error == GOSSIP_ERROR_NO_MEMORY ? STATUS_INTERNAL : STATUS_DATA;
}

static struct gossip_bytes without_mark(const char *room)
{
    return bytes_of_text(*room == '#' ? room + 1 : room);
}

/* ---- list ------------------------------------------------------------------------------- */

static void print_room(void *context, const struct gossip_history_room *room)
{
    struct work *work = context;
    char first[LINE_FORMAT_DATE_BYTES], last[LINE_FORMAT_DATE_BYTES];

    line_format_date(room->first_at, first);
    line_format_date(room->last_at, last);
    if (room->count > 0) {
        work->number++;
        (void)printf("#%.*s%s%.*s%s  %" PRIu64 " line%s, %s to %s\n", (int)room->room.size,
            (const char *)room->room.data, room->rendezvous.size > 0 ? " (" : "",
            (int)room->rendezvous.size, (const char *)room->rendezvous.data,
            room->rendezvous.size > 0 ? ")" : "", room->count, room->count == 1 ? "" : "s", first,
            last);
    }
}

static int list(struct work *work)
{
    enum gossip_error error = gossip_history_rooms(work->history, print_room, work);

    if (error == GOSSIP_OK && work->number == 0) {
        (void)fprintf(stderr, "nothing is kept\n");
    }
    return error == GOSSIP_OK ? STATUS_OK : fail(work, error);
}

/* ---- search and export ------------------------------------------------------------------ */

static void print_line(void *context, const struct gossip_event *event)
{
    struct work *work = context;

    work->number++;
    history_copy_line(work->options, event, work->stream);
}

static bool join_operands(const struct work *work, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < work->count; i++) {
        int length =
            snprintf(text + used, size - used, "%s%s", i > 0 ? " " : "", work->operands[i]);

        if (length < 0 || (size_t)length >= size - used) {
            return false;
        }
        used += (size_t)length;
    }
    return true;
}

static int search(struct work *work)
{
    static struct search_arguments search;
    char text[2 * SEARCH_TEXT_BYTES_MAX];
    enum gossip_error error;
    uint64_t searched = 0;

    if (!join_operands(work, text, sizeof(text))) {
        return usage("that is too long to search for");
    }
    if (!search_arguments_read(bytes_of_text(text), &search)) {
        return usage("history search wants a TEXT, or from:NICK; since: takes 30m, 2h, 3d or 1w");
    }
    search.command.count = SEARCH_COUNT;
    if (search.command.room.size == 0 && work->options->rooms.count > 0) {
        search.command.room = without_mark(work->options->rooms.items[0]);
    }
    error = gossip_history_search(work->history, &search.command, print_line, work, &searched);
    if (error == GOSSIP_OK && work->number == 0) {
        (void)fprintf(stderr, "nothing found in %" PRIu64 " messages\n", searched);
    }
    return error == GOSSIP_OK ? STATUS_OK : fail(work, error);
}

static int open_stream(struct work *work, const char *mode)
{
    if (work->count > 1) {
        return usage("there is more than one FILE");
    }
    if (work->count == 0 || strcmp(work->operands[0], "-") == 0) {
        work->stream = *mode == 'r' ? stdin : stdout;
        return STATUS_OK;
    }
    work->stream = fopen(work->operands[0], mode);
    if (work->stream == NULL) {
        (void)fprintf(stderr, "gossipchat: cannot %s %s: %s\n", *mode == 'r' ? "read" : "make",
            work->operands[0], strerror(errno));
        return STATUS_USAGE;
    }
    return STATUS_OK;
}

/* Whatever could not be written is found out here at the latest. */
static bool close_stream(struct work *work)
{
    bool is_good = ferror(work->stream) == 0;

    if (work->stream == stdin) {
        return is_good;
    }
    return (work->stream == stdout ? fflush(stdout) : fclose(work->stream)) == 0 && is_good;
}

static int export(struct work *work)
{
    struct gossip_bytes room = {0};
    enum gossip_error error;
    int status = open_stream(work, "wx"); /* an earlier copy is not written over */

    if (status != STATUS_OK) {
        return status;
    }
    if (work->options->rooms.count > 0) {
        room = without_mark(work->options->rooms.items[0]);
    }
    error = gossip_history_read(work->history, room, print_line, work);
    if (!close_stream(work)) {
        (void)fprintf(stderr, "gossipchat: the copy could not be written: %s\n", strerror(errno));
        return STATUS_DATA;
    }
    if (error == GOSSIP_OK && !work->options->quiet) {
        (void)fprintf(stderr, "%" PRIu64 " line%s\n", work->number, work->number == 1 ? "" : "s");
    }
    return error == GOSSIP_OK ? STATUS_OK : fail(work, error);
}

/* ---- import ----------------------------------------------------------------------------- */

static void say_count(uint64_t count, const char *what)
{
    if (count > 0) {
        (void)fprintf(stderr, "%" PRIu64 " line%s %s\n", count, count == 1 ? "" : "s", what);
    }
}

static int import(struct work *work)
{
    struct history_copied copied;
    enum gossip_error error;
    int status = open_stream(work, "r");

    if (status != STATUS_OK) {
        return status;
    }
    error = history_copy_read(work->history, work->stream, &copied);
    (void)close_stream(work);
    if (error != GOSSIP_OK) {
        return fail(work, error);
    }
    (void)fprintf(
        stderr, "%" PRIu64 " line%s imported\n", copied.taken, copied.taken == 1 ? "" : "s");
    say_count(copied.known, "known already, or forgotten");
    say_count(copied.unsigned_count, "left out: what their authors signed is not in the copy");
    say_count(copied.refused, "left out: no lines, wrongly signed, or of private rooms");
    return STATUS_OK;
}

/* ---- forget ----------------------------------------------------------------------------- */

static bool is_sure(const struct work *work, const char *what)
{
    char answer[8] = "";

    if (work->options->yes) {
        return true;
    }
    if (!isatty(STDIN_FILENO)) {
        (void)fprintf(stderr, "gossipchat: say --yes to forget %s\n", what);
        return false;
    }
    (void)fprintf(stderr, "Forget %s? It cannot be undone. [y/N] ", what);
    return fgets(answer, sizeof(answer), stdin) != NULL && (answer[0] == 'y' || answer[0] == 'Y');
}

static bool read_before(const char *text, struct gossip_unix_time *before)
{
    struct gossip_bytes word = bytes_of_text(text);
    struct gossip_bytes prefix = BYTES_OF("before:");
    struct timespec now = {0};
    struct gossip_duration age;

    if (!bytes_start_with(word, prefix) ||
        age_parse(bytes_part(word, prefix.size, word.size), &age) != GOSSIP_OK) {
        return false;
    }
    (void)clock_gettime(CLOCK_REALTIME, &now);
    before->ms = ((int64_t)now.tv_sec - (int64_t)(age.us / 1000000)) * MS_PER_SECOND;
    return true;
}

static int forget(struct work *work)
{
    struct gossip_unix_time before = {0};
    struct gossip_bytes room = {0};
    char what[256];
    uint64_t removed;
    enum gossip_error error;

    if (work->count == 0 || work->count > 2) {
        return usage("history forget wants a ROOM, or all");
    }
    if (work->count == 2 && !read_before(work->operands[1], &before)) {
        return usage("before: takes a time such as 2h, 30d or 1w");
    }
    if (strcmp(work->operands[0], "all") != 0) {
        room = without_mark(work->operands[0]);
    }
    (void)snprintf(what, sizeof(what), "%s%.*s%s%s", room.size > 0 ? "#" : "all rooms",
        (int)(room.size < 128 ? room.size : 128), (const char *)room.data,
        work->count == 2 ? ", " : "", work->count == 2 ? work->operands[1] : "");
    if (!is_sure(work, what)) {
        return STATUS_USAGE;
    }
    error = gossip_history_forget(work->history, room, before, &removed);
    if (error == GOSSIP_OK) {
        (void)fprintf(stderr, "%" PRIu64 " line%s removed\n", removed, removed == 1 ? "" : "s");
    }
    return error == GOSSIP_OK ? STATUS_OK : fail(work, error);
}

/* ---- which ------------------------------------------------------------------------------ */

static const struct verb verbs[] = {
    {"list", false, list},
    {"search", false, search},
    {"export", false, export},
    {"import", true, import},
    {"forget", true, forget},
};

static const struct verb *find_verb(const char *word)
{
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        if (strcmp(verbs[i].word, word) == 0) {
            return &verbs[i];
        }
    }
    return NULL;
}

static int run(struct work *work, const struct verb *verb, const char *file)
{
    const char *rendezvous = work->options->rendezvous;
    enum gossip_error error = gossip_history_open(file,
        rendezvous == NULL ? DEFAULT_RENDEZVOUS : rendezvous, verb->is_writing, &work->history);
    int status;

    if (error != GOSSIP_OK) {
        (void)fprintf(stderr, "gossipchat: %s\n", gossip_node_failure());
        return STATUS_DATA;
    }
    status = verb->run(work);
    gossip_history_close(work->history);
    return status;
}

int subcommand_history(const struct options *options)
{
    struct work work = {.options = options, .stream = stdout};
    const char *word = options->operand_count == 0 ? "list" : options->operands[0];
    const struct verb *verb = find_verb(word);
    struct profile profile;
    int status;

    if (verb == NULL) {
        return usage("history does list, search, export, import or forget");
    }
    if (options->operand_count > 0) {
        work.operands = options->operands + 1;
        work.count = options->operand_count - 1;
    }
    if (options->format != NULL && !line_format_check(options->format)) {
        return usage("--format: after % comes one of d, t, r, n, m or %");
    }
    status = profile_look(&profile, options->data_dir, options->profile, options->identity);
    if (status != STATUS_OK) {
        (void)fprintf(stderr, "gossipchat: %s\n", profile.line);
        return status;
    }
    return run(&work, verb, profile.history_file);
}
