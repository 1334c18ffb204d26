#include "app/config_edit.h"

#include <string.h>

#include "app/config_file.h"
#include "base/bytes.h"

struct edit {
    struct gossip_bytes rest;
    struct gossip_room room;
    size_t size;
    bool is_full;
};

static void write_bytes(struct edit *edit, struct gossip_bytes bytes)
{
    if (bytes.size > edit->room.size - edit->size) {
        edit->is_full = true;
        return;
    }
    bytes_copy(edit->room.data + edit->size, bytes);
    edit->size += bytes.size;
}

static void write_entries(
    struct edit *edit, const char *key, const char *const *values, size_t count)
{
    if (edit->size > 0 && edit->room.data[edit->size - 1] != '\n') {
        write_bytes(edit, BYTES_OF("\n"));
    }
    for (size_t i = 0; i < count; i++) {
        write_bytes(edit, bytes_of_text(key));
        write_bytes(edit, BYTES_OF(" = "));
        write_bytes(edit, bytes_of_text(values[i]));
        write_bytes(edit, BYTES_OF("\n"));
    }
}

/* With its end. */
static struct gossip_bytes line_of(struct gossip_bytes text)
{
    const uint8_t *end = text.size == 0 ? NULL : memchr(text.data, '\n', text.size);

    return bytes_part(text, 0, end == NULL ? text.size : (size_t)(end - text.data) + 1);
}

static bool is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

static struct gossip_bytes trim(struct gossip_bytes text)
{
    while (text.size > 0 && is_space(text.data[0])) {
        text = bytes_part(text, 1, text.size);
    }
    while (text.size > 0 && is_space(text.data[text.size - 1])) {
        text.size--;
    }
    return text;
}

static bool begins_with(struct gossip_bytes line, const char *marks)
{
    line = trim(line);
    return line.size > 0 && strchr(marks, line.data[0]) != NULL && line.data[0] != '\0';
}

/* Whether the line sets `key`, or, if that is NULL, any key. */
static bool sets(struct gossip_bytes line, const char *key)
{
    size_t size = 0;

    line = trim(line);
    while (size < line.size && line.data[size] != '=' && line.data[size] != ':') {
        size++;
    }
    if (size == line.size || begins_with(line, "#;[")) {
        return false;
    }
    return key == NULL || bytes_equal(trim(bytes_part(line, 0, size)), bytes_of_text(key));
}

/* How much of the text is before the place where a new key belongs. */
static size_t place_for_new(struct gossip_bytes text)
{
    size_t at = 0;
    size_t place = 0;
    bool is_heading = true; /* the comments at the top are about the file */

    while (at < text.size) {
        struct gossip_bytes line = line_of(bytes_part(text, at, text.size));

        if (begins_with(line, "[")) {
            break;
        }
        at += line.size;
        is_heading = is_heading && begins_with(line, "#;");
        if (is_heading || sets(line, NULL)) {
            place = at;
        }
    }
    return place;
}

static bool has_comment(const char *value)
{
    for (const char *at = strchr(value, ';'); at != NULL; at = strchr(at + 1, ';')) {
        if (at == value || is_space((uint8_t)at[-1])) {
            return true;
        }
    }
    return false;
}

static bool can_be_written(const char *value)
{
    return strpbrk(value, "\r\n") == NULL && !has_comment(value) &&
           trim(bytes_of_text(value)).size == strlen(value) &&
           strlen(value) <= CONFIG_FILE_LINE_BYTES_MAX - 40;
}

/* Copies the lines before the first section; those that set the key give way to the new ones. */
static bool replace(struct edit *edit, const char *key, const char *const *values, size_t count)
{
    bool is_done = false;

    while (edit->rest.size > 0) {
        struct gossip_bytes line = line_of(edit->rest);

        if (begins_with(line, "[")) {
            break;
        }
        edit->rest = bytes_part(edit->rest, line.size, edit->rest.size);
        if (!sets(line, key)) {
            write_bytes(edit, line);
        } else if (!is_done) {
            write_entries(edit, key, values, count);
            is_done = true;
        }
    }
    return is_done;
}

enum gossip_error config_edit(struct gossip_bytes text, const char *key, const char *const *values,
    size_t count, struct gossip_room room, size_t *size)
{
    struct gossip_bytes mark = BYTES_OF("\xef\xbb\xbf"); /* some editors put it before all else */
    struct edit edit = {.room = room};
    size_t marked;
    size_t place;

    if (bytes_start_with(text, mark)) {
        write_bytes(&edit, mark);
        text = bytes_part(text, mark.size, text.size);
    }
    place = place_for_new(text);
    marked = edit.size;
    edit.rest = text;
    for (size_t i = 0; i < count; i++) {
        if (!can_be_written(values[i])) {
            return GOSSIP_ERROR_INVALID;
        }
    }
    if (!replace(&edit, key, values, count)) {
        edit.rest = bytes_part(text, place, text.size);
        edit.size = marked;
        edit.is_full = false;
        write_bytes(&edit, bytes_part(text, 0, place));
        write_entries(&edit, key, values, count);
    }
    write_bytes(&edit, edit.rest);
    *size = edit.size;
    return edit.is_full ? GOSSIP_ERROR_LIMIT : GOSSIP_OK;
}
