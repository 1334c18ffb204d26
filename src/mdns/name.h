/*
 * DNS names as mDNS uses them: a row of labels, compared without regard to the case of ASCII
 * letters, never longer than 255 bytes.
 *
 * A name from a packet may be compressed: its end may be a pointer to where the same end stood
 * before. Pointers are followed only backwards and only a few times, so a hostile packet costs no
 * more than an honest one.
 *
 * https://www.rfc-editor.org/rfc/rfc1035#section-4.1.4
 * https://www.rfc-editor.org/rfc/rfc6762#section-16
 */
#ifndef MDNS_NAME_H
#define MDNS_NAME_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* A whole name in wire form, length bytes and root label included. */
#define MDNS_NAME_BYTES_MAX 255

/* One label without its length byte. */
#define MDNS_LABEL_BYTES_MAX 63

/* Compression pointers followed within one name. */
#define MDNS_NAME_JUMPS_MAX 16

/* Labels in wire form: length byte, bytes, and so on; a length of 0 ends the name. */
struct mdns_name {
    uint8_t size;
    uint8_t data[MDNS_NAME_BYTES_MAX];
};

/*
 * Reads "chat.local" or "chat.local."; letters keep their case. Labels may hold any bytes but
 * control characters and the dot, since mDNS names are UTF-8. Fails with GOSSIP_ERROR_INVALID if
 * there is no label, an empty one, or one that is too long; with GOSSIP_ERROR_LIMIT if the name is
 * too long. `name` is then undefined.
 */
GOSSIP_MUST_USE enum gossip_error mdns_name_parse(struct gossip_bytes text, struct mdns_name *name);

/*
 * Makes `name` from `label`, 1 to MDNS_LABEL_BYTES_MAX bytes, followed by `parent`. Fails with
 * GOSSIP_ERROR_LIMIT if that is too long; `name` is then undefined.
 */
GOSSIP_MUST_USE enum gossip_error mdns_name_join(
    struct gossip_bytes label, const struct mdns_name *parent, struct mdns_name *name);

/*
 * Reads the name that begins at `*offset` of `packet` and moves `*offset` behind it, which is
 * behind the pointer if it ends in one. Fails with GOSSIP_ERROR_PEER_MALFORMED if the name leaves
 * the packet, is too long, or has a pointer that is not strictly backwards or is one too many; then
 * `*offset` stays and `name` is undefined.
 */
GOSSIP_MUST_USE enum gossip_error mdns_name_decode(
    struct gossip_bytes packet, size_t *offset, struct mdns_name *name);

/* Whether both are the same name. */
bool mdns_name_is_equal(const struct mdns_name *one, const struct mdns_name *other);

/* Whether `name` is exactly one label in front of `parent`. */
bool mdns_name_is_child(const struct mdns_name *name, const struct mdns_name *parent);

/* The first label without its length byte, borrowed; empty for the root. */
struct gossip_bytes mdns_name_label(const struct mdns_name *name);

/* Whether both are the same label. */
bool mdns_label_is_equal(struct gossip_bytes one, struct gossip_bytes other);

#endif
