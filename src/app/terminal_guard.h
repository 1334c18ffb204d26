/*
 * Gives the terminal back whatever happens: after a crash by a signal handler, after a kill that
 * cannot be caught by a small process that waits for ours to end.
 *
 * There is one terminal to a process, and so one guard. Only terminal.c calls it.
 */
#ifndef APP_TERMINAL_GUARD_H
#define APP_TERMINAL_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

/* The longest sequence that gives a terminal back; of a longer one nothing is kept. */
#define TERMINAL_GUARD_BYTES_MAX 512

/* Guards `descriptor`, whose modes were `modes`. Called before they are changed. */
void terminal_guard_begin(int descriptor, const struct termios *modes);

/* From now on these bytes give it back; copied. */
void terminal_guard_update(const char *data, size_t size);

/* Writes the bytes and sets the modes, at once. Safe in a signal handler, and when nothing is guarded. */
void terminal_guard_restore(void);

/* The terminal is given back: there is nothing to guard any more. */
void terminal_guard_end(void);

#endif
