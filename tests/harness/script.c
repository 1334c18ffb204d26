#include "harness/harness.h"

#include "base/require.h"

struct script script_of(const uint8_t *data, size_t size)
{
    return (struct script){.data = data, .size = size};
}

bool script_is_spent(const struct script *script)
{
    return script->size == 0;
}

uint8_t script_byte(struct script *script)
{
    if (script->size == 0)
        return 0;
    script->size--;
    return *script->data++;
}

uint32_t script_below(struct script *script, uint32_t bound)
{
    uint32_t number = 0;

    require(bound > 0);
    for (uint32_t reach = bound - 1; reach > 0; reach >>= 8)
        number = number << 8 | script_byte(script);
    return number % bound;
}

bool script_chance(struct script *script, uint32_t in)
{
    return script_below(script, in) == in - 1;
}

uint64_t script_u64(struct script *script)
{
    uint64_t number = 0;

    for (int i = 0; i < 8; i++)
        number = number << 8 | script_byte(script);
    return number;
}

struct gossip_bytes script_bytes(struct script *script, size_t size_max)
{
    size_t wanted =
        script_below(script, size_max < UINT32_MAX ? (uint32_t)size_max + 1 : UINT32_MAX);
    struct gossip_bytes bytes = {
        .data = script->data, .size = wanted < script->size ? wanted : script->size};

    script->size -= bytes.size;
    script->data = script->size == 0 ? NULL : script->data + bytes.size;
    return bytes;
}

struct gossip_bytes script_rest(struct script *script)
{
    struct gossip_bytes rest = {.data = script->data, .size = script->size};

    *script = (struct script){0};
    return rest;
}
