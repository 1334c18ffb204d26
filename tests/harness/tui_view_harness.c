/*
 * Any events with any texts, any keys, on a screen of any size from nothing to 200 columns: every row
 * is exactly as wide as the screen, what is drawn over the old screen is what is drawn on an empty
 * one, and no byte that could steer a terminal is on it but those of ours.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"
#include "base/utf8.h"
#include "harness/harness.h"
#include "unit/tui/screen.h"

#define TEXT_BYTES_MAX 600
#define COLUMNS_MAX 200
#define ROWS_MAX 60
#define COMMANDS_MAX 400

/* Code points about which terminals, libraries and people disagree. */
static struct gossip_bytes make_text(struct script *script)
{
    static const uint32_t starts[] = {0x20, 0x41, 0x61, 0x300, 0x5d0, 0x627, 0x900, 0x1100, 0x1160,
        0x200b, 0x2066, 0x2190, 0x2600, 0x3040, 0x4e00, 0xac00, 0xfe00, 0xff00, 0x1f1e6, 0x1f3f0,
        0x1f468, 0x1f600, 0xe0020};
    uint8_t *memory = test_take(TEXT_BYTES_MAX);
    struct gossip_room room = room_make(memory, TEXT_BYTES_MAX);
    uint32_t count = script_below(script, script_chance(script, 8) ? 150 : 12);

    while (count-- > 0 && room.size > 8) {
        uint32_t start = starts[script_below(script, sizeof(starts) / sizeof(starts[0]))];
        uint32_t code_point = start + script_below(script, 32);
        size_t size;

        switch (script_below(script, 12)) {
        case 0:
            code_point = '\n';
            break;
        case 1:
            code_point = 0x200d;
            break;
        case 2:
            code_point = 0xfe0f;
            break;
        case 3:
            code_point = ' ';
            break;
        default:
            break;
        }
        size = utf8_encode(code_point, room);
        room = room_make(room.data + size, room.size - size);
    }
    return bytes_make(memory, TEXT_BYTES_MAX - room.size);
}

static struct gossip_bytes some_text(struct script *script)
{
    switch (script_below(script, 6)) {
    case 0:
        return script_bytes(script, 64); /* not even UTF-8 */
    case 1:
        return BYTES_OF(
            "see https://git.lan/r/412, or (http://a.example/b_(c)) and http://x\u0430");
    case 2:
        return BYTES_OF("Alice");
    default:
        return make_text(script);
    }
}

static struct gossip_bytes some_name(
    struct script *script, const char *const *names, uint32_t count)
{
    uint32_t index = script_below(script, count + 1);

    return index < count ? bytes_of_text(names[index]) : some_text(script);
}

static struct gossip_event some_event(struct script *script, struct screen *screen)
{
    static const char *const rooms[] = {"main", "dev", "ops"};
    static const char *const names[] = {"Alice", "Bob", "Carol", "Dave~k3f"};

    return (struct gossip_event){
        .kind = (enum gossip_event_kind)script_below(script, GOSSIP_EVENT_PEER_FAILED + 1),
        .number = script_below(script, 8),
        .room = some_name(script, rooms, 3),
        .person = screen_person((char)('A' + script_below(script, 30))),
        .name = some_name(script, names, 4),
        .nick = some_name(script, names, 4),
        .text = some_text(script),
        .hint = script_chance(script, 3) ? some_text(script) : (struct gossip_bytes){0},
        .address = script_chance(script, 2) ? BYTES_OF("/ip6/fe80::1/tcp/9740") : some_text(script),
        .message_id = script_bytes(script, 2),
        .sent_at.ms = script_chance(script, 4) ? (int64_t)script_u64(script) : screen->time.date.ms,
        .order = script_below(script, 40),
        .ref_number = script_below(script, 8),
        .members = script_below(script, 40),
        .file = script_below(script, 4),
        .file_bytes = script_below(script, 1000),
        .file_done_bytes = script_below(script, 1000),
        .audience = script_below(script, 40),
        .peers = script_below(script, 3),
        .age.us = script_u64(script),
        .delivery = (enum gossip_delivery)script_below(script, GOSSIP_DELIVERY_FAILED + 1),
        .notice = (enum gossip_notice)script_below(script, GOSSIP_NOTICE_DIAGNOSIS + 1),
        .via = (enum gossip_via)script_below(script, GOSSIP_VIA_INBOUND + 1),
        .own = script_chance(script, 4),
        .action = script_chance(script, 4),
        .mention = script_chance(script, 4),
        .history = script_chance(script, 4),
        .verified = script_chance(script, 4),
        .away = script_chance(script, 4)};
}

/* ---- what a person does ----------------------------------------------------------------- */

static void ask(struct script *script, struct screen *screen)
{
    struct gossip_command command;

    if (tui_model_poll(screen->model, &command)) {
        command.number = 1 + script_below(script, 7);
        tui_model_asked(screen->model, &command);
    }
}

static void act(struct script *script, struct screen *screen)
{
    switch (script_below(script, 9)) {
    case 0:
        tui_model_said(screen->model, 1 + script_below(script, 7), some_text(script), false);
        break;
    case 1:
        tui_model_set_focus(screen->model, script_chance(script, 2));
        break;
    case 2:
        tui_model_type(screen->model, some_text(script));
        break;
    case 3:
        expect_true(tui_model_find(screen->model, some_text(script)) != GOSSIP_ERROR_NO_MEMORY);
        break;
    case 4:
        screen_wait(screen, script_below(script, 100000));
        break;
    case 5:
        if (script_chance(script, 8)) {
            tui_model_clear(screen->model);
        }
        break;
    case 6:
        ask(script, screen);
        break;
    default:
        tui_model_act(screen->model, (enum tui_action)script_below(script, TUI_ACTION_CLOSE + 1));
        break;
    }
}

/* ---- what must hold --------------------------------------------------------------------- */

static void expect_harmless(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];

        expect_true(byte >= 0x20 && (byte != 0x7f || size == 1));
    }
}

/* A cell may be wrapped in a link or followed by a move of the cursor, nothing else. */
static void expect_harmless_patch(const termpaint_surface *surface, int column, int row)
{
    const char *setup, *cleanup;
    bool optimize;

    termpaint_surface_peek_patch(surface, column, row, &setup, &cleanup, &optimize);
    if (setup == NULL) {
        return;
    }
    if (*setup == '\0') {
        const char *last = strrchr(cleanup, '\033');

        expect_true(strncmp(cleanup, "\033[", 2) == 0);
        expect_true(last[strspn(last + 2, "0123456789") + 2] == 'G');
        expect_true(last == cleanup || strchr(cleanup + 1, '\033') == last);
    } else {
        size_t size = strlen(setup);

        expect_true(strncmp(setup, "\033]8;;http", 9) == 0);
        expect_text(setup + size - 2, "\033\\");
        expect_harmless(setup + 5, size - 7);
        expect_text(cleanup, "\033]8;;\033\\");
    }
}

static void expect_rows(const termpaint_surface *surface)
{
    int columns = termpaint_surface_width(surface);

    for (int row = 0; row < termpaint_surface_height(surface); row++) {
        int column = 0;

        while (column < columns) {
            int size, left, right;
            const char *text =
                termpaint_surface_peek_text(surface, column, row, &size, &left, &right);

            expect_equal(left, column);
            expect_harmless(text, (size_t)size);
            expect_harmless_patch(surface, column, row);
            column = right + 1;
        }
        expect_equal(column, columns);
    }
}

static void draw(struct screen *screen)
{
    termpaint_surface *fresh = termpaint_terminal_new_surface(screen->terminal,
        termpaint_surface_width(screen->surface), termpaint_surface_height(screen->surface));
    char title[TUI_VIEW_TITLE_BYTES];
    struct tui_cursor cursor;
    size_t size;

    screen_draw(screen);
    expect_rows(screen->surface);
    tui_view_draw(screen->model, &screen->input, &screen->theme, fresh, &cursor);
    expect_true(termpaint_surface_same_contents(screen->surface, fresh));
    expect_true(!cursor.is_visible ||
                (cursor.column >= 0 && cursor.column < termpaint_surface_width(fresh) &&
                    cursor.row >= 0 && cursor.row < termpaint_surface_height(fresh)));
    size = tui_view_title(screen->model, title);
    expect_equal(size, strlen(title));
    expect_harmless(title, size);
    termpaint_surface_free(fresh);
}

static void step(struct script *script, struct screen *screen)
{
    struct gossip_event event;

    switch (script_below(script, 5)) {
    case 0:
        screen_resize(screen, (int)script_below(script, COLUMNS_MAX + 1),
            (int)script_below(script, ROWS_MAX + 1));
        break;
    case 1:
        act(script, screen);
        break;
    case 2:
        screen->input.text = make_text(script);
        screen->input.cursor = script_chance(script, 2) ? screen->input.text.size : 0;
        break;
    default:
        event = some_event(script, screen);
        screen_event(screen, &event);
        break;
    }
    if (script_chance(script, 4)) {
        draw(screen);
    }
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    struct screen screen;

    screen_open(&screen, 80, 24);
    tui_theme_init(
        &screen.theme, (enum tui_theme_kind)script_below(&script, 4), script_chance(&script, 2));
    screen_joined(&screen, "main");
    for (size_t i = 0; i < COMMANDS_MAX && !script_is_spent(&script); i++) {
        step(&script, &screen);
    }
    draw(&screen);
    screen.input.text.size = 0;
    screen_close(&screen);
}

const struct harness harness = {.name = "tui_view", .play = play, .size_max = 4096};
