#include "multiaddr/number_text.h"

#include "base/bytes.h"

/* Digits of the largest number, 2^64 - 1, in base 10. */
#define DIGITS_MAX 20

bool multiaddr_number_parse(struct gossip_bytes text, uint64_t value_max, uint64_t *value)
{
    *value = 0;
    if (text.size == 0 || text.size > DIGITS_MAX || (text.size > 1 && text.data[0] == '0'))
        return false;
    uint64_t number = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(text.data[i] - '0');
        if (digit > value_max || number > (value_max - digit) / 10)
            return false;
        number = number * 10 + digit;
    }
    *value = number;
    return true;
}

bool multiaddr_number_put(struct gossip_room *room, uint64_t value, unsigned radix)
{
    uint8_t digits[DIGITS_MAX];
    size_t start = sizeof(digits);
    do {
        digits[--start] = (uint8_t) "0123456789abcdef"[value % radix];
        value /= radix;
    } while (value > 0);
    return room_put(room, bytes_make(digits + start, sizeof(digits) - start));
}
