/*
 * Addresses that --remember keeps for the next start: the file `peers` beside the identity, one
 * address a line.
 */
#ifndef APP_REMEMBERED_H
#define APP_REMEMBERED_H

#include "app/options.h"

#define REMEMBERED_BYTES_MAX ((size_t)16 * 1024)

/*
 * Adds the addresses that the file beside `identity_file` has to `peers`, but for those that are
 * there already. They borrow from `text`, which lives as long as they are used. A file that is not
 * there has none, and lines that cannot be addresses are passed over.
 */
void remembered_load(
    const char *identity_file, char text[REMEMBERED_BYTES_MAX], struct options_list *peers);

/* Replaces the file by one with these addresses. False, with errno, if that cannot be. */
bool remembered_save(const char *identity_file, const struct options_list *peers);

#endif
