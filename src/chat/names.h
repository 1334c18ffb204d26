/*
 * Names of people and rooms: what may be one.
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

/* Behind a petname, so that it is not taken for what somebody calls himself. */
#define NAMES_PETNAME_MARK '*'

/* A nick, '~' and a whole peer id. */
#define NAMES_LABEL_BYTES_MAX (NAMES_NICK_BYTES_MAX + 1 + 64)

/* Digits of the key behind a nick, at least. */
#define NAMES_SUFFIX_MIN 3

/* Digits of the key by which somebody without a nick is called. */
#define NAMES_KEY_DIGITS 8

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
 * nothing is left, if it is too long or no UTF-8, or if it has spaces in it, a
 * '~' or a '*', or what looks like one.
 */
GOSSIP_MUST_USE enum gossip_error nick_parse(struct gossip_bytes text, struct nick *nick);

/*
 * Cleans what somebody else calls himself: spaces, '~' and '*' become '_', too much
 * is cut, and who has no nick at all is called by the end of his key. Never fails.
 */
void nick_from_peer(struct gossip_bytes text, const struct gossip_peer_id *peer, struct nick *nick);

/* The nick as a text, borrowed from it. */
struct gossip_bytes nick_bytes(const struct nick *nick);

/* `nick` and, with `suffix_size` above 0, '~' and so many of the last digits of the key. */
void label_make(const struct nick *nick, const struct gossip_peer_id *peer, size_t suffix_size,
    struct label *label);

/* A petname and its mark. */
void label_make_petname(const struct nick *petname, struct label *label);

/* The label as a text, borrowed from it. */
struct gossip_bytes label_bytes(const struct label *label);

/*
 * A room as it is typed, perhaps with '#': letters and digits of any script,
 * '-', '_' and '.', one letter or digit at least; kept in lower case and one
 * form of Unicode. `text:TOPIC` and `json:TOPIC` are topics of other programs, any visible
 * ASCII, and is kept as it is. Fails with GOSSIP_ERROR_INVALID.
 */
GOSSIP_MUST_USE enum gossip_error room_name_parse(struct gossip_bytes text, struct room_name *name);

/* The room's name as a text, borrowed from it. */
struct gossip_bytes room_name_bytes(const struct room_name *name);

/* The topic behind `text:` or `json:`; false if the room is one of our own. */
bool room_name_foreign_topic(const struct room_name *name, struct gossip_bytes *topic);

/* Whether what is said there is JSON, as in wire/json_line.h. */
bool room_name_is_json(const struct room_name *name);

#endif
