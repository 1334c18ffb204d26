#include "chat/contacts.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/peer_id_text.h"
#include "chat/clean_text.h"
#include "chat/tell.h"

#define OUR_PREFIX "/gossipchat/1/"
#define LINE_BYTES_MAX 1024

static struct gossip_bytes id_bytes(const struct gossip_peer_id *peer)
{
    return bytes_make(peer->data, peer->size);
}

struct contact *contacts_find(const struct chat *chat, const struct gossip_peer_id *peer)
{
    struct hash_map_entry *entry = hash_map_find(chat->contact_index, id_bytes(peer));

    return entry == NULL ? NULL : hash_map_value(entry)->pointer;
}

/* "/gossipchat/1/RENDEZVOUS/ROOM" in its parts. */
static bool take_apart(
    struct gossip_bytes topic, struct gossip_bytes *rendezvous, struct gossip_bytes *room)
{
    size_t prefix = strlen(OUR_PREFIX);
    size_t slash;

    if (!bytes_start_with(topic, BYTES_OF(OUR_PREFIX))) {
        return false;
    }
    topic = bytes_part(topic, prefix, topic.size);
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

static void make_hint(
    const struct chat *chat, const struct contact *contact, char *hint, size_t size)
{
    struct gossip_bytes topic = bytes_make(contact->foreign, contact->foreign_size);
    struct gossip_bytes rendezvous;
    struct gossip_bytes room;

    if (!contact->has_foreign || !take_apart(topic, &rendezvous, &room)) {
        (void)snprintf(hint, size,
            "Another rendezvous is the usual reason: compare --rendezvous and --room on both "
            "sides.");
    } else if (bytes_equal(rendezvous, bytes_make(chat->rendezvous, chat->rendezvous_size))) {
        (void)snprintf(hint, size, "It is in #%.*s: /join %.*s", (int)room.size,
            (const char *)room.data, (int)room.size, (const char *)room.data);
    } else {
        (void)snprintf(hint, size,
            "It uses another rendezvous: start with --rendezvous %.*s to meet it.",
            (int)rendezvous.size, (const char *)rendezvous.data);
    }
}

static void on_alarm(struct chat *chat, void *object)
{
    struct contact *contact = object;
    char id[PEER_ID_TEXT_BYTES_MAX];
    char line[LINE_BYTES_MAX];
    char hint[LINE_BYTES_MAX];
    size_t length;

    if (contact->shared > 0 || chat->is_closing) {
        return;
    }
    length = peer_id_print(&contact->peer, id);
    (void)snprintf(line, sizeof(line), "%.8s...%s is connected, but shares no room with you.", id,
        id + (length > 4 ? length - 4 : 0));
    make_hint(chat, contact, hint, sizeof(hint));
    tell_notice(chat, GOSSIP_NOTICE_NO_COMMON_ROOM, &contact->peer, line, hint);
}

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
        slots_remove(chat->contacts, id);
        return;
    }
    contact->id = id;
    contact->peer = *peer;
    chat_alarm_init(&contact->alarm, on_alarm, contact);
    chat_alarm_set(chat, &contact->alarm, CONTACTS_PATIENCE_MS);
}

void contacts_down(struct chat *chat, const struct gossip_peer_id *peer)
{
    struct contact *contact = contacts_find(chat, peer);

    if (contact == NULL) {
        return;
    }
    chat_alarm_stop(chat, &contact->alarm);
    (void)hash_map_remove(chat->contact_index, id_bytes(peer), NULL);
    slots_remove(chat->contacts, contact->id);
}

void contacts_follows_foreign(struct contact *contact, struct gossip_bytes topic)
{
    struct gossip_bytes rendezvous;
    struct gossip_bytes room;
    size_t size;

    if (contact->has_foreign && !take_apart(topic, &rendezvous, &room)) {
        return; /* one of our kind says more than any other */
    }
    if (topic.size > sizeof(contact->foreign) / 8) {
        return;
    }
    size = clean_text(CLEAN_TEXT_LINE, topic,
        (struct gossip_room){(uint8_t *)contact->foreign, sizeof(contact->foreign)});
    contact->foreign_size = (uint8_t)size;
    contact->has_foreign = true;
}
