/*
 * Private rooms: what only those can read who know a passphrase.
 *
 * The key of a room comes from its passphrase (crypto/passphrase.h); how, is the
 * caller's to do, off the loop, with privacy_salt and privacy_cost. From the key
 * come the name of the topic, so that nobody can tell from it which room it is or
 * find it without the passphrase, and the key that seals messages:
 *
 *     topic     /gossipchat/private/1/PLACE/CHECK
 *     message   1, nonce (24 bytes), XChaCha20-Poly1305(frame, 0x80, zeros up to a
 *               whole number of PRIVACY_STEP_BYTES), with the topic and the
 *               author's peer id as associated data
 *
 * What is sealed cannot be passed off as somebody else's or as said in another
 * room. Said again by its author it is the same line, by its session and
 * sequence. The number that the node gives a message is not known here, so it is
 * not bound.
 *
 * What outsiders learn. CHECK is 128 bits of the key: whoever sees it can try
 * passphrases on it, at the cost of privacy_cost for each, as on any message.
 * PLACE is 16 bits of a hash of the rendezvous and the room's name: enough to see
 * that people mean the same room and have other passphrases, too little to be sure
 * of the name. Who is in the room, when something is said, and in steps of
 * PRIVACY_STEP_BYTES how much, is not hidden. Who learns the passphrase can read
 * all that was ever recorded: there is no forward secrecy.
 */
#ifndef CHAT_PRIVACY_H
#define CHAT_PRIVACY_H

#include "chat/names.h"
#include "crypto/passphrase.h"
#include "crypto/xaead.h"
#include "gossipchat/error.h"
#include "gossipchat/types.h"

#define PRIVACY_TOPIC_PREFIX "/gossipchat/private/1/"

/* The key of a room: what a passphrase is made into. */
#define PRIVACY_KEY_BYTES 32

#define PRIVACY_PASSPHRASE_BYTES_MAX 1024

/* Fewer are quickly guessed, whatever a guess costs. */
#define PRIVACY_PASSPHRASE_BYTES_GOOD 12

/* Sizes are hidden within these steps. */
#define PRIVACY_STEP_BYTES 256

#define PRIVACY_VERSION 1
#define PRIVACY_HEADER_BYTES (1 + XAEAD_NONCE_BYTES)

/* What sealing makes of `size` bytes. */
#define PRIVACY_SEALED_BYTES(size)                                                                 \
    (PRIVACY_HEADER_BYTES + ((size) / PRIVACY_STEP_BYTES + 1) * PRIVACY_STEP_BYTES +               \
        XAEAD_TAG_BYTES)

/* More than this is not opened. */
#define PRIVACY_PAYLOAD_BYTES_MAX (16u * 1024u)
#define PRIVACY_SEALED_BYTES_MAX PRIVACY_SEALED_BYTES(PRIVACY_PAYLOAD_BYTES_MAX)

/* What a passphrase costs to try: RFC 9106's second recommendation, in one lane. */
struct passphrase_cost privacy_cost(void);

/* The salt of a room, which is the same for everybody who means it. */
void privacy_salt(
    struct gossip_bytes rendezvous, struct gossip_bytes room, uint8_t salt[PASSPHRASE_SALT_BYTES]);

/* Secrets: the key that seals, in memory of its own until privacy_destroy wipes it. */
struct privacy;

/* From the key of a room, which stays the caller's to wipe. Returns owned; NULL without memory. */
struct privacy *privacy_create(const uint8_t key[PRIVACY_KEY_BYTES]);

/* Wipes and frees. NULL is allowed. */
void privacy_destroy(struct privacy *privacy);

/* Writes the topic into `topic` and returns its size; 0 if it has no room for it, of 64 bytes. */
size_t privacy_topic(const struct privacy *privacy, struct gossip_bytes rendezvous,
    struct gossip_bytes room, struct gossip_room topic);

/* The PLACE of a topic as a number above 0; 0 if it is no topic of a private room. */
uint32_t privacy_place(struct gossip_bytes topic);

/*
 * Seals in place what lies in `message` behind PRIVACY_HEADER_BYTES: `payload_size`
 * bytes, PRIVACY_PAYLOAD_BYTES_MAX at most. `message` has room for
 * PRIVACY_SEALED_BYTES of them; returns the size. `nonce` is random. `author` is
 * who will sign it.
 */
size_t privacy_seal(const struct privacy *privacy, struct gossip_bytes topic,
    const struct gossip_peer_id *author, const uint8_t nonce[XAEAD_NONCE_BYTES],
    struct gossip_room message, size_t payload_size);

/*
 * Opens `sealed` into `room`, of at least its size, where `payload` lies then.
 * Fails with GOSSIP_ERROR_PEER_TOO_LARGE, or with GOSSIP_ERROR_PEER_MALFORMED if
 * it was sealed with another key, for another topic or by another author, or not
 * at all; what is in `room` is lost then.
 */
GOSSIP_MUST_USE enum gossip_error privacy_open(const struct privacy *privacy,
    struct gossip_bytes topic, const struct gossip_peer_id *author, struct gossip_bytes sealed,
    struct gossip_room room, struct gossip_bytes *payload);

#endif
