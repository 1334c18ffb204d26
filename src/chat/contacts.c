#include "chat/contacts.h"

#include <string.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "chat/rooms.h"
#include "chat/sentence.h"
#include "chat/tell.h"

/* How much a topic says about why we do not share a room; 0: nothing. */
enum rank {
    RANK_NONE,
    RANK_OTHER_PROGRAM,
    RANK_OTHER_RENDEZVOUS,
    RANK_PRIVATE_ROOM,
    RANK_OTHER_ROOM
};

static struct gossip_bytes id_bytes(const struct gossip_peer_id *peer)
{
    return bytes_make(peer->data, peer->size);
}

struct contact *contacts_find(const struct chat *chat, const struct gossip_peer_id *peer)
{
    struct hash_map_entry *entry = hash_map_find(chat->contact_index, id_bytes(peer));

    return entry == NULL ? NULL : hash_map_value(entry)->pointer;
}

struct contact *contacts_next_of_prefix(
    const struct chat *chat, struct gossip_bytes prefix, struct slot_id *id)
{
    struct contact *contact;

    while ((contact = slots_next(chat->contacts, id)) != NULL) {
        char text[PEER_ID_TEXT_BYTES_MAX];
        size_t length = peer_id_print(&contact->peer, text);

        if (bytes_start_with(bytes_make(text, length), prefix)) {
            return contact;
        }
    }
    return NULL;
}

/* ---- a contact without a room of ours --------------------------------------------------- */

/* "/gossipchat/1/RENDEZVOUS/ROOM" in its parts. */
static bool take_apart(
    struct gossip_bytes topic, struct gossip_bytes *rendezvous, struct gossip_bytes *room)
{
    struct gossip_bytes prefix = BYTES_OF(ROOMS_TOPIC_PREFIX);
    size_t slash;

    if (!bytes_start_with(topic, prefix)) {
        return false;
    }
    topic = bytes_part(topic, prefix.size, topic.size);
    for (slash = topic.size; slash > 0 && topic.data[slash - 1] != '/'; slash--) {
        /* The room has no slash in it; a rendezvous may. */
    }
    if (slash == 0) {
        return false;
    }
    *rendezvous = bytes_part(topic, 0, slash - 1);
    *room = bytes_part(topic, slash, topic.size);
    return true;
}

/* What we advise to type comes from a stranger: only what no shell and no command takes apart. */
static bool is_plain_word(struct gossip_bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = text.data[i];
        bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
        bool is_sign = byte == '.' || byte == '_' || (byte == '-' && i > 0);

        if (!is_letter && !(byte >= '0' && byte <= '9') && !is_sign) {
            return false;
        }
    }
    return text.size > 0;
}

static enum rank rank_of(const struct chat *chat, struct gossip_bytes topic)
{
    struct gossip_bytes rendezvous;
    struct gossip_bytes room;

    if (privacy_place(topic) != 0) {
        return RANK_PRIVATE_ROOM;
    }
    if (!take_apart(topic, &rendezvous, &room)) {
        return RANK_OTHER_PROGRAM;
    }
    return bytes_equal(rendezvous, bytes_make(chat->rendezvous, chat->rendezvous_size))
               ? RANK_OTHER_ROOM
               : RANK_OTHER_RENDEZVOUS;
}

static void make_hint(const struct chat *chat, const struct contact *contact, struct sentence *hint)
{
    struct gossip_bytes topic = bytes_make(contact->foreign, contact->foreign_size);
    struct gossip_bytes rendezvous;
    struct gossip_bytes room;

    if (contact->foreign_rank == RANK_PRIVATE_ROOM) {
        sentence_put(hint, "It is in a private room: with its name and passphrase, /join ROOM -p.");
    } else if (contact->foreign_rank <= RANK_OTHER_PROGRAM ||
               !take_apart(topic, &rendezvous, &room)) {
        sentence_put(hint, "Another rendezvous is the usual reason: compare --rendezvous and "
                           "--room on both sides.");
    } else if (rank_of(chat, topic) == RANK_OTHER_ROOM) {
        sentence_put(hint, "It is in another room");
        if (is_plain_word(room)) {
            sentence_put(hint, ": /join ");
            sentence_put_piece(hint, room);
        } else {
            sentence_put(hint, ".");
        }
    } else {
        sentence_put(hint, "It uses another rendezvous");
        if (is_plain_word(rendezvous)) {
            sentence_put(hint, ": start with --rendezvous ");
            sentence_put_piece(hint, rendezvous);
            sentence_put(hint, " to meet it.");
        } else {
            sentence_put(hint, ".");
        }
    }
}

static bool shares_a_room(const struct chat *chat, const struct contact *contact)
{
    for (struct chain *at = chat->rooms.next; at != &chat->rooms; at = at->next) {
        const struct room *room = at->object;

        if (contacts_follows(contact, room->topic_hash)) {
            return true;
        }
    }
    return false;
}

/* True the first time, as far as we can remember. */
static bool is_news(struct chat *chat, const struct gossip_peer_id *peer)
{
    uint64_t hash = chat_hash(chat, id_bytes(peer));

    for (size_t i = 0; i < CHAT_STRANGERS_TOLD_MAX; i++) {
        if (chat->strangers_told[i] == hash) {
            return false;
        }
    }
    chat->strangers_told[chat->strangers_at] = hash;
    chat->strangers_at = (chat->strangers_at + 1) % CHAT_STRANGERS_TOLD_MAX;
    return true;
}

static void on_alarm(struct chat *chat, void *object)
{
    struct contact *contact = object;
    struct sentence line = {0};
    struct sentence hint = {0};
    char id[PEER_ID_TEXT_BYTES_MAX];
    struct gossip_bytes digits = bytes_make(id, peer_id_print(&contact->peer, id));

    if (chat->is_closing || contact->topic_count == 0 || shares_a_room(chat, contact) ||
        !is_news(chat, &contact->peer)) {
        return;
    }
    sentence_put_piece(&line, bytes_part(digits, 0, 8));
    sentence_put(&line, "...");
    sentence_put_piece(&line, bytes_part(digits, digits.size - 4, 4));
    sentence_put(&line, " is connected, but shares no room with you.");
    make_hint(chat, contact, &hint);
    tell_notice(chat, GOSSIP_NOTICE_NO_COMMON_ROOM, &contact->peer, sentence_bytes(&line),
        sentence_bytes(&hint));
}

/* ---- coming, following, going ----------------------------------------------------------- */

void contacts_up(struct chat *chat, const struct gossip_peer_id *peer)
{
    union hash_map_value value;
    struct contact *contact;
    struct slot_id id;

    if (contacts_find(chat, peer) != NULL) {
        return;
    }
    contact = slots_insert(chat->contacts, &id);
    if (contact == NULL) {
        return;
    }
    value.pointer = contact;
    if (hash_map_insert(chat->contact_index, id_bytes(peer), value) != GOSSIP_OK) {
        (void)slots_remove(chat->contacts, id);
        return;
    }
    contact->id = id;
    contact->peer = *peer;
    chat_alarm_init(&contact->alarm, on_alarm, contact);
    chat_alarm_set(chat, &contact->alarm, CONTACTS_PATIENCE_MS);
}

void contacts_down(struct chat *chat, struct contact *contact)
{
    chat_alarm_stop(chat, &contact->alarm);
    (void)hash_map_remove(chat->contact_index, id_bytes(&contact->peer), NULL);
    (void)slots_remove(chat->contacts, contact->id);
}

bool contacts_follows(const struct contact *contact, uint64_t topic_hash)
{
    for (uint32_t i = 0; i < contact->topic_count; i++) {
        if (contact->topics[i] == topic_hash) {
            return true;
        }
    }
    return false;
}

bool contacts_mean(const struct contact *contact, uint32_t place)
{
    for (uint32_t i = 0; i < contact->topic_count; i++) {
        if (contact->places[i] == place) {
            return true;
        }
    }
    return false;
}

bool contacts_follow(struct chat *chat, struct contact *contact, struct gossip_bytes topic)
{
    uint64_t hash = chat_hash(chat, topic);
    enum rank rank = rank_of(chat, topic);

    if (contact->topic_count == CHAT_CONTACT_TOPICS_MAX || contacts_follows(contact, hash)) {
        return false;
    }
    contact->places[contact->topic_count] = privacy_place(topic);
    contact->topics[contact->topic_count++] = hash;
    if (rank > contact->foreign_rank && topic.size <= sizeof(contact->foreign) &&
        rooms_find_topic(chat, topic) == NULL) {
        bytes_copy(contact->foreign, topic);
        contact->foreign_size = (uint16_t)topic.size;
        contact->foreign_rank = (uint8_t)rank;
    }
    return true;
}

bool contacts_unfollow(struct chat *chat, struct contact *contact, struct gossip_bytes topic)
{
    uint64_t hash = chat_hash(chat, topic);

    for (uint32_t i = 0; i < contact->topic_count; i++) {
        if (contact->topics[i] != hash) {
            continue;
        }
        contact->topics[i] = contact->topics[--contact->topic_count];
        contact->places[i] = contact->places[contact->topic_count];
        if (bytes_equal(bytes_make(contact->foreign, contact->foreign_size), topic)) {
            contact->foreign_rank = RANK_NONE;
            contact->foreign_size = 0;
        }
        return true;
    }
    return false;
}
