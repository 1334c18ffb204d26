#include "app/config_file.h"

#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "base/allocator.h"
#include "base/bytes.h"

struct reading {
    struct config_file *file;
    struct gossip_bytes rest;
    unsigned line;
    enum gossip_error error;
};

static void complain(struct reading *reading, enum gossip_error error, const char *complaint)
{
    if (reading->error == GOSSIP_OK) {
        reading->error = error;
        reading->file->error_line = reading->line;
        reading->file->complaint = complaint;
    }
}

/* As inih sees it: a line that begins with a space would continue the one before. */
static bool is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* The next line without its end and without spaces around, which have no meaning for us. */
static struct gossip_bytes take_line(struct reading *reading)
{
    const uint8_t *end = memchr(reading->rest.data, '\n', reading->rest.size);
    size_t size = end == NULL ? reading->rest.size : (size_t)(end - reading->rest.data);
    struct gossip_bytes line = {.data = reading->rest.data, .size = size};

    reading->rest = bytes_part(reading->rest, size + (end != NULL), reading->rest.size);
    reading->line++;
    while (line.size > 0 && is_space(line.data[line.size - 1])) {
        line.size--;
    }
    /* Before the mark at the beginning of some files there is no space. */
    while (reading->line > 1 && line.size > 0 && is_space(line.data[0])) {
        line.data++;
        line.size--;
    }
    return line;
}

/*
 * Whether a section, if the line is one, has a name that is not too long. Without a name what is in
 * it would look as if it were in none, and of a long one the library would cut the name.
 */
static enum gossip_error check_section(struct gossip_bytes line)
{
    const uint8_t *end;
    size_t size;

    /* The first line may still have a mark and spaces in front. */
    if (bytes_start_with(line, BYTES_OF("\xef\xbb\xbf"))) {
        line = bytes_part(line, 3, line.size);
    }
    while (line.size > 0 && is_space(line.data[0])) {
        line.data++;
        line.size--;
    }
    end = line.size == 0 || line.data[0] != '[' ? NULL : memchr(line.data, ']', line.size);
    if (end == NULL) {
        return GOSSIP_OK;
    }
    size = (size_t)(end - line.data) - 1;
    if (size == 0) {
        return GOSSIP_ERROR_INVALID;
    }
    return size > CONFIG_FILE_SECTION_BYTES_MAX ? GOSSIP_ERROR_LIMIT : GOSSIP_OK;
}

/* What inih reads lines with; the end of the file for it is also the first wrong line. */
static char *next_line(char *text, int size, void *context)
{
    struct reading *reading = context;
    struct gossip_bytes line;
    enum gossip_error error;

    if (reading->rest.size == 0 || reading->error != GOSSIP_OK) {
        return NULL;
    }
    line = take_line(reading);
    if (line.size > CONFIG_FILE_LINE_BYTES_MAX || line.size + 2 > (size_t)size) {
        complain(reading, GOSSIP_ERROR_LIMIT, "the line is longer than 196 bytes");
        return NULL;
    }
    if (line.size > 0 && memchr(line.data, '\0', line.size) != NULL) {
        complain(reading, GOSSIP_ERROR_INVALID, "there is a zero byte in the line");
        return NULL;
    }
    error = check_section(line);
    if (error != GOSSIP_OK) {
        complain(reading, error,
            error == GOSSIP_ERROR_LIMIT ? "the section is longer than 49 bytes"
                                        : "the section has no name");
        return NULL;
    }
    (void)snprintf(text, (size_t)size, "%.*s\n", (int)line.size, (const char *)line.data);
    return text;
}

static const char *keep(struct reading *reading, const char *text)
{
    char *copy = arena_take(&reading->file->arena, strlen(text) + 1);

    if (copy == NULL) {
        complain(reading, GOSSIP_ERROR_NO_MEMORY, "there is not enough memory");
        return NULL;
    }
    return strcpy(copy, text);
}

/* The section of an entry is mostly that of the one before. */
static const char *keep_section(struct reading *reading, const char *section)
{
    const struct config_file *file = reading->file;

    if (file->count > 0 && strcmp(file->entries[file->count - 1].section, section) == 0) {
        return file->entries[file->count - 1].section;
    }
    return keep(reading, section);
}

static int on_entry(void *context, const char *section, const char *key, const char *value)
{
    struct reading *reading = context;
    struct config_file *file = reading->file;
    struct config_entry entry = {.line = reading->line};

    if (file->count == CONFIG_FILE_ENTRIES_MAX) {
        complain(reading, GOSSIP_ERROR_LIMIT, "there are more than 512 entries");
        return 0;
    }
    entry.section = keep_section(reading, section);
    entry.key = keep(reading, key);
    entry.value = keep(reading, value);
    if (reading->error != GOSSIP_OK) {
        return 0;
    }
    file->entries[file->count++] = entry;
    return 1;
}

enum gossip_error config_file_parse(struct config_file *file, struct gossip_bytes text)
{
    struct reading reading = {.file = file, .rest = text};
    int line;

    *file = (struct config_file){0};
    arena_init(&file->arena, allocator_system(), 4 * CONFIG_FILE_BYTES_MAX);
    if (text.size > CONFIG_FILE_BYTES_MAX) {
        file->complaint = "the file is longer than 64 KiB";
        return GOSSIP_ERROR_LIMIT;
    }
    line = ini_parse_stream(next_line, &reading, on_entry, &reading);
    if (reading.error == GOSSIP_OK && line != 0) {
        reading.error = GOSSIP_ERROR_INVALID;
        file->error_line = line > 0 ? (unsigned)line : 0;
        file->complaint = "this is neither \"key = value\" nor a [section] nor a # comment";
    }
    return reading.error;
}

void config_file_deinit(struct config_file *file)
{
    arena_deinit(&file->arena);
}

bool config_file_section_name(const char *section, const char *kind, char *name, size_t size)
{
    size_t length = strlen(kind);
    const char *begin;
    const char *end;

    if (strncmp(section, kind, length) != 0 || section[length] != ' ') {
        return false;
    }
    begin = section + length + strspn(section + length, " ");
    end = strrchr(begin, '"');
    if (*begin != '"' || end == begin || end[1] != '\0' || end == begin + 1 ||
        (size_t)(end - begin) > size) {
        return false;
    }
    (void)snprintf(name, size, "%.*s", (int)(end - begin - 1), begin + 1);
    return true;
}
