/*
 * A model with a screen that is nowhere: what would be on it is text, to be compared.
 *
 * The clock stands at Thursday, 20 November 2025, 14:33:20 in Greenwich until a test moves it.
 */
#ifndef TESTS_UNIT_TUI_SCREEN_H
#define TESTS_UNIT_TUI_SCREEN_H

#include "support/test.h"
#include "support/test_allocator.h"
#include "tui/model.h"
#include "tui/view.h"

struct screen {
    struct test_allocator memory;
    struct tui_model *model;
    struct tui_time time;
    struct tui_theme theme;
    struct tui_input input;
    struct tui_cursor cursor;
    termpaint_integration integration;
    termpaint_terminal *terminal;
    termpaint_surface *surface;
    uint64_t order;
};

/* An empty model of "Bob" in the circle "myroom", and a screen of this size. */
void screen_open(struct screen *screen, int columns, int rows);
void screen_close(struct screen *screen);
void screen_resize(struct screen *screen, int columns, int rows);

/* A person named by one letter: that is all of the key. */
struct gossip_peer_id screen_person(char letter);

/* Moves both clocks. */
void screen_wait(struct screen *screen, uint64_t seconds);

/* Sets the wall clock to a time of today, or of days before. */
void screen_set_time(struct screen *screen, int days_ago, unsigned hour, unsigned minute);

/* Events, with what a node would put into them. The person is the first letter of the name. */
void screen_joined(struct screen *screen, const char *room);
void screen_came(struct screen *screen, const char *room, const char *name, uint32_t members);
void screen_went(struct screen *screen, const char *room, const char *name, uint32_t members);
void screen_line(struct screen *screen, const char *room, const char *name, const char *text);
void screen_connected(struct screen *screen, const char *name, uint32_t peers);

/* Any event at all. */
void screen_event(struct screen *screen, const struct gossip_event *event);

/* A LINE event of somebody, with an id and an order of its own, to be changed and told. */
struct gossip_event screen_line_event(
    struct screen *screen, const char *room, const char *name, const char *text);

/* Draws. */
void screen_draw(struct screen *screen);

/* Draws, and returns the rows without spaces at their ends; valid until the test ends. */
const char *screen_text(struct screen *screen);

/* Draws, and returns one row of it. */
const char *screen_row(struct screen *screen, int row);

/* Draws, and returns what is emphasized or colored, one run a line: "2:14-18 bold fg1 Alice". */
const char *screen_styles(struct screen *screen);

/* Whether `text` is somewhere on the screen. */
bool screen_has(struct screen *screen, const char *text);

#endif
