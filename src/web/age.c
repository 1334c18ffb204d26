#include "web/age.h"

#include "base/instant.h"

static uint64_t seconds_of(uint8_t unit)
{
    switch (unit) {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 3600;
    case 'd':
        return 86400;
    case 'w':
        return 604800;
    default:
        return 0;
    }
}

enum gossip_error age_parse(struct gossip_bytes text, struct gossip_duration *age)
{
    uint64_t number = 0;
    uint64_t seconds = text.size < 2 ? 0 : seconds_of(text.data[text.size - 1]);

    *age = duration_us(0);
    if (seconds == 0 || text.size > 12) {
        return GOSSIP_ERROR_INVALID;
    }
    for (size_t i = 0; i + 1 < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') {
            return GOSSIP_ERROR_INVALID;
        }
        number = number * 10 + (uint64_t)(text.data[i] - '0');
    }
    if (number == 0 || number * seconds > (uint64_t)AGE_DAYS_MAX * 86400) {
        return GOSSIP_ERROR_INVALID;
    }
    *age = duration_seconds(number * seconds);
    return GOSSIP_OK;
}
