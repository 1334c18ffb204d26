/*
 * Events as JSON: one object a line, in one schema, proto/events.schema.json,
 * whoever reads it.
 *
 * Always there: `v` (1), `seq` (from 1, without gaps), `ts` (RFC 3339, UTC,
 * milliseconds), `type`. Readers ignore fields and types they do not know;
 * within version 1 there are only additions.
 */
#ifndef WEB_EVENT_JSON_H
#define WEB_EVENT_JSON_H

#include <jansson.h>

#include "gossipchat/event.h"

/*
 * An event is never longer than this, given texts within the bounds of chat and
 * host: a line of chat that would make it so is cut, and has `cut` set.
 */
#define EVENT_JSON_BYTES_MAX (64u * 1024u)

/* "2025-11-20T13:31:05.001Z" and a zero. */
#define EVENT_JSON_TIME_BYTES 32

/* Prints `time`; dates outside the years 0 to 9999 are cut to them. */
void event_json_time(struct gossip_unix_time time, char text[EVENT_JSON_TIME_BYTES]);

/*
 * A new object of `type` with `v`, `seq` and `ts`; NULL without memory. `ref`
 * (NULL: none) is added as it is. References are the caller's.
 */
json_t *event_json_begin(
    const char *type, uint64_t sequence, struct gossip_unix_time time, const json_t *ref);

/*
 * `event` as an object; NULL if this kind is not told by itself (answers that
 * make up a list are collected by the caller with event_json_entry) or without
 * memory. `ref` as above.
 */
json_t *event_json(const struct gossip_event *event, uint64_t sequence, const json_t *ref);

/* A ROOM_LISTED, PERSON_LISTED or PEER_LISTED event as an entry of a list; NULL without memory. */
json_t *event_json_entry(const struct gossip_event *event);

/* The word for an error in the field `code`. Static. */
const char *event_json_error_code(enum gossip_error error);

/* Sets `key` to text that may hold zeros; false without memory, or if it is no UTF-8. */
bool event_json_set_text(json_t *object, const char *key, struct gossip_bytes text);

#endif
