#include "unit/tui/screen.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/instant.h"

#define TODAY_MS INT64_C(1763596800000) /* 2025-11-20 00:00 */
#define START_SECONDS 1000

static const struct tui_help help[] = {{NULL, "Reading"}, {"PgUp, PgDn", "a page up or down"},
    {"Esc", "to the newest line"}, {NULL, "Rooms"}, {"Alt+1 .. Alt+9", "room by its number"},
    {"Alt+A", "next room with something new"}};

/* ---- a terminal that is not there --------------------------------------------------------- */

static void ignore(termpaint_integration *integration)
{
    (void)integration;
}

static void swallow(termpaint_integration *integration, const char *data, int length)
{
    (void)integration;
    (void)data;
    (void)length;
}

static int32_t greenwich(void *context, struct gossip_unix_time time)
{
    (void)context;
    (void)time;
    return 0;
}

void screen_open(struct screen *screen, int columns, int rows)
{
    struct tui_model_config config = {.self = screen_person('B'),
        .nick = BYTES_OF("Bob"),
        .rendezvous = BYTES_OF("myroom"),
        .seed = {.low = 1, .high = 2},
        .help = help,
        .help_count = sizeof(help) / sizeof(help[0]),
        .local_offset = greenwich};

    memset(screen, 0, sizeof(*screen));
    test_allocator_init(&screen->memory);
    config.allocator = &screen->memory.allocator;
    screen->time.now = instant_us(START_SECONDS * UINT64_C(1000000));
    screen_set_time(screen, 0, 14, 33);
    screen->time.date.ms += 20000;
    expect_ok(tui_model_create(&config, screen->time, &screen->model));
    tui_theme_init(&screen->theme, TUI_THEME_AUTO, false);
    termpaint_integration_init(&screen->integration, ignore, swallow, ignore);
    screen->terminal = termpaint_terminal_new(&screen->integration);
    screen->surface = termpaint_terminal_new_surface(screen->terminal, columns, rows);
    tui_model_resize(screen->model, (uint32_t)columns, (uint32_t)rows);
}

void screen_close(struct screen *screen)
{
    termpaint_surface_free(screen->surface);
    termpaint_terminal_free(screen->terminal);
    termpaint_integration_deinit(&screen->integration);
    tui_model_destroy(screen->model);
    test_allocator_deinit(&screen->memory);
}

void screen_resize(struct screen *screen, int columns, int rows)
{
    termpaint_surface_resize(screen->surface, columns, rows);
    tui_model_resize(screen->model, (uint32_t)columns, (uint32_t)rows);
}

/* ---- what happens ----------------------------------------------------------------------- */

struct gossip_peer_id screen_person(char letter)
{
    struct gossip_peer_id person = {.size = 38};

    memset(person.data, letter, person.size);
    return person;
}

void screen_wait(struct screen *screen, uint64_t seconds)
{
    screen->time.now = instant_add(screen->time.now, duration_seconds(seconds));
    screen->time.date.ms += (int64_t)(seconds * 1000);
    tui_model_advance(screen->model, screen->time);
}

void screen_set_time(struct screen *screen, int days_ago, unsigned hour, unsigned minute)
{
    int64_t minutes = (int64_t)hour * 60 + minute - (int64_t)days_ago * 1440;

    screen->time.date.ms = TODAY_MS + minutes * 60000;
    if (screen->model != NULL) {
        tui_model_advance(screen->model, screen->time);
    }
}

void screen_event(struct screen *screen, const struct gossip_event *event)
{
    tui_model_receive(screen->model, screen->time, event);
}

void screen_joined(struct screen *screen, const char *room)
{
    struct gossip_event event = {
        .kind = GOSSIP_EVENT_ROOM_JOINED, .room = bytes_of_text(room), .members = 1};

    screen_event(screen, &event);
}

static void person_event(struct screen *screen, enum gossip_event_kind kind, const char *room,
    const char *name, uint32_t members)
{
    struct gossip_event event = {.kind = kind,
        .room = bytes_of_text(room),
        .name = bytes_of_text(name),
        .nick = bytes_of_text(name),
        .person = screen_person(*name),
        .members = members};

    event.nick.size = bytes_find(event.nick, '~');
    if (event.nick.size < event.name.size) {
        event.person = screen_person(name[event.nick.size + 1]);
    }
    screen_event(screen, &event);
}

void screen_came(struct screen *screen, const char *room, const char *name, uint32_t members)
{
    person_event(screen, GOSSIP_EVENT_PERSON_CAME, room, name, members);
}

void screen_went(struct screen *screen, const char *room, const char *name, uint32_t members)
{
    person_event(screen, GOSSIP_EVENT_PERSON_WENT, room, name, members);
}

struct gossip_event screen_line_event(
    struct screen *screen, const char *room, const char *name, const char *text)
{
    char *id = test_take(32);

    (void)snprintf(id, 32, "%llx", (unsigned long long)++screen->order);
    return (struct gossip_event){.kind = GOSSIP_EVENT_LINE,
        .room = bytes_of_text(room),
        .name = bytes_of_text(name),
        .nick = bytes_of_text(name),
        .text = bytes_of_text(text),
        .person = screen_person(*name),
        .message_id = bytes_of_text(id),
        .order = screen->order * 10,
        .sent_at = screen->time.date,
        .arrived_at = screen->time.date};
}

void screen_line(struct screen *screen, const char *room, const char *name, const char *text)
{
    struct gossip_event event = screen_line_event(screen, room, name, text);

    screen_event(screen, &event);
}

void screen_connected(struct screen *screen, const char *name, uint32_t peers)
{
    struct gossip_event event = {.kind = GOSSIP_EVENT_PEER_CONNECTED,
        .name = bytes_of_text(name),
        .person = screen_person(*name),
        .address = BYTES_OF("/ip4/192.168.1.40/tcp/9740/p2p/12D3KooW"),
        .via = GOSSIP_VIA_MDNS,
        .outbound = true,
        .age = duration_ms(400),
        .peers = peers};

    screen_event(screen, &event);
}

/* ---- what is to be seen ------------------------------------------------------------------- */

void screen_draw(struct screen *screen)
{
    tui_view_draw(screen->model, &screen->input, &screen->theme, screen->surface, &screen->cursor);
}

/* What a cell shows: what was written over a wide space stands between two moves of the cursor. */
static struct gossip_bytes cell_text(const struct screen *screen, int column, int row, int *right)
{
    const char *setup, *cleanup, *text;
    bool optimize;
    int size, left;

    text = termpaint_surface_peek_text(screen->surface, column, row, &size, &left, right);
    termpaint_surface_peek_patch(screen->surface, column, row, &setup, &cleanup, &optimize);
    if (cleanup != NULL && strncmp(cleanup, "\033[", 2) == 0) {
        const char *first = strchr(cleanup, 'G'), *last = strrchr(cleanup, '\033');

        if (last > first) {
            return bytes_make(first + 1, (size_t)(last - first - 1));
        }
    }
    return size == 1 && *text == 0x7f ? BYTES_OF(" ") : bytes_make(text, (size_t)size);
}

static size_t put_row(const struct screen *screen, int row, char *text)
{
    size_t size = 0, used = 0;
    int right;

    for (int column = 0; column < termpaint_surface_width(screen->surface); column = right + 1) {
        struct gossip_bytes cell = cell_text(screen, column, row, &right);

        bytes_copy((uint8_t *)text + size, cell);
        size += cell.size;
        used = bytes_equal(cell, BYTES_OF(" ")) ? used : size;
    }
    text[used] = '\0';
    return used;
}

const char *screen_row(struct screen *screen, int row)
{
    char *text = test_take((size_t)termpaint_surface_width(screen->surface) * 128 + 1);

    screen_draw(screen);
    (void)put_row(screen, row, text);
    return text;
}

const char *screen_text(struct screen *screen)
{
    int columns = termpaint_surface_width(screen->surface);
    int rows = termpaint_surface_height(screen->surface);
    char *text = test_take((size_t)columns * (size_t)rows * 128 + (size_t)rows + 1);
    size_t size = 0;

    screen_draw(screen);
    for (int row = 0; row < rows; row++) {
        size += put_row(screen, row, text + size);
        text[size++] = '\n';
    }
    text[size] = '\0';
    return text;
}

bool screen_has(struct screen *screen, const char *text)
{
    return strstr(screen_text(screen), text) != NULL;
}

static const char *flag_names(int flags, char *text, size_t size)
{
    (void)snprintf(text, size, "%s%s%s%s", flags & TERMPAINT_STYLE_BOLD ? " bold" : "",
        flags & TERMPAINT_STYLE_UNDERLINE ? " underline" : "",
        flags & TERMPAINT_STYLE_INVERSE ? " inverse" : "",
        flags & TERMPAINT_STYLE_ITALIC ? " italic" : "");
    return text;
}

/* What a cell looks like, in words; empty if like any other. */
static void print_style(const struct screen *screen, int column, int row, char text[1200])
{
    unsigned color = termpaint_surface_peek_fg_color(screen->surface, column, row);
    int flags = termpaint_surface_peek_style(screen->surface, column, row);
    const char *setup, *cleanup;
    char names[64], number[32] = "";
    bool optimize;

    termpaint_surface_peek_patch(screen->surface, column, row, &setup, &cleanup, &optimize);
    if (color != TERMPAINT_DEFAULT_COLOR) {
        (void)snprintf(number, sizeof(number), " fg%u", color - (TERMPAINT_NAMED_COLOR));
    }
    (void)snprintf(text, 1200, "%s%s%s%.*s", flag_names(flags, names, sizeof(names)), number,
        setup != NULL && *setup != '\0' ? " to " : "",
        setup != NULL && *setup != '\0' ? (int)strlen(setup) - 7 : 0,
        setup != NULL && *setup != '\0' ? setup + 5 : "");
}

const char *screen_styles(struct screen *screen)
{
    int columns = termpaint_surface_width(screen->surface);
    int rows = termpaint_surface_height(screen->surface);
    size_t room = (size_t)columns * (size_t)rows * 256 + 1;
    char *text = test_take(room), style[1200], next[1200];
    size_t size = 0;

    screen_draw(screen);
    text[0] = '\0';
    for (int row = 0; row < rows; row++) {
        for (int column = 0, end; column < columns; column = end) {
            print_style(screen, column, row, style);
            for (end = column + 1; end < columns; end++) {
                print_style(screen, end, row, next);
                if (strcmp(style, next) != 0) {
                    break;
                }
            }
            if (style[0] != '\0') {
                size += (size_t)snprintf(
                    text + size, room - size, "%d:%d-%d%s\n", row, column, end - 1, style);
            }
        }
    }
    return text;
}
