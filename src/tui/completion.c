#include "tui/completion.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "tui/cluster.h"

#define EMOJI_LETTERS_MIN 2

void completion_end(struct completion *completion)
{
    completion->is_active = false;
    completion->count = 0;
}

/* ---- candidates ------------------------------------------------------------------------- */

/* Whether `text` begins with `typed`, in either case of any script. */
static bool begins(struct gossip_bytes text, struct gossip_bytes typed)
{
    while (typed.size > 0) {
        uint32_t left, right;

        if (text.size == 0) {
            return false;
        }
        (void)utf8_decode(&text, &left);
        (void)utf8_decode(&typed, &right);
        if (utf8proc_tolower((utf8proc_int32_t)left) != utf8proc_tolower((utf8proc_int32_t)right)) {
            return false;
        }
    }
    return true;
}

static struct gossip_bytes candidate(const struct completion *completion, size_t index)
{
    return bytes_make(completion->bytes + completion->candidates[index].start,
        completion->candidates[index].size);
}

void completion_offer(
    struct completion *completion, struct gossip_bytes name, struct gossip_bytes text)
{
    struct gossip_bytes made = text.size > 0 ? text : name;

    if (completion->count == COMPLETION_MAX || made.size == 0 ||
        made.size > sizeof(completion->bytes) - completion->size ||
        !begins(name, completion->typed)) {
        return;
    }
    for (size_t i = 0; i < completion->count; i++) {
        if (bytes_equal(candidate(completion, i), made)) {
            return;
        }
    }
    completion->candidates[completion->count].start = (uint16_t)completion->size;
    completion->candidates[completion->count].size = (uint16_t)made.size;
    completion->candidates[completion->count++].goes_on =
        completion->kind == COMPLETION_PATH && bytes_end_with(made, BYTES_OF("/"));
    bytes_copy(completion->bytes + completion->size, made);
    completion->size += made.size;
}

/* ---- what is meant ---------------------------------------------------------------------- */

static bool is_break(uint8_t byte)
{
    return byte == ' ' || byte == '\n';
}

static size_t word_start(struct gossip_bytes text, size_t cursor)
{
    while (cursor > 0 && !is_break(text.data[cursor - 1])) {
        cursor--;
    }
    return cursor;
}

/* Takes the next word of a description, with its brackets; empty behind the last. */
static struct gossip_bytes take_argument(const char **arguments)
{
    struct gossip_bytes word;

    *arguments += strspn(*arguments, " ");
    word = bytes_make(*arguments, strcspn(*arguments, " "));
    *arguments += word.size;
    return word;
}

/* One of the words between '|': the name of a kind of candidates, or a candidate itself. */
static void offer_alternative(
    struct completion *completion, const struct completion_source *source, struct gossip_bytes word)
{
    static const struct {
        const char *name;
        enum completion_kind kind;
    } kinds[] = {{"NICK", COMPLETION_NICK}, {"ROOM", COMPLETION_ROOM},
        {"COMMAND", COMPLETION_COMMAND}, {"PATH", COMPLETION_PATH}, {"FILE", COMPLETION_PATH}};

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (bytes_equal(word, bytes_of_text(kinds[i].name))) {
            completion->kind = kinds[i].kind;
            source->offer(source->context, kinds[i].kind, completion->typed, completion);
            return;
        }
    }
    if (word.size > 0 && (word.data[0] < 'A' || word.data[0] > 'Z')) {
        completion_offer(completion, word, (struct gossip_bytes){0});
    }
}

static void offer_argument(struct completion *completion, const struct completion_source *source,
    struct gossip_bytes argument)
{
    while (argument.size > 0) {
        size_t size = 0;

        while (size < argument.size && strchr("[]|", argument.data[size]) == NULL) {
            size++;
        }
        offer_alternative(completion, source, bytes_part(argument, 0, size));
        argument = bytes_part(argument, size + 1, argument.size);
    }
}

/* The arguments of "/command one tw": those of the place that the word has, and of optional ones
 * before it that may have been left out. */
static void offer_arguments(struct completion *completion, const struct completion_source *source,
    struct gossip_bytes text, size_t start)
{
    size_t size = 0;
    const char *arguments;
    struct gossip_bytes argument;
    size_t place = 0;

    while (size < text.size && !is_break(text.data[size])) {
        size++;
    }
    arguments = source->arguments(source->context, bytes_part(text, 1, size - 1));
    if (arguments == NULL) {
        return;
    }
    for (size_t i = size; i < start; i++) {
        place += is_break(text.data[i]) && !is_break(text.data[i + 1 < start ? i + 1 : i]) &&
                 i + 1 < start;
    }
    for (argument = take_argument(&arguments); argument.size > 0;
         argument = take_argument(&arguments)) {
        bool is_optional = argument.data[0] == '[';

        if (place == 0) {
            offer_argument(completion, source, argument);
        }
        if (place == 0 && !is_optional) {
            break;
        }
        place -= place > 0;
    }
}

/* Drops what stands before the name itself, "/" or "#" or ":". */
static void skip_sign(struct completion *completion)
{
    completion->start++;
    completion->typed = bytes_part(completion->typed, 1, completion->typed.size);
}

static void find_candidates(
    struct completion *completion, struct editor *editor, const struct completion_source *source)
{
    struct gossip_bytes text = editor_text(editor);
    struct gossip_bytes word = completion->typed;
    bool is_command =
        text.size > 0 && text.data[0] == '/' && !bytes_start_with(text, BYTES_OF("//"));
    uint8_t sign = word.size > 0 ? word.data[0] : 0;

    completion->kind = COMPLETION_NICK;
    if (is_command && completion->start == 0) {
        skip_sign(completion);
        completion->kind = COMPLETION_COMMAND;
    } else if (sign == '#') {
        skip_sign(completion);
        completion->kind = COMPLETION_ROOM;
    } else if (sign == ':' && word.size > EMOJI_LETTERS_MIN) {
        completion->typed = bytes_part(word, 1, word.size);
        completion->kind = COMPLETION_EMOJI;
    } else if (is_command) {
        completion->is_first_word = false; /* "/me Bob" speaks to nobody */
        offer_arguments(completion, source, text, completion->start);
        if (completion->count > 0) {
            return;
        }
        completion->kind = COMPLETION_NICK;
    }
    if (word.size > 0) {
        source->offer(source->context, completion->kind, completion->typed, completion);
    }
}

/* ---- steps ------------------------------------------------------------------------------ */

static void begin(
    struct completion *completion, struct editor *editor, const struct completion_source *source)
{
    struct gossip_bytes text = editor_text(editor);
    size_t cursor = editor_cursor(editor);
    size_t start = word_start(text, cursor);
    struct gossip_bytes word = bytes_part(text, start, cursor - start);

    completion_end(completion);
    if (word.size > sizeof(completion->bytes) / 2) {
        return;
    }
    bytes_copy(completion->bytes, word);
    completion->size = word.size;
    completion->typed = bytes_make(completion->bytes, word.size);
    completion->start = start;
    completion->end = cursor;
    completion->is_first_word = start == 0 || text.data[start - 1] == '\n';
    find_candidates(completion, editor, source);
    completion->is_active = completion->count > 0;
    completion->index = completion->count;
    if (completion->kind == COMPLETION_EMOJI) {
        completion->typed = bytes_make(completion->bytes, word.size); /* with its ':' */
    }
}

/* What follows a candidate: only who is spoken to at the beginning of a line gets a colon. */
static struct gossip_bytes suffix(const struct completion *completion)
{
    if (completion->kind == COMPLETION_NICK && completion->is_first_word) {
        return BYTES_OF(": ");
    }
    return BYTES_OF(" ");
}

static void put(struct completion *completion, struct editor *editor)
{
    uint8_t text[COMPLETION_BYTES_MAX + 2];
    struct gossip_room room = room_make(text, sizeof(text));
    bool is_typed = completion->index == completion->count;
    struct gossip_bytes made =
        is_typed ? completion->typed : candidate(completion, completion->index);
    struct gossip_bytes end = suffix(completion);
    struct gossip_bytes rest = bytes_part(
        editor_text(editor), completion->end, editor_text(editor).size - completion->end);
    bool ends = !is_typed && !completion->candidates[completion->index].goes_on &&
                !bytes_start_with(rest, BYTES_OF(" "));

    if (!room_put(&room, made) || (ends && !room_put(&room, end))) {
        return;
    }
    made = bytes_make(text, sizeof(text) - room.size);
    if (editor_replace(editor, completion->start, completion->end, made)) {
        completion->end = editor_cursor(editor);
    }
}

void completion_step(struct completion *completion, struct editor *editor,
    const struct completion_source *source, bool is_back)
{
    size_t places;

    if (!completion->is_active) {
        begin(completion, editor, source);
    }
    if (!completion->is_active) {
        return;
    }
    places = completion->count + 1;
    completion->index = (completion->index + (is_back ? places - 1 : 1)) % places;
    put(completion, editor);
    if (completion->count == 1) {
        completion_end(completion); /* the next Tab completes what follows: a path goes on */
    }
}

/* ---- showing ---------------------------------------------------------------------------- */

/* The first candidate to be shown, so that the current one is among them. */
static size_t first_shown(const struct completion *completion, size_t columns)
{
    size_t first = completion->index < completion->count ? completion->index : 0;
    size_t used = first < completion->count ? cluster_columns(candidate(completion, first)) + 4 : 0;

    while (first > 0) {
        used += cluster_columns(candidate(completion, first - 1)) + 2;
        if (used > columns) {
            break;
        }
        first--;
    }
    return first;
}

size_t completion_print(
    const struct completion *completion, size_t columns, char *text, size_t text_size)
{
    size_t size = 0, used = 0;

    text[0] = '\0';
    if (!completion->is_active || completion->count < 2) {
        return 0;
    }
    for (size_t i = first_shown(completion, columns); i < completion->count; i++) {
        struct gossip_bytes name = candidate(completion, i);
        bool is_current = i == completion->index;
        size_t more = cluster_columns(name) + 2;

        if (used + more > columns || name.size + 3 > text_size - size) {
            break;
        }
        size += (size_t)snprintf(text + size, text_size - size, "%s%.*s%s", is_current ? "[" : " ",
            (int)name.size, (const char *)name.data, is_current ? "]" : " ");
        used += more;
    }
    return size;
}
