/*
 * A configuration file as a list of entries: "key = value" lines, some of them under a
 * [section], with comments that begin with # or ;. What keys mean is not known here.
 */
#ifndef APP_CONFIG_FILE_H
#define APP_CONFIG_FILE_H

#include "base/arena.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define CONFIG_FILE_BYTES_MAX ((size_t)64 * 1024)
#define CONFIG_FILE_ENTRIES_MAX 512
/* Of one line; of the text between the brackets of a section. */
#define CONFIG_FILE_LINE_BYTES_MAX 196
#define CONFIG_FILE_SECTION_BYTES_MAX 49

struct config_entry {
    const char *section; /* empty before the first one */
    const char *key;
    const char *value;
    unsigned line; /* from 1 on */
};

struct config_file {
    struct arena arena; /* of all texts */
    struct config_entry entries[CONFIG_FILE_ENTRIES_MAX];
    size_t count;
    unsigned error_line;   /* of the first that is no entry; 0: none, or the whole file */
    const char *complaint; /* static: what is wrong with it */
};

/*
 * Reads a whole file. Fails with GOSSIP_ERROR_INVALID or _LIMIT and `complaint`, and the
 * entries before the wrong line, or with _NO_MEMORY. config_file_deinit in any case.
 */
GOSSIP_MUST_USE enum gossip_error config_file_parse(
    struct config_file *file, struct gossip_bytes text);

/* Frees the texts. Allowed on one that is all zero. */
void config_file_deinit(struct config_file *file);

/*
 * If `section` is of the form `kind "name"`, writes the name to `name` of `size` bytes and
 * returns true; false also for one that is empty or does not fit.
 */
bool config_file_section_name(const char *section, const char *kind, char *name, size_t size);

#endif
