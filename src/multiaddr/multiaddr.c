#include "multiaddr/multiaddr.h"

#include "base/bytes.h"
#include "base/require.h"
#include "base/varint.h"
#include "multiaddr/value.h"

#include <string.h>

/* Takes one component off the front of `rest`, which is not empty. */
static enum gossip_error take_component(
    struct gossip_bytes *rest, struct multiaddr_component *component)
{
    uint64_t code;
    if (varint_decode(rest, &code) != VARINT_OK)
        return GOSSIP_ERROR_PEER_MALFORMED;
    const struct multiaddr_protocol *protocol = multiaddr_protocol_by_code(code);
    if (protocol == NULL)
        return GOSSIP_ERROR_UNSUPPORTED;

    bool is_whole =
        multiaddr_value_is_sized(protocol->value)
            ? varint_take_sized(rest, MULTIADDR_BYTES_MAX, &component->value) == GOSSIP_OK
            : bytes_take(rest, multiaddr_value_fixed_size(protocol->value), &component->value);
    if (!is_whole || !multiaddr_value_is_valid(protocol->value, component->value))
        return GOSSIP_ERROR_PEER_MALFORMED;
    /* A path goes to the end of the text, so nothing may follow it. */
    if (protocol->value == MULTIADDR_VALUE_PATH && rest->size > 0)
        return GOSSIP_ERROR_PEER_MALFORMED;
    component->code = protocol->code;
    component->kind = protocol->value;
    return GOSSIP_OK;
}

enum gossip_error multiaddr_check(struct gossip_bytes encoded)
{
    if (encoded.size == 0)
        return GOSSIP_ERROR_PEER_MALFORMED;
    if (encoded.size > MULTIADDR_BYTES_MAX)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    struct multiaddr_component component;
    for (size_t count = 0; encoded.size > 0; count++) {
        if (count == MULTIADDR_COMPONENTS_MAX)
            return GOSSIP_ERROR_PEER_TOO_LARGE;
        enum gossip_error error = take_component(&encoded, &component);
        if (error != GOSSIP_OK)
            return error;
    }
    return GOSSIP_OK;
}

enum gossip_error multiaddr_decode(struct gossip_bytes encoded, struct gossip_address *address)
{
    memset(address, 0, sizeof(*address));
    enum gossip_error error = multiaddr_check(encoded);
    if (error != GOSSIP_OK)
        return error;
    if (encoded.size > sizeof(address->data))
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    address->size = (uint16_t)encoded.size;
    memcpy(address->data, encoded.data, encoded.size);
    return GOSSIP_OK;
}

struct gossip_bytes multiaddr_bytes(const struct gossip_address *address)
{
    return bytes_make(address->data, address->size);
}

bool multiaddr_next(struct gossip_bytes *rest, struct multiaddr_component *component)
{
    if (rest->size > 0 && take_component(rest, component) == GOSSIP_OK)
        return true;
    *rest = bytes_make(NULL, 0);
    return false;
}

bool multiaddr_put(struct gossip_room *room, enum multiaddr_code code, struct gossip_bytes value)
{
    const struct multiaddr_protocol *protocol = multiaddr_protocol_by_code((uint64_t)code);
    require(protocol != NULL);
    struct gossip_room left = *room;
    if (!room_put_varint(&left, (uint64_t)code))
        return false;
    if (multiaddr_value_is_sized(protocol->value) && !room_put_varint(&left, value.size))
        return false;
    if (!room_put(&left, value))
        return false;
    *room = left;
    return true;
}

bool multiaddr_is_equal(const struct gossip_address *one, const struct gossip_address *other)
{
    return bytes_equal(multiaddr_bytes(one), multiaddr_bytes(other));
}

/* ---- text ------------------------------------------------------------------------------- */

/* Takes what is before the next slash or the end, and the slash. */
static struct gossip_bytes take_word(struct gossip_bytes *text)
{
    struct gossip_bytes word = bytes_part(*text, 0, bytes_find(*text, '/'));
    *text = bytes_part(*text, word.size + 1, text->size);
    return word;
}

/* Reads one component off the front of `text` and puts it into `room`. */
static enum gossip_error parse_component(
    struct gossip_bytes *text, struct gossip_room *room, struct multiaddr_complaint *complaint)
{
    struct gossip_bytes whole = *text;
    struct gossip_bytes name = take_word(text);
    complaint->part = name;
    const struct multiaddr_protocol *protocol = multiaddr_protocol_by_name(name);
    if (protocol == NULL) {
        complaint->sentence = name.size == 0 ? "there are two slashes in a row"
                                             : "the address has a part that is not known here";
        return GOSSIP_ERROR_INVALID;
    }

    uint8_t place[MULTIADDR_BYTES_MAX];
    size_t size = 0;
    if (protocol->value != MULTIADDR_VALUE_NONE) {
        bool is_path = protocol->value == MULTIADDR_VALUE_PATH;
        if (name.size == whole.size || (text->size == 0 && !is_path)) {
            complaint->sentence = "a value is missing behind this";
            return GOSSIP_ERROR_INVALID;
        }
        /* A path is the rest of the text, with the slash in front. */
        complaint->part = is_path ? bytes_part(whole, name.size, whole.size) : take_word(text);
        if (is_path)
            *text = bytes_make(NULL, 0);
        complaint->sentence = multiaddr_value_parse(
            protocol->value, complaint->part, room_make(place, sizeof(place)), &size);
        if (complaint->sentence != NULL)
            return GOSSIP_ERROR_INVALID;
    }
    if (!multiaddr_put(room, protocol->code, bytes_make(place, size))) {
        complaint->sentence = "the address is too long";
        return GOSSIP_ERROR_LIMIT;
    }
    return GOSSIP_OK;
}

static enum gossip_error parse(
    struct gossip_bytes text, struct gossip_address *address, struct multiaddr_complaint *complaint)
{
    complaint->part = text;
    if (text.size == 0) {
        complaint->sentence = "the address is empty";
        return GOSSIP_ERROR_INVALID;
    }
    if (text.size > MULTIADDR_TEXT_BYTES_MAX) {
        complaint->sentence = "the address is too long";
        return GOSSIP_ERROR_LIMIT;
    }
    if (text.data[0] != '/' || text.size == 1) {
        complaint->sentence = "an address of this kind begins with a slash and a name, like /ip4/";
        return GOSSIP_ERROR_INVALID;
    }
    struct gossip_bytes rest = bytes_part(text, 1, text.size);
    struct gossip_room room = room_make(address->data, sizeof(address->data));
    for (size_t count = 0; rest.size > 0; count++) {
        if (count == MULTIADDR_COMPONENTS_MAX) {
            *complaint = (struct multiaddr_complaint){"the address has too many parts", text};
            return GOSSIP_ERROR_LIMIT;
        }
        enum gossip_error error = parse_component(&rest, &room, complaint);
        if (error != GOSSIP_OK)
            return error;
    }
    address->size = (uint16_t)(sizeof(address->data) - room.size);
    return GOSSIP_OK;
}

enum gossip_error multiaddr_parse(
    struct gossip_bytes text, struct gossip_address *address, struct multiaddr_complaint *complaint)
{
    struct multiaddr_complaint found = {0};
    memset(address, 0, sizeof(*address));
    enum gossip_error error = parse(text, address, &found);
    if (error != GOSSIP_OK) {
        memset(address, 0, sizeof(*address));
        if (complaint != NULL)
            *complaint = found;
    }
    return error;
}

size_t multiaddr_print(struct gossip_bytes encoded, char text[MULTIADDR_TEXT_BYTES_MAX])
{
    struct gossip_room room = room_make(text, MULTIADDR_TEXT_BYTES_MAX);
    struct multiaddr_component component;
    while (multiaddr_next(&encoded, &component)) {
        const struct multiaddr_protocol *protocol =
            multiaddr_protocol_by_code((uint64_t)component.code);
        bool has_slash =
            component.kind != MULTIADDR_VALUE_NONE && component.kind != MULTIADDR_VALUE_PATH;
        bool fits = room_put_u8(&room, '/') && room_put(&room, bytes_of_text(protocol->name)) &&
                    (!has_slash || room_put_u8(&room, '/')) &&
                    multiaddr_value_put(&room, component.kind, component.value);
        require(fits);
    }
    size_t length = MULTIADDR_TEXT_BYTES_MAX - room.size;
    require(room_put_u8(&room, '\0'));
    return length;
}
