#include "app/session_waiting.h"

#include <stdio.h>
#include <string.h>

static void note_name(struct session *session, const char *words, struct gossip_bytes name)
{
    struct session_waiting *waiting = &session->waiting;
    char text[sizeof(waiting->whom)];

    (void)snprintf(text, sizeof(text), "%s%.*s", words, TALK_BYTES(name));
    if (waiting->whom[0] != '\0' && strcmp(waiting->whom, text) != 0) {
        waiting->is_for_several = true;
    }
    memcpy(waiting->whom, text, sizeof(text));
}

void session_waiting_note(struct session *session, const struct gossip_event *event)
{
    if (session->undelivered == 0) {
        session->waiting.whom[0] = '\0';
        session->waiting.is_for_several = false;
    } else if (event->kind == GOSSIP_EVENT_DIRECT && event->own) {
        note_name(session, "", event->name);
    } else if (event->kind == GOSSIP_EVENT_DELIVERY && event->room.size > 0 &&
               event->delivery == GOSSIP_DELIVERY_QUEUED) {
        note_name(session, "somebody in #", event->room);
    }
}

void session_waiting_tell(const struct session *session)
{
    const struct session_waiting *waiting = &session->waiting;
    unsigned long long count = session->undelivered;
    bool is_for_one = waiting->whom[0] != '\0' && !waiting->is_for_several;

    if (waiting->is_told) {
        return;
    }
    if (count == 0 && session->status == STATUS_NOBODY && session->number > 0) {
        talk_warn(&session->talk, "the last messages may not have reached everybody");
    } else if (count > 0 && waiting->is_kept) {
        talk_warn(&session->talk, "%llu message%s%s%s and %s out next time", count,
            count == 1 ? " waits" : "s wait", is_for_one ? " for " : "",
            is_for_one ? waiting->whom : "", count == 1 ? "goes" : "go");
    } else if (count > 0) {
        talk_warn(
            &session->talk, "%llu message%s not delivered", count, count == 1 ? " was" : "s were");
        talk_warn(&session->talk, "nothing is kept without a history: %s lost",
            count == 1 ? "it is" : "they are");
    }
}
