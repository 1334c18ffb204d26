/*
 * A text as QR code for a terminal: each character shows two squares, one above
 * the other. Dark squares are left empty, which is right where the terminal is dark;
 * where it is light, it is drawn inverted.
 */
#ifndef APP_QR_H
#define APP_QR_H

#include <stdbool.h>
#include <stddef.h>

struct qr;

/* The code of `text`. Returned owned; NULL if it is too long for any, or without memory. */
struct qr *qr_create(const char *text);

/* Frees it. NULL is allowed. */
void qr_destroy(struct qr *qr);

/* Its size on a terminal, with the margin of two squares that readers want. */
size_t qr_columns(const struct qr *qr);
size_t qr_rows(const struct qr *qr);

/* One row without its end; `line` has room for 3 bytes a column and a zero. */
void qr_print_row(const struct qr *qr, size_t row, bool is_light, char *line);

#endif
