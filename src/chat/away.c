#include "chat/away.h"

#include "base/bytes.h"
#include "base/utf8.h"
#include "chat/clean_text.h"
#include "chat/outgoing.h"
#include "chat/rooms.h"
#include "chat/tell.h"

struct gossip_bytes away_bytes(const struct away *away)
{
    return bytes_make(away->text, away->size);
}

static void make(bool is_away, struct gossip_bytes text, struct away *away)
{
    uint8_t cleaned[CLEAN_TEXT_BYTES(WIRE_CHAT_AWAY_BYTES_MAX)];
    size_t size = clean_text(CLEAN_TEXT_LINE, bytes_part(text, 0, WIRE_CHAT_AWAY_BYTES_MAX),
        room_make(cleaned, sizeof(cleaned)));
    struct gossip_bytes fitting = utf8_truncate(bytes_make(cleaned, size), sizeof(away->text));

    *away = (struct away){.is_away = is_away};
    if (is_away) {
        away->size = (uint8_t)fitting.size;
        bytes_copy((uint8_t *)away->text, fitting);
    }
}

static bool is_same(const struct away *left, const struct away *right)
{
    return left->is_away == right->is_away && bytes_equal(away_bytes(left), away_bytes(right));
}

void away_set(struct chat *chat, bool is_away, struct gossip_bytes text)
{
    struct away before = chat->away;
    struct gossip_event event = {.kind = GOSSIP_EVENT_PERSON_AWAY,
        .person = chat->self,
        .nick = nick_bytes(&chat->nick),
        .name = label_bytes(&chat->label),
        .away = is_away,
        .own = true};

    make(is_away, text, &chat->away);
    if (is_same(&before, &chat->away)) {
        return;
    }
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        outgoing_tell_presence(at->object);
    }
    event.text = away_bytes(&chat->away);
    tell(chat, &event);
}

void away_fill(const struct chat *chat, struct wire_chat_frame *frame)
{
    frame->is_away = chat->away.is_away;
    frame->away = away_bytes(&chat->away);
}

void away_hear(struct chat *chat, struct person *person, const struct wire_chat_frame *frame)
{
    struct away away;

    make(frame->is_away, frame->away, &away);
    if (is_same(&away, &person->away)) {
        return;
    }
    person->away = away;
    rooms_tell_changed(chat, GOSSIP_EVENT_PERSON_AWAY, person, away_bytes(&person->away));
}
