/* Events on their way to the front ends. */
#ifndef CHAT_TELL_H
#define CHAT_TELL_H

#include "chat/state.h"

/*
 * Queues a copy of `event` with its texts. Beyond CHAT_EVENTS_MAX, or without
 * memory, it is dropped: front ends that do not poll have no claim to more.
 */
void tell(struct chat *chat, const struct gossip_event *event);

/* Answers a command. `text` and `hint` are zero-terminated. */
void tell_done(struct chat *chat, uint64_t number, const char *text);
void tell_failed(struct chat *chat, uint64_t number, enum gossip_error error, const char *text,
    const char *hint);

/* One line worth reading. */
void tell_notice(struct chat *chat, enum gossip_notice notice, const struct gossip_peer_id *person,
    const char *text, const char *hint);

/* A member of a room: PERSON_CAME, _WENT, _RENAMED or _LISTED. `text` may be empty. */
void tell_member(struct chat *chat, enum gossip_event_kind kind, const struct member *member,
    uint64_t number, struct gossip_bytes text);

void tell_drop_all(struct chat *chat);

#endif
