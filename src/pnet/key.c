#include "pnet/key.h"

#include "base/bytes.h"

#define BASE16_BYTES ((size_t)2 * XSALSA20_KEY_BYTES)
/* 42 digits, and one that holds the last four bits, and the padding. */
#define BASE64_BYTES 44

/* The next line without its end, taken off `file`; all that is left if none ends. */
static struct gossip_bytes take_line(struct gossip_bytes *file)
{
    size_t size = bytes_find(*file, '\n');
    struct gossip_bytes line = bytes_part(*file, 0, size);

    *file = bytes_part(*file, size + 1, file->size);
    if (line.size > 0 && line.data[line.size - 1] == '\r') {
        line.size--;
    }
    return line;
}

/* The value of a digit of base 16, or -1. No table that a cache could tell of is looked up. */
static int base16_value(uint8_t digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    if (digit >= 'a' && digit <= 'f') {
        return digit - 'a' + 10;
    }
    return digit >= 'A' && digit <= 'F' ? digit - 'A' + 10 : -1;
}

static bool decode_base16(struct gossip_bytes text, struct pnet_key *key)
{
    if (text.size != BASE16_BYTES) {
        return false;
    }
    for (size_t i = 0; i < sizeof(key->bytes); i++) {
        int high = base16_value(text.data[2 * i]);
        int low = base16_value(text.data[2 * i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }
        key->bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* https://www.rfc-editor.org/rfc/rfc4648#section-4 */
static int base64_value(uint8_t digit)
{
    if (digit >= 'A' && digit <= 'Z') {
        return digit - 'A';
    }
    if (digit >= 'a' && digit <= 'z') {
        return digit - 'a' + 26;
    }
    if (digit >= '0' && digit <= '9') {
        return digit - '0' + 52;
    }
    return digit == '+' ? 62 : digit == '/' ? 63 : -1;
}

static bool decode_base64(struct gossip_bytes text, struct pnet_key *key)
{
    uint32_t bits = 0;
    unsigned count = 0;
    size_t size = 0;

    if (text.size != BASE64_BYTES || text.data[BASE64_BYTES - 1] != '=') {
        return false;
    }
    for (size_t i = 0; i < BASE64_BYTES - 1; i++) {
        int value = base64_value(text.data[i]);

        if (value < 0) {
            return false;
        }
        bits = (bits << 6 | (uint32_t)value) & 0xfff;
        count += 6;
        if (count >= 8) {
            count -= 8;
            key->bytes[size++] = (uint8_t)(bits >> count);
        }
    }
    return (bits & 3) == 0; /* what is left of the last digit says nothing */
}

static bool decode_binary(struct gossip_bytes bytes, struct pnet_key *key)
{
    if (bytes.size < sizeof(key->bytes)) {
        return false;
    }
    bytes_copy(key->bytes, bytes_part(bytes, 0, sizeof(key->bytes)));
    bytes = bytes_part(bytes, sizeof(key->bytes), bytes.size);
    return bytes.size == 0 || bytes_equal(bytes, BYTES_OF("\n")) ||
           bytes_equal(bytes, BYTES_OF("\r\n"));
}

/* What is wrong with the file, or NULL. */
static const char *decode(struct gossip_bytes file, struct pnet_key *key)
{
    struct gossip_bytes encoding;
    bool is_decoded;

    if (!bytes_equal(take_line(&file), BYTES_OF("/key/swarm/psk/1.0.0/"))) {
        return "does not begin with /key/swarm/psk/1.0.0/";
    }
    encoding = take_line(&file);
    if (bytes_equal(encoding, BYTES_OF("/base16/"))) {
        is_decoded = decode_base16(take_line(&file), key) && file.size == 0;
    } else if (bytes_equal(encoding, BYTES_OF("/base64/"))) {
        is_decoded = decode_base64(take_line(&file), key) && file.size == 0;
    } else if (bytes_equal(encoding, BYTES_OF("/bin/"))) {
        is_decoded = decode_binary(file, key);
    } else {
        return "has a second line that is none of /base16/, /base64/ and /bin/";
    }
    return is_decoded ? NULL : "does not hold a key of 32 bytes behind its two lines";
}

enum gossip_error pnet_key_decode(
    struct gossip_bytes file, struct pnet_key *key, const char **reason)
{
    *reason = file.size > PNET_KEY_FILE_BYTES_MAX ? "is too large to be a key" : decode(file, key);
    if (*reason == NULL) {
        return GOSSIP_OK;
    }
    bytes_wipe(key, sizeof(*key));
    return GOSSIP_ERROR_INVALID;
}
