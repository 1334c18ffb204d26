#include "unit/yamux/frame_text.h"

#include "support/test.h"
#include "yamux/session.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define SHOWN_BYTES_MAX 40

static const char *const type_names[] = {"data", "update", "ping", "away"};
static const char *const flag_names[] = {"syn", "ack", "fin", "rst"};

void text_add(struct text *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    text->size += (size_t)vsnprintf(
        text->characters + text->size, sizeof(text->characters) - text->size, format, arguments);
    va_end(arguments);
    if (text->size >= sizeof(text->characters))
        test_fail("the conversation is too long to be shown");
}

void text_add_data(struct text *text, struct gossip_bytes data)
{
    if (data.size <= SHOWN_BYTES_MAX)
        text_add(text, "%.*s\n", (int)data.size, (const char *)data.data);
    else
        text_add(text, "(%zu bytes)\n", data.size);
}

void text_clear(struct text *text)
{
    text->size = 0;
    text->characters[0] = '\0';
}

/* ---- from text -------------------------------------------------------------------------- */

static size_t index_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return i;
    }
    test_fail("a frame with an unknown word");
}

static struct yamux_frame parse_head(const char *text)
{
    char type[16], flags[32];
    struct yamux_frame made = {0};

    if (sscanf(text, "%15s %" SCNu32 " %31s %" SCNu32, type, &made.id, flags, &made.length) < 3)
        test_fail("a frame is: type id flags length");
    made.type = (enum yamux_frame_type)index_of(type, type_names, 4);
    for (char *flag = strtok(flags, "+"); flag != NULL; flag = strtok(NULL, "+")) {
        if (strcmp(flag, "-") != 0)
            made.flags = (uint16_t)(made.flags | 1u << index_of(flag, flag_names, 4));
    }
    return made;
}

static struct gossip_bytes make_frame(struct yamux_frame head, struct gossip_bytes payload)
{
    size_t size = YAMUX_HEADER_BYTES + payload.size;
    uint8_t *bytes = (uint8_t *)test_take(size);

    yamux_frame_encode(&head, bytes);
    bytes_copy(bytes + YAMUX_HEADER_BYTES, payload);
    return bytes_make(bytes, size);
}

struct gossip_bytes frame(const char *text)
{
    struct yamux_frame head = parse_head(text);
    struct gossip_bytes payload = {0};

    if (head.type == YAMUX_FRAME_DATA) {
        const char *rest = text;

        for (int i = 0; i < 3; i++) {
            rest = strchr(rest, ' ');
            if (rest == NULL)
                break;
            rest++;
        }
        payload = bytes_of_text(rest == NULL ? "" : rest);
        head.length = (uint32_t)payload.size;
    }
    return make_frame(head, payload);
}

struct gossip_bytes data_frame(const char *head_text, size_t size)
{
    struct yamux_frame head = parse_head(head_text);

    head.length = (uint32_t)size;
    return make_frame(head, bytes_repeated('x', size));
}

struct gossip_bytes both(struct gossip_bytes first, struct gossip_bytes second)
{
    uint8_t *bytes = (uint8_t *)test_take(first.size + second.size);

    bytes_copy(bytes, first);
    bytes_copy(bytes + first.size, second);
    return bytes_make(bytes, first.size + second.size);
}

/* ---- to text ---------------------------------------------------------------------------- */

static void add_head(struct text *text, const struct yamux_frame *shown)
{
    const char *separator = "";

    text_add(text, "%s %" PRIu32 " ", type_names[shown->type], shown->id);
    for (unsigned i = 0; i < 4; i++) {
        if ((shown->flags >> i & 1) != 0) {
            text_add(text, "%s%s", separator, flag_names[i]);
            separator = "+";
        }
    }
    text_add(text, "%s ", shown->flags == 0 ? "-" : "");
    if (shown->type != YAMUX_FRAME_DATA)
        text_add(text, "%" PRIu32 "\n", shown->length);
}

void text_add_frames(struct text *text, struct gossip_bytes bytes)
{
    while (bytes.size > 0) {
        uint8_t header[YAMUX_HEADER_BYTES];
        struct yamux_frame shown;
        struct gossip_bytes payload;

        expect_true(bytes_take_copy(&bytes, header, sizeof(header)));
        expect_ok(yamux_frame_decode(header, &shown));
        add_head(text, &shown);
        if (shown.type == YAMUX_FRAME_DATA) {
            expect_at_most(shown.length, YAMUX_DATA_BYTES_MAX);
            expect_true(bytes_take(&bytes, shown.length, &payload));
            text_add_data(text, payload);
        }
    }
}
