/*
 * Names of people and rooms: what may be one, and when two look the same.
 *
 * A nick is a label that anybody can wear; the key is the person. Whoever wears
 * a nick that somebody else here wears already is shown with the end of his key
 * behind it, Bob~k3f.
 */
#ifndef CHAT_NAMES_H
#define CHAT_NAMES_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define NAMES_NICK_CHARACTERS_MAX 24
#define NAMES_NICK_BYTES_MAX 96
/* Of a room of our own; a topic of another program may be longer. */
#define NAMES_ROOM_OWN_BYTES_MAX 48
#define NAMES_ROOM_BYTES_MAX 128

/* A nick, '~' and a whole peer id. */
#define NAMES_LABEL_BYTES_MAX (NAMES_NICK_BYTES_MAX + 1 + 64)

/* Digits of the key behind a nick, at least. */
#define NAMES_SUFFIX_MIN 3

struct nick {
    uint8_t size;
    char text[NAMES_NICK_BYTES_MAX];
};

struct label {
    uint8_t size;
    char text[NAMES_LABEL_BYTES_MAX];
};

struct room_name {
    uint8_t size;
    char text[NAMES_ROOM_BYTES_MAX];
};

/*
 * Cleans what somebody wants to be called. Fails with GOSSIP_ERROR_INVALID if
 * nothing is left, if it is too long, or if it has spaces in it or a '~'.
 */
GOSSIP_MUST_USE enum gossip_error nick_parse(struct gossip_bytes text, struct nick *nick);

/* Cleans what somebody else calls himself: spaces and '~' become '_', too much is cut, and what has
 * no nick at all is called by the end of his key. Never fails. */
void nick_from_peer(struct gossip_bytes text, const struct gossip_peer_id *peer, struct nick *nick);

/* Whether a reader would take one for the other: letters of either case, and all that Unicode calls
 * compatible. */
bool nick_is_alike(struct gossip_bytes one, struct gossip_bytes other);

struct gossip_bytes nick_bytes(const struct nick *nick);

/* `nick` and, with `suffix_size` above 0, '~' and so many of the last digits of the key. */
void label_make(const struct nick *nick, const struct gossip_peer_id *peer, size_t suffix_size,
    struct label *label);
struct gossip_bytes label_bytes(const struct label *label);

/*
 * A room as it is typed, perhaps with '#': letters, digits, '-', '_' and '.',
 * in lower case from then on. `text:TOPIC` is a topic of other programs, any
 * visible ASCII, and is kept as it is. Fails with GOSSIP_ERROR_INVALID.
 */
GOSSIP_MUST_USE enum gossip_error room_name_parse(struct gossip_bytes text, struct room_name *name);
struct gossip_bytes room_name_bytes(const struct room_name *name);

/* The topic behind `text:`; false if the room is one of our own. */
bool room_name_foreign_topic(const struct room_name *name, struct gossip_bytes *topic);

#endif
