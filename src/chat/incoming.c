#include "chat/incoming.h"

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "base/utf8.h"
#include "chat/away.h"
#include "chat/clean_text.h"
#include "chat/hold.h"
#include "chat/known.h"
#include "chat/mention.h"
#include "chat/misfits.h"
#include "chat/outgoing.h"
#include "chat/people.h"
#include "chat/recall.h"
#include "chat/rooms.h"
#include "chat/sentence.h"
#include "chat/tell.h"
#include "chat/topic.h"
#include "crypto/secret.h"
#include "wire/json_line.h"

bool incoming_is_line(const struct wire_chat_frame *frame)
{
    return frame->kind == WIRE_CHAT_TEXT || frame->kind == WIRE_CHAT_ACTION;
}

/* ---- lines ------------------------------------------------------------------------------ */

/* A line of a person with clean text, perhaps none; NULL if there is no memory. */
static struct line *make_line(
    struct chat *chat, const struct person *person, struct gossip_bytes text)
{
    size_t size = CLEAN_TEXT_BYTES(text.size);
    uint8_t *cleaned = allocator_take(chat->allocator, size);
    struct line *line = NULL;

    if (cleaned != NULL) {
        size_t used = clean_text(CLEAN_TEXT_BLOCK, text, (struct gossip_room){cleaned, size});

        line = line_create(chat->allocator, bytes_make(cleaned, used));
        allocator_give(chat->allocator, cleaned, size);
    }
    if (line == NULL) {
        return NULL;
    }
    line_keep_original(chat->allocator, line, chat->original);
    line->author = person->peer;
    line->nick = person->nick;
    line->label = person->label;
    line->is_verified = known_is_verified(chat, person);
    line->arrived_at = chat->time.date;
    line->sent_at = chat->time.date;
    line->is_mention =
        mention_is_in(nick_bytes(&chat->nick), bytes_make(line->text, line->text_size));
    return line;
}

struct line *incoming_line(
    struct chat *chat, const struct person *person, const struct wire_chat_frame *frame)
{
    struct line *line = make_line(chat, person, frame->text);

    if (line == NULL) {
        return NULL;
    }
    line->is_action = frame->kind == WIRE_CHAT_ACTION;
    line->order = frame->lamport < chat->lamport ? frame->lamport : chat->lamport;
    line->session = frame->session;
    line->sequence = frame->sequence;
    if (frame->sent_ms != 0) {
        line->sent_at.ms = frame->sent_ms;
    }
    line_set_id(line);
    return line;
}

static void take_line(
    struct room *room, const struct person *person, const struct wire_chat_frame *frame)
{
    struct line *line = incoming_line(room->chat, person, frame);

    if (line != NULL) {
        hold_line(room, line, frame);
    }
}

/* There is no place to remember somebody, but what he says is not lost. */
static void take_strangers_line(
    struct room *room, const struct gossip_peer_id *author, const struct wire_chat_frame *frame)
{
    struct person stranger;

    people_make_stranger(room->chat, author, frame->nick, &stranger);
    take_line(room, &stranger, frame);
}

/* ---- plain text ------------------------------------------------------------------------- */

static void show_plain(struct room *room, const struct person *person,
    struct gossip_bytes message_id, struct gossip_bytes text, bool is_forged)
{
    struct line *line = make_line(room->chat, person, text);

    if (line == NULL) {
        return;
    }
    line->is_foreign = true;
    line->is_forged = is_forged;
    line->order = ++room->chat->lamport;
    line_set_foreign_id(line, message_id);
    if (line->text_size == 0 || person->is_ignored || line_list_has(&room->lines, line)) {
        line_destroy(room->chat->allocator, line);
    } else {
        hold_show(room, line);
    }
}

static void on_plain(struct room *room, const struct gossip_peer_id *author,
    struct gossip_bytes message_id, struct gossip_bytes text)
{
    struct member *member = rooms_member_get(room, author);
    struct person stranger;

    text = utf8_truncate(text, CHAT_FOREIGN_TEXT_BYTES_MAX);
    if (member == NULL) {
        people_make_stranger(room->chat, author, (struct gossip_bytes){0}, &stranger);
        show_plain(room, &stranger, message_id, text, false);
        return;
    }
    if (!member->has_left) {
        rooms_member_heard(member);
        rooms_member_came(member);
    }
    show_plain(room, member->person, message_id, text, false);
}

/* ---- JSON ------------------------------------------------------------------------------- */

/* Whoever signed it is the author, whatever it says. */
static bool is_forged(const struct gossip_peer_id *author, struct gossip_bytes sender_id)
{
    struct gossip_peer_id claimed;

    return sender_id.size > 0 &&
           (peer_id_parse(sender_id, &claimed) != GOSSIP_OK || !peer_id_is_equal(&claimed, author));
}

static void warn_of_forgery(struct chat *chat, struct person *person)
{
    struct sentence line = {0};

    if (person->was_forging || person->is_ignored) {
        return;
    }
    person->was_forging = true;
    sentence_put_clean(&line, label_bytes(&person->label));
    sentence_put(&line, " says in a message that it is somebody else's: it is shown as his own.");
    tell_notice(chat, GOSSIP_NOTICE_FORGED, &person->peer, sentence_bytes(&line),
        BYTES_OF("Only the signature counts. /ignore shows nothing more of him."));
}

static void show_json(struct room *room, const struct gossip_peer_id *author,
    struct gossip_bytes message_id, const struct wire_json_line *json)
{
    struct member *member = rooms_member_get(room, author);
    bool forged = is_forged(author, json->sender_id);
    struct person stranger;

    if (member == NULL) {
        people_make_stranger(
            room->chat, author, forged ? (struct gossip_bytes){0} : json->nick, &stranger);
        show_plain(room, &stranger, message_id, json->message, forged);
        return;
    }
    if (!forged && json->nick.size > 0) {
        people_rename(room->chat, member->person, json->nick);
    }
    if (!member->has_left) {
        rooms_member_heard(member);
        rooms_member_came(member);
    }
    people_warn_of_clash(room->chat, member->person);
    if (forged) {
        warn_of_forgery(room->chat, member->person);
    }
    show_plain(room, member->person, message_id, json->message, forged);
}

/* What is no such object is not for people. */
static void on_json(struct room *room, const struct gossip_peer_id *author,
    struct gossip_bytes message_id, struct gossip_bytes payload)
{
    const struct allocator *allocator = room->chat->allocator;
    uint8_t *memory = allocator_take(allocator, payload.size);
    struct wire_json_line json;

    if (memory == NULL) {
        return;
    }
    if (wire_json_line_decode(payload, room_make(memory, payload.size), &json) == GOSSIP_OK) {
        show_json(room, author, message_id, &json);
    }
    allocator_give(allocator, memory, payload.size);
}

/* ---- frames ----------------------------------------------------------------------------- */

uint64_t incoming_lamport_max(struct gossip_unix_time date)
{
    int64_t ms = date.ms;

    ms = ms < INCOMING_DATE_MIN_MS ? INCOMING_DATE_MIN_MS : ms;
    ms = ms > INCOMING_DATE_MAX_MS ? INCOMING_DATE_MAX_MS : ms;
    return (uint64_t)ms * INCOMING_LAMPORT_PER_MS;
}

void incoming_hear_clock(struct chat *chat, uint64_t lamport)
{
    uint64_t max = incoming_lamport_max(chat->time.date);

    if (max < chat->lamport + INCOMING_LAMPORT_STEP) {
        max = chat->lamport + INCOMING_LAMPORT_STEP;
    }
    lamport = lamport < max ? lamport : max;
    if (lamport > chat->lamport) {
        chat->lamport = lamport;
    }
}

/* Of a stay in the room that is over: under way for long, or sent again by somebody else. */
static bool is_stale(const struct member *member, const struct wire_chat_frame *frame)
{
    if (!member->has_session) {
        return false;
    }
    return member->session == frame->session ? member->has_left : frame->lamport < member->lamport;
}

static void hear_session(struct member *member, const struct wire_chat_frame *frame)
{
    if (!member->has_session || member->session != frame->session) {
        hold_release_of(member->room, &member->person->peer);
        member->has_session = true;
        member->session = frame->session;
        member->lamport = frame->lamport;
        member->has_base = false;
        member->has_left = false;
        member->was_seen = false;
    }
    if (frame->lamport > member->lamport) {
        member->lamport = frame->lamport;
    }
    if (!member->has_base && !incoming_is_line(frame)) {
        member->sequence = frame->sequence;
        member->has_base = true;
        hold_review(member->room);
    }
}

static void on_leave(struct member *member, const struct wire_chat_frame *frame)
{
    uint8_t reason[CLEAN_TEXT_BYTES(OUTGOING_REASON_BYTES_MAX)];
    size_t size = clean_text(CLEAN_TEXT_LINE, utf8_truncate(frame->text, OUTGOING_REASON_BYTES_MAX),
        (struct gossip_room){reason, sizeof(reason)});

    rooms_member_left(member, bytes_make(reason, size));
}

/* A frame of a member that tells that it is in the room, perhaps with a line. */
static void on_sign_of_life(struct member *member, const struct wire_chat_frame *frame)
{
    struct chat *chat = member->room->chat;

    if (frame->nick.size > 0) {
        people_rename(chat, member->person, frame->nick);
    }
    rooms_member_heard(member);
    rooms_member_came(member);
    people_warn_of_clash(chat, member->person);
    if (incoming_is_line(frame)) {
        take_line(member->room, member->person, frame);
        return;
    }
    people_warn_of_clock(chat, member->person, frame->sent_ms);
    away_hear(chat, member->person, frame);
    if (!member->person->is_ignored) {
        topic_hear(member->room, frame);
    }
    if (frame->kind == WIRE_CHAT_JOIN) {
        outgoing_greet(member->room);
    }
}

static void on_frame(
    struct room *room, const struct gossip_peer_id *author, const struct wire_chat_frame *frame)
{
    bool is_leave = frame->kind == WIRE_CHAT_LEAVE;
    struct member *member;

    if (room->chat->recall != NULL) {
        recall_frame(room, author, frame);
        return;
    }
    member = is_leave ? rooms_member(room, author) : rooms_member_get(room, author);
    incoming_hear_clock(room->chat, frame->lamport);
    if (member == NULL) {
        if (incoming_is_line(frame)) {
            take_strangers_line(room, author, frame);
        }
        return;
    }
    if (is_stale(member, frame)) {
        if (incoming_is_line(frame)) {
            take_line(room, member->person, frame);
        }
        return;
    }
    hear_session(member, frame);
    if (is_leave) {
        on_leave(member, frame);
    } else {
        on_sign_of_life(member, frame);
    }
}

static bool is_known(uint32_t kind)
{
    return kind >= WIRE_CHAT_TEXT && kind <= WIRE_CHAT_PRESENCE;
}

/* In a private room nothing counts but frames that are sealed with its key. */
static void on_sealed(
    struct room *room, const struct gossip_peer_id *author, struct gossip_bytes sealed)
{
    const struct allocator *allocator = room->chat->allocator;
    size_t size = sealed.size <= PRIVACY_SEALED_BYTES_MAX ? sealed.size : 1;
    uint8_t *memory = allocator_take(allocator, size);
    struct wire_chat_frame frame;
    struct gossip_bytes payload;

    if (memory == NULL) {
        return;
    }
    if (privacy_open(room->privacy, rooms_topic(room), author, sealed, room_make(memory, size),
            &payload) != GOSSIP_OK) {
        if (room->chat->recall == NULL) {
            misfits_count(room, author);
        }
    } else if (wire_chat_frame_decode(payload, &frame) == GOSSIP_OK && is_known(frame.kind)) {
        on_frame(room, author, &frame);
    }
    secret_wipe(memory, size);
    allocator_give(allocator, memory, size);
}

void incoming_message(struct room *room, const struct gossip_peer_id *author,
    struct gossip_bytes message_id, struct gossip_bytes payload)
{
    struct wire_chat_frame frame;

    bool is_recalled = room->chat->recall != NULL;

    if (payload.size == 0 || (!is_recalled && peer_id_is_equal(author, &room->chat->self))) {
        return; /* what we said was shown when we said it */
    }
    if (room->privacy != NULL) {
        on_sealed(room, author, payload);
    } else if (room->is_json) {
        on_json(room, author, message_id, payload);
    } else if (!wire_chat_frame_is_likely(payload)) {
        /* Some other program: its words count as well as ours. Bytes count only where it is at home. */
        if (!is_recalled && (room->is_foreign || utf8_is_valid(payload))) {
            on_plain(room, author, message_id, payload);
        }
    } else if (!room->is_foreign && wire_chat_frame_decode(payload, &frame) == GOSSIP_OK &&
               is_known(frame.kind)) {
        on_frame(room, author, &frame);
    }
}
