#include "mdns/name.h"

#include "base/bytes.h"

#include <string.h>

/* The two top bits of a length byte tell a label (00) from a pointer (11). */
#define POINTER_MASK 0xC0u

static uint8_t fold(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte | 0x20) : byte;
}

/* Length bytes are below 64 and so never taken for letters: folding a whole name is safe. */
static bool equal_folded(const uint8_t *one, const uint8_t *other, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (fold(one[i]) != fold(other[i]))
            return false;
    }
    return true;
}

/* Appends a label and keeps room for the root label that ends the name. */
static bool append_label(struct mdns_name *name, struct gossip_bytes label)
{
    if (name->size + 1 + label.size + 1 > MDNS_NAME_BYTES_MAX)
        return false;
    name->data[name->size] = (uint8_t)label.size;
    bytes_copy(name->data + name->size + 1, label);
    name->size = (uint8_t)(name->size + 1 + label.size);
    return true;
}

static void append_root(struct mdns_name *name)
{
    name->data[name->size++] = 0;
}

static bool is_valid_label(struct gossip_bytes label)
{
    if (label.size == 0 || label.size > MDNS_LABEL_BYTES_MAX)
        return false;
    for (size_t i = 0; i < label.size; i++) {
        if (label.data[i] < 0x20 || label.data[i] == 0x7f)
            return false;
    }
    return true;
}

enum gossip_error mdns_name_parse(struct gossip_bytes text, struct mdns_name *name)
{
    if (text.size > 0 && text.data[text.size - 1] == '.')
        text.size--;
    name->size = 0;
    for (;;) {
        struct gossip_bytes label = bytes_part(text, 0, bytes_find(text, '.'));

        if (!is_valid_label(label))
            return GOSSIP_ERROR_INVALID;
        if (!append_label(name, label))
            return GOSSIP_ERROR_LIMIT;
        if (label.size == text.size)
            break;
        text = bytes_part(text, label.size + 1, text.size);
    }
    append_root(name);
    return GOSSIP_OK;
}

enum gossip_error mdns_name_join(
    struct gossip_bytes label, const struct mdns_name *parent, struct mdns_name *name)
{
    if (1 + label.size + parent->size > MDNS_NAME_BYTES_MAX)
        return GOSSIP_ERROR_LIMIT;
    name->size = (uint8_t)(1 + label.size + parent->size);
    name->data[0] = (uint8_t)label.size;
    bytes_copy(name->data + 1, label);
    memcpy(name->data + 1 + label.size, parent->data, parent->size);
    return GOSSIP_OK;
}

enum gossip_error mdns_name_decode(
    struct gossip_bytes packet, size_t *offset, struct mdns_name *name)
{
    size_t at = *offset;
    size_t run_start = at; /* every pointer must lead before the run of labels it ends */
    size_t end = 0;        /* behind the first pointer, once there was one */
    unsigned jumps = 0;

    name->size = 0;
    while (at < packet.size) {
        uint8_t length = packet.data[at];

        if (length == 0) {
            append_root(name);
            *offset = jumps > 0 ? end : at + 1;
            return GOSSIP_OK;
        }
        if ((length & POINTER_MASK) == 0) {
            if (length > packet.size - at - 1 ||
                !append_label(name, bytes_make(packet.data + at + 1, length)))
                return GOSSIP_ERROR_PEER_MALFORMED;
            at += 1 + (size_t)length;
        } else if ((length & POINTER_MASK) == POINTER_MASK && packet.size - at >= 2) {
            size_t target = load_u16_big(packet.data + at) & 0x3FFFu;

            if (target >= run_start || jumps == MDNS_NAME_JUMPS_MAX)
                return GOSSIP_ERROR_PEER_MALFORMED;
            if (jumps++ == 0)
                end = at + 2;
            at = run_start = target;
        } else {
            return GOSSIP_ERROR_PEER_MALFORMED;
        }
    }
    return GOSSIP_ERROR_PEER_MALFORMED;
}

bool mdns_name_is_equal(const struct mdns_name *one, const struct mdns_name *other)
{
    return one->size == other->size && equal_folded(one->data, other->data, one->size);
}

bool mdns_name_is_child(const struct mdns_name *name, const struct mdns_name *parent)
{
    size_t front = 1 + (size_t)name->data[0];

    return name->data[0] != 0 && name->size == front + parent->size &&
           equal_folded(name->data + front, parent->data, parent->size);
}

struct gossip_bytes mdns_name_label(const struct mdns_name *name)
{
    return bytes_make(name->data + 1, name->data[0]);
}

bool mdns_label_is_equal(struct gossip_bytes one, struct gossip_bytes other)
{
    return one.size == other.size && equal_folded(one.data, other.data, one.size);
}
