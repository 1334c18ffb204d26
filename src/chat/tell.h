/* Events on their way to the front ends. */
#ifndef CHAT_TELL_H
#define CHAT_TELL_H

#include "chat/state.h"

/*
 * Queues a copy of `event` with its texts. Beyond the bound of the chat, or
 * without memory, it is dropped: front ends that do not poll have no claim to more.
 */
void tell(struct chat *chat, const struct gossip_event *event);

/*
 * Answers a command with DONE, unless its number is 0. An answer is not dropped
 * beyond the bound, and one fits even without memory.
 */
void tell_done(struct chat *chat, uint64_t number);

/* Answers a command with FAILED, in the same way. `hint` may be empty. */
void tell_failed(struct chat *chat, uint64_t number, enum gossip_error error,
    struct gossip_bytes text, struct gossip_bytes hint);

/* Answers a command with `event`, in the same way, except that its texts are lost without memory. */
void tell_answer(struct chat *chat, const struct gossip_event *event);

/* One line worth reading. */
void tell_notice(struct chat *chat, enum gossip_notice notice, const struct gossip_peer_id *person,
    struct gossip_bytes text, struct gossip_bytes hint);

/* A member of a room: PERSON_CAME, _WENT, _RENAMED, _AWAY or _LISTED. `text` may be empty. */
void tell_member(struct chat *chat, enum gossip_event_kind kind, const struct member *member,
    uint64_t number, struct gossip_bytes text);

/* Frees every event. */
void tell_drop_all(struct chat *chat);

#endif
