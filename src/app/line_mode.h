/* What the files of line mode share: messages on stdout, one line each; everything else on stderr. */
#ifndef APP_LINE_MODE_H
#define APP_LINE_MODE_H

#include "app/frontend.h"

/* Lines of input. */
#define LINE_MODE_BYTES_MAX 8192
/* The longest message, with all its line ends widened, and a name. */
#define LINE_MODE_MESSAGE_BYTES (64u * 1024)
#define LINE_MODE_ROOMS_MAX 64
/* Addresses that were reported as out of reach. */
#define LINE_MODE_REPORTED_MAX 32

struct frontend {
    struct session *session;
    char room[SESSION_ROOM_BYTES_MAX]; /* the current one; empty: none */
    char rooms[LINE_MODE_ROOMS_MAX]
              [SESSION_ROOM_BYTES_MAX]; /* as /rooms and /go NUMBER count them */
    size_t room_count;
    uint32_t listed;                           /* entries of the list that is being shown */
    bool is_asking;                            /* the next line is a secret */
    uint32_t connecting;                       /* /connect that were not answered yet */
    uint64_t reported[LINE_MODE_REPORTED_MAX]; /* hashes of addresses; 0 is free */
    uint8_t buffer[LINE_MODE_MESSAGE_BYTES];
};

/* ---- line_rooms.c ----------------------------------------------------------------------- */

/* A room was joined; it becomes the current one if there is none or `is_current`. */
void line_rooms_add(struct frontend *frontend, struct gossip_bytes room, bool is_current);

/* A room was left. */
void line_rooms_remove(struct frontend *frontend, struct gossip_bytes room);

/* Makes the room a person means the current one, or says why not: its number, its name, or how its name begins. */
void line_rooms_go(struct frontend *frontend, struct gossip_bytes word);

/* ---- line_person.c ---------------------------------------------------------------------- */

/* Prints a PERSON_KNOWN. */
void line_person_show(struct frontend *frontend, const struct gossip_event *event);

/* ---- line_show.c ------------------------------------------------------------------------ */

/* Prints what an event has to say, on stdout or stderr. */
void line_show(struct frontend *frontend, const struct gossip_event *event);

#endif
