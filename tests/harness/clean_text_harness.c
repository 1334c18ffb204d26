/*
 * Any text of anybody: what is shown of it is printable, within the bound, of the same form when
 * cleaned again, and the beginning of it where there is less room. Names and rooms made of it are
 * what they say they are.
 */
#include "chat/clean_text.h"

#include "base/peer_id_text.h"
#include "base/utf8.h"
#include "chat/likeness.h"
#include "chat/mention.h"
#include "chat/names.h"
#include "harness/harness.h"

#include <utf8proc.h>

#define TEXT_BYTES_MAX 2048

static bool is_mark(utf8proc_category_t category)
{
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_MC ||
           category == UTF8PROC_CATEGORY_ME;
}

static void expect_shown(enum clean_text_kind kind, uint32_t code_point, unsigned marks)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)code_point);
    expect_true(category != UTF8PROC_CATEGORY_CN && category != UTF8PROC_CATEGORY_CO);
    expect_true(category != UTF8PROC_CATEGORY_ZL && category != UTF8PROC_CATEGORY_ZP);
    expect_true(category != UTF8PROC_CATEGORY_ZS || code_point == ' ');
    expect_true(
        category != UTF8PROC_CATEGORY_CC || (code_point == '\n' && kind == CLEAN_TEXT_BLOCK));
    expect_true(category != UTF8PROC_CATEGORY_CF ||
                (kind != CLEAN_TEXT_NAME && (code_point == 0x200c || code_point == 0x200d)));
    expect_at_most(marks, CLEAN_TEXT_MARKS_MAX);
}

static void expect_clean(enum clean_text_kind kind, struct gossip_bytes text)
{
    unsigned marks = CLEAN_TEXT_MARKS_MAX; /* none may stand at the beginning */
    expect_true(utf8_is_valid(text));
    while (text.size > 0) {
        uint32_t code_point;
        utf8_decode(&text, &code_point);
        marks = is_mark(utf8proc_category((utf8proc_int32_t)code_point)) ? marks + 1 : 0;
        expect_shown(kind, code_point, marks);
    }
}

static struct gossip_bytes clean(enum clean_text_kind kind, struct gossip_bytes text, size_t size)
{
    uint8_t *room = test_take(size + 1);
    return bytes_make(room, clean_text(kind, text, room_make(room, size)));
}

static void play_text(struct script *script, enum clean_text_kind kind, struct gossip_bytes text)
{
    struct gossip_bytes cleaned = clean(kind, text, CLEAN_TEXT_BYTES(text.size));
    expect_at_most(cleaned.size, text.size * 3);
    expect_clean(kind, cleaned);
    expect_bytes(clean(kind, cleaned, CLEAN_TEXT_BYTES(cleaned.size)), cleaned);
    size_t less = script_below(script, TEXT_BYTES_MAX);
    struct gossip_bytes part = clean(kind, text, less);
    expect_at_most(part.size, less);
    expect_true(bytes_start_with(cleaned, part));
}

static void play_names(struct gossip_bytes text)
{
    struct gossip_peer_id peer = {.size = 38, .data = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20}};
    struct siphash_key key = {.low = 1, .high = 2};
    struct nick nick, again;
    struct room_name room, same;
    nick_from_peer(text, &peer, &nick);
    expect_true(nick.size > 0);
    expect_clean(CLEAN_TEXT_NAME, nick_bytes(&nick));
    expect_ok(nick_parse(nick_bytes(&nick), &again)); /* one that he could have chosen */
    expect_bytes(nick_bytes(&again), nick_bytes(&nick));
    if (nick_parse(text, &again) == GOSSIP_OK)
        expect_true(likeness(key, nick_bytes(&again)) == likeness(key, nick_bytes(&nick)));
    expect_true(mention_is_in(nick_bytes(&nick), nick_bytes(&nick)));
    mention_is_in(nick_bytes(&nick), text);
    if (room_name_parse(text, &room) != GOSSIP_OK)
        return;
    expect_clean(CLEAN_TEXT_NAME, room_name_bytes(&room));
    expect_ok(room_name_parse(room_name_bytes(&room), &same));
    expect_bytes(room_name_bytes(&same), room_name_bytes(&room));
}

/* Random bytes are hardly ever text: code points of the interesting blocks are. */
static struct gossip_bytes make_text(struct script *script)
{
    static const uint32_t starts[] = {0, 0x20, 0x41, 0x80, 0x300, 0x370, 0x400, 0x600, 0x900,
        0x1100, 0x1160, 0x2000, 0x2028, 0x2066, 0x2800, 0x3160, 0xac00, 0xfb00, 0xfe00, 0xff00,
        0x1f300, 0xe0000};
    uint8_t *memory = test_take(TEXT_BYTES_MAX);
    struct gossip_room room = room_make(memory, TEXT_BYTES_MAX);
    while (!script_is_spent(script) && room.size > UTF8_BYTES_MAX) {
        uint32_t start = starts[script_below(script, sizeof(starts) / sizeof(starts[0]))];
        size_t size = utf8_encode(start + script_below(script, 256), room);
        if (script_chance(script, 32))
            room.data[0] = script_byte(script); /* and no text after all */
        room = room_make(room.data + size, room.size - size);
    }
    return bytes_make(memory, TEXT_BYTES_MAX - room.size);
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    enum clean_text_kind kind = (enum clean_text_kind)script_below(&script, 3);
    struct gossip_bytes text =
        script_chance(&script, 2) ? make_text(&script) : script_rest(&script);
    play_text(&script, kind, text);
    play_names(text);
}

const struct harness harness = {.name = "clean_text", .play = play, .size_max = TEXT_BYTES_MAX};
