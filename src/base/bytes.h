/*
 * Slices of bytes: making them, comparing them, and reading and writing them from the front.
 *
 * There is no separate cursor type. A `struct gossip_bytes` whose front moves is the cursor for
 * reading, a `struct gossip_room` whose front moves is the cursor for writing. Every take and put
 * is bounded: it either succeeds whole, or returns false and leaves the cursor as it was.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"

/* The bytes of a string literal without its terminating zero; usable as an initialiser. */
#define BYTES_INITIALISER(literal)                                                                 \
    {                                                                                              \
        .data = (const uint8_t *)("" literal), .size = sizeof(literal) - 1                         \
    }

/* The bytes of a string literal without its terminating zero, as a value. */
#define BYTES_OF(literal) ((struct gossip_bytes)BYTES_INITIALISER(literal))

/* `size` bytes at `data`, borrowed. `data` may be NULL if `size` is 0. */
static inline struct gossip_bytes bytes_make(const void *data, size_t size)
{
    return (struct gossip_bytes){.data = (const uint8_t *)data, .size = size};
}

/* The bytes of zero-terminated `text` without the zero, borrowed. */
struct gossip_bytes bytes_of_text(const char *text);

/* `size` bytes of room at `data`, borrowed. */
static inline struct gossip_room room_make(void *data, size_t size)
{
    return (struct gossip_room){.data = (uint8_t *)data, .size = size};
}

/* The first `size` bytes of `room` as something to read: what a writer filled. */
static inline struct gossip_bytes room_filled(struct gossip_room room, size_t size)
{
    return (struct gossip_bytes){.data = room.data, .size = size};
}

/* Whether both hold the same bytes. Not constant-time: never for secrets. */
bool bytes_equal(struct gossip_bytes left, struct gossip_bytes right);

/* Negative, 0 or positive: by unsigned byte value, and a prefix is smaller than what it begins. */
int bytes_compare(struct gossip_bytes left, struct gossip_bytes right);

/* Whether `bytes` begins with `prefix`. Everything begins with the empty prefix. */
bool bytes_start_with(struct gossip_bytes bytes, struct gossip_bytes prefix);

/* Whether `bytes` ends with `suffix`. Everything ends with the empty suffix. */
bool bytes_end_with(struct gossip_bytes bytes, struct gossip_bytes suffix);

/* Position of the first byte equal to `byte`, or `bytes.size` if there is none. */
size_t bytes_find(struct gossip_bytes bytes, uint8_t byte);

/* The part from `offset` on, at most `size` bytes: cut to what is there, empty if nothing is. */
struct gossip_bytes bytes_part(struct gossip_bytes bytes, size_t offset, size_t size);

/* Overwrites `size` bytes at `memory` with zeros, and is never optimised away. NULL if size is 0. */
void bytes_wipe(void *memory, size_t size);

/* Copies `from` to `to`; unlike memcpy it allows an empty slice at NULL. They do not overlap. */
void bytes_copy(uint8_t *to, struct gossip_bytes from);

/* ---- reading from the front ------------------------------------------------------------- */

/* Takes `size` bytes off the front into `taken`, which borrows from where `from` borrows. */
GOSSIP_MUST_USE bool bytes_take(struct gossip_bytes *from, size_t size, struct gossip_bytes *taken);

/* Drops `size` bytes off the front; false, and nothing dropped, if there are fewer. */
GOSSIP_MUST_USE bool bytes_skip(struct gossip_bytes *from, size_t size);

/* Takes `size` bytes off the front and copies them to `to`, which has room for them. */
GOSSIP_MUST_USE bool bytes_take_copy(struct gossip_bytes *from, uint8_t *to, size_t size);

/* Takes one byte. */
GOSSIP_MUST_USE bool bytes_take_u8(struct gossip_bytes *from, uint8_t *value);

/* Takes 2, 4 or 8 bytes, most significant first. */
GOSSIP_MUST_USE bool bytes_take_u16_big(struct gossip_bytes *from, uint16_t *value);
/* As above, 4 bytes. */
GOSSIP_MUST_USE bool bytes_take_u32_big(struct gossip_bytes *from, uint32_t *value);
/* As above, 8 bytes. */
GOSSIP_MUST_USE bool bytes_take_u64_big(struct gossip_bytes *from, uint64_t *value);

/* ---- writing to the front --------------------------------------------------------------- */

/* Copies `bytes` to the front of `room` and moves the front behind them. */
GOSSIP_MUST_USE bool room_put(struct gossip_room *room, struct gossip_bytes bytes);

/* Puts one byte. */
GOSSIP_MUST_USE bool room_put_u8(struct gossip_room *room, uint8_t value);

/* Puts 2 bytes, most significant first. */
GOSSIP_MUST_USE bool room_put_u16_big(struct gossip_room *room, uint16_t value);
/* As above, 4 bytes. */
GOSSIP_MUST_USE bool room_put_u32_big(struct gossip_room *room, uint32_t value);
/* As above, 8 bytes. */
GOSSIP_MUST_USE bool room_put_u64_big(struct gossip_room *room, uint64_t value);

/* ---- numbers at a known place ----------------------------------------------------------- */

/* The number in 2 bytes at `from`, most significant first. */
static inline uint16_t load_u16_big(const uint8_t *from)
{
    return (uint16_t)((unsigned)from[0] << 8 | from[1]);
}

/* The number in 4 bytes at `from`, most significant first. */
static inline uint32_t load_u32_big(const uint8_t *from)
{
    return (uint32_t)load_u16_big(from) << 16 | load_u16_big(from + 2);
}

/* The number in 8 bytes at `from`, most significant first. */
static inline uint64_t load_u64_big(const uint8_t *from)
{
    return (uint64_t)load_u32_big(from) << 32 | load_u32_big(from + 4);
}

/* The number in 4 bytes at `from`, least significant first. */
static inline uint32_t load_u32_little(const uint8_t *from)
{
    return (uint32_t)from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
           (uint32_t)from[3] << 24;
}

/* The number in 8 bytes at `from`, least significant first. */
static inline uint64_t load_u64_little(const uint8_t *from)
{
    return (uint64_t)load_u32_little(from) | (uint64_t)load_u32_little(from + 4) << 32;
}

/* Writes `value` to 2 bytes at `to`, most significant first. */
static inline void store_u16_big(uint8_t *to, uint16_t value)
{
    to[0] = (uint8_t)(value >> 8);
    to[1] = (uint8_t)value;
}

/* Writes `value` to 4 bytes at `to`, most significant first. */
static inline void store_u32_big(uint8_t *to, uint32_t value)
{
    store_u16_big(to, (uint16_t)(value >> 16));
    store_u16_big(to + 2, (uint16_t)value);
}

/* Writes `value` to 8 bytes at `to`, most significant first. */
static inline void store_u64_big(uint8_t *to, uint64_t value)
{
    store_u32_big(to, (uint32_t)(value >> 32));
    store_u32_big(to + 4, (uint32_t)value);
}

/* Writes `value` to 4 bytes at `to`, least significant first. */
static inline void store_u32_little(uint8_t *to, uint32_t value)
{
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
    to[2] = (uint8_t)(value >> 16);
    to[3] = (uint8_t)(value >> 24);
}

/* Writes `value` to 8 bytes at `to`, least significant first. */
static inline void store_u64_little(uint8_t *to, uint64_t value)
{
    store_u32_little(to, (uint32_t)value);
    store_u32_little(to + 4, (uint32_t)(value >> 32));
}

#endif
