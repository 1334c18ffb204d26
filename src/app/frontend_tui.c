/* The full screen: its life, what the node tells it, and when it draws. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/input_file.h"
#include "app/line_commands.h"
#include "app/tui_mode.h"
#include "base/bytes.h"

#define FRAME_MS 33
#define MINUTE_MS 60000
#define US_PER_MS 1000

/* ---- time ------------------------------------------------------------------------------- */

struct tui_time tui_mode_time(void)
{
    uv_timeval64_t date = {0};

    (void)uv_gettimeofday(&date);
    return (struct tui_time){.now = {.us = uv_hrtime() / 1000},
        .date = {.ms = date.tv_sec * 1000 + date.tv_usec / 1000}};
}

static int32_t local_offset(void *context, struct gossip_unix_time time)
{
    time_t seconds = (time_t)(time.ms / 1000);
    struct tm local;

    (void)context;
    return localtime_r(&seconds, &local) == NULL ? 0 : (int32_t)local.tm_gmtoff;
}

/* ---- drawing ---------------------------------------------------------------------------- */

static void resize(struct frontend *frontend, const termpaint_surface *surface)
{
    tui_model_resize(frontend->model, (uint32_t)termpaint_surface_width(surface),
        (uint32_t)termpaint_surface_height(surface));
}

/* The title if it is another than the last time. */
static const char *new_title(struct frontend *frontend)
{
    char title[TUI_VIEW_TITLE_BYTES];

    if (frontend->session->options->no_title) {
        return NULL;
    }
    (void)tui_view_title(frontend->model, title);
    if (strcmp(title, frontend->title) == 0) {
        return NULL;
    }
    memcpy(frontend->title, title, sizeof(title));
    return frontend->title;
}

static void draw(struct frontend *frontend)
{
    termpaint_surface *surface = terminal_surface(frontend->terminal);
    struct tui_cursor cursor;
    struct tui_input input;
    struct terminal_frame frame;

    resize(frontend, surface);
    input = tui_mode_input(frontend, (size_t)termpaint_surface_width(surface));
    tui_view_draw(frontend->model, &input, &frontend->theme, surface, &cursor);
    (void)tui_model_take_change(frontend->model);
    (void)tui_model_take_bell(frontend->model); /* the settings say what is heard: see tui_alert */
    frame = (struct terminal_frame){.column = cursor.column,
        .row = cursor.row,
        .is_cursor_visible = cursor.is_visible,
        .title = new_title(frontend)};
    terminal_present(frontend->terminal, &frame);
    frontend->drawn_at = uv_now(uv_handle_get_loop((uv_handle_t *)&frontend->frame_timer));
}

/* What the screen is missing of what was said earlier. */
static void ask_node(struct frontend *frontend)
{
    struct session *session = frontend->session;
    struct gossip_command command;

    if (session->node != NULL && session->unanswered < SESSION_UNANSWERED_MAX &&
        tui_model_poll(frontend->model, &command)) {
        session_number(session, &command);
        tui_model_asked(frontend->model, &command);
        session_command(session, &command);
    }
}

/* A terminal that has not taken the last frame asks for the next when it has. */
static void on_frame_timer(uv_timer_t *timer)
{
    struct frontend *frontend = timer->data;

    if (!frontend->is_over && terminal_can_draw(frontend->terminal)) {
        draw(frontend);
        ask_node(frontend);
    }
}

static void wake_later(struct frontend *frontend);

void tui_mode_changed(struct frontend *frontend)
{
    uv_loop_t *loop = uv_handle_get_loop((uv_handle_t *)&frontend->frame_timer);
    uint64_t since = uv_now(loop) - frontend->drawn_at;

    if (frontend->is_over || frontend->terminal == NULL) {
        return;
    }
    if (!uv_is_active((uv_handle_t *)&frontend->frame_timer)) {
        (void)uv_timer_start(
            &frontend->frame_timer, on_frame_timer, since < FRAME_MS ? FRAME_MS - since : 0, 0);
    }
    wake_later(frontend);
}

static void on_wake_timer(uv_timer_t *timer)
{
    struct frontend *frontend = timer->data;

    tui_model_advance(frontend->model, tui_mode_time());
    tui_mode_changed(frontend);
}

/* The next thing that time alone changes: of the model, a hint, or the clock. */
static void wake_later(struct frontend *frontend)
{
    struct tui_time time = tui_mode_time();
    uint64_t model = tui_model_deadline(frontend->model).us;
    uint64_t hint = composer_deadline(frontend->composer).us;
    uint64_t next = model < hint ? model : hint;
    uint64_t minute = MINUTE_MS - (uint64_t)time.date.ms % MINUTE_MS;
    uint64_t wait = next <= time.now.us ? 0 : (next - time.now.us) / US_PER_MS + 1;

    (void)uv_timer_start(&frontend->wake_timer, on_wake_timer, wait < minute ? wait : minute, 0);
}

/* ---- the terminal ----------------------------------------------------------------------- */

static void on_event(void *context, const termpaint_event *event)
{
    tui_mode_event(context, event);
}

static void on_draw(void *context)
{
    tui_mode_changed(context);
}

/* The network may be another one: ask it. */
static void on_resume(void *context)
{
    struct frontend *frontend = context;
    struct gossip_command command = {.kind = GOSSIP_COMMAND_DISCOVER};

    tui_model_advance(frontend->model, tui_mode_time());
    if (frontend->session->node != NULL) {
        gossip_node_command(frontend->session->node, &command);
    }
}

static void on_gone(void *context)
{
    struct frontend *frontend = context;

    frontend->session->talk.is_silent = true;
    session_leave(frontend->session, STATUS_OK, "the terminal is gone");
}

/* What line mode has to say; at the end it is for the shell's screen again. */
static bool on_talk(void *context, struct gossip_bytes line)
{
    struct frontend *frontend = context;
    struct gossip_bytes mark = BYTES_OF("! ");

    if (frontend->is_deaf) {
        return true;
    }
    if (frontend->session->stage >= SESSION_CLOSING) {
        terminal_restore(frontend->terminal);
        return false;
    }
    if (bytes_start_with(line, mark)) {
        tui_model_tell(frontend->model, TUI_TELL_ERROR, bytes_part(line, mark.size, line.size));
    } else {
        tui_model_tell(frontend->model, TUI_TELL_INFO, line);
    }
    tui_mode_changed(frontend);
    return true;
}

/*
 * In the first turn of the loop, when it is sure that the run begins: what keeps it from beginning
 * is said on the screen of the shell.
 */
static void on_first_turn(uv_timer_t *timer)
{
    struct frontend *frontend = timer->data;
    struct session *session = frontend->session;
    struct terminal_handler handler = {.context = frontend,
        .on_event = on_event,
        .on_draw = on_draw,
        .on_resume = on_resume,
        .on_gone = on_gone};

    if (session->stage != SESSION_RUNNING) {
        return;
    }
    frontend->terminal = terminal_open(&session->loop, handler);
    if (frontend->terminal == NULL) {
        talk_warn(&session->talk, "gossipchat: the terminal cannot be used. Use --line.");
        session_leave(session, STATUS_INTERNAL, "no terminal");
        return;
    }
    session->talk.divert = on_talk;
    session->talk.divert_context = frontend;
    if (session->options->verbose > 0 && session->log == NULL) {
        talk_warn(&session->talk, "what -v says is not shown here: use --log-file FILE");
    }
    if (session->profile.line[0] != '\0') {
        talk_warn(&session->talk, "%s", session->profile.line);
    }
}

/* ---- the node --------------------------------------------------------------------------- */

static void note_reach(struct frontend *frontend)
{
    const struct gossip_node *node = frontend->session->node;
    char address[GOSSIP_ADDRESS_BYTES_MAX];
    size_t size = gossip_node_address(node, 0, address, sizeof(address));

    tui_model_set_reach(
        frontend->model, gossip_node_port(node), bytes_make(address, size > 0 ? size : 0));
}

static void tui_show(struct frontend *frontend, const struct gossip_event *event)
{
    if (frontend->is_over) {
        return;
    }
    if (event->kind == GOSSIP_EVENT_ROOM_JOINED || event->kind == GOSSIP_EVENT_ROOM_LEFT) {
        frontend->is_deaf = frontend->terminal != NULL;
        frontend_line.show(frontend->line, event);
        frontend->is_deaf = false;
    }
    tui_model_receive(frontend->model, tui_mode_time(), event);
    if (event->kind == GOSSIP_EVENT_LISTENING || event->kind == GOSSIP_EVENT_NOTICE) {
        note_reach(frontend);
    }
    tui_mode_changed(frontend);
}

/* ---- life ------------------------------------------------------------------------------- */

static void choose_theme(struct frontend *frontend)
{
    const struct options *options = frontend->session->options;
    const char *no_color = getenv("NO_COLOR");
    enum tui_theme_kind kind = TUI_THEME_AUTO;

    if (no_color != NULL && *no_color != '\0') {
        kind = TUI_THEME_MONO;
    }
    if (options->theme != NULL &&
        tui_theme_find(bytes_of_text(options->theme), &kind) != GOSSIP_OK) {
        talk_warn(&frontend->session->talk,
            "gossipchat: there is no theme \"%s\": it is auto, dark, light or mono",
            options->theme);
        session_leave(frontend->session, STATUS_USAGE, "no such theme");
    }
    tui_theme_init(&frontend->theme, kind, options->ascii);
}

static bool make_model(struct frontend *frontend)
{
    struct session *session = frontend->session;
    struct tui_model_config config = {.allocator = allocator_system(),
        .self = *gossip_node_id(session->node),
        .nick = bytes_of_text(session->nick),
        .rendezvous = bytes_of_text(session->rendezvous),
        .help = frontend->help,
        .local_offset = local_offset};

    config.help_count = tui_mode_fill_help(frontend);
    return uv_random(NULL, NULL, &config.seed, sizeof(config.seed), 0, NULL) == 0 &&
           tui_model_create(&config, tui_mode_time(), &frontend->model) == GOSSIP_OK;
}

static bool make_composer(struct frontend *frontend)
{
    struct composer_config config = {.allocator = allocator_system(),
        .keymap = &frontend->keymap,
        .source = tui_mode_source(frontend)};

    frontend->history = input_history_create(allocator_system());
    if (frontend->history == NULL) {
        return false;
    }
    input_file_read(frontend->session, frontend->history);
    config.history = frontend->history;
    frontend->composer = composer_create(&config);
    return frontend->composer != NULL;
}

/* There is nothing that events could be shown in. */
static void give_up(struct frontend *frontend, int status, const char *reason)
{
    frontend->is_over = true;
    session_leave(frontend->session, status, reason);
}

static void tui_begin(struct frontend *frontend)
{
    struct session *session = frontend->session;

    if (!tui_mode_fill_keys(frontend)) {
        give_up(frontend, STATUS_CONFIG, "no such key");
        return;
    }
    if (!make_model(frontend) || !make_composer(frontend)) {
        talk_warn(&session->talk, "gossipchat: there is no memory for the screen");
        give_up(frontend, STATUS_INTERNAL, "no memory");
        return;
    }
    choose_theme(frontend);
    (void)uv_timer_start(&frontend->frame_timer, on_first_turn, 0, 0);
}

static void tui_dropped(struct frontend *frontend, uint64_t count)
{
    (void)frontend; /* nothing is written to stdout */
    (void)count;
}

static void tui_end(struct frontend *frontend, const char *reason)
{
    struct session *session = frontend->session;
    int failure;

    frontend->is_over = true;
    bytes_wipe(frontend->secret, sizeof(frontend->secret));
    external_editor_abandon(frontend->editor);
    frontend->editor = NULL;
    terminal_restore(frontend->terminal);
    session->talk.divert = NULL;
    failure = frontend->history == NULL ? 0 : input_file_write(session, frontend->history);
    if (failure != 0) {
        talk_warn(&session->talk, "! what was typed was not kept: %s", strerror(failure));
    }
    frontend_line.end(frontend->line, reason);
    (void)uv_timer_stop(&frontend->frame_timer);
    (void)uv_timer_stop(&frontend->wake_timer);
}

static struct frontend *tui_open(struct session *session)
{
    struct frontend *frontend = calloc(1, sizeof(*frontend));

    if (frontend == NULL) {
        return NULL;
    }
    frontend->session = session;
    frontend->line = frontend_line.open(session);
    if (frontend->line == NULL) {
        free(frontend);
        return NULL;
    }
    (void)uv_timer_init(&session->loop, &frontend->frame_timer);
    (void)uv_timer_init(&session->loop, &frontend->wake_timer);
    frontend->frame_timer.data = frontend;
    frontend->wake_timer.data = frontend;
    frontend->holds = 2;
    return frontend;
}

static void on_closed(uv_handle_t *handle)
{
    struct frontend *frontend = handle->data;

    if (--frontend->holds == 0) {
        free(frontend);
    }
}

static void tui_close(struct frontend *frontend)
{
    frontend->is_over = true;
    frontend->session->talk.divert = NULL;
    terminal_close(frontend->terminal);
    frontend_line.close(frontend->line);
    composer_destroy(frontend->composer);
    input_history_destroy(frontend->history);
    tui_model_destroy(frontend->model);
    uv_close((uv_handle_t *)&frontend->frame_timer, on_closed);
    uv_close((uv_handle_t *)&frontend->wake_timer, on_closed);
}

static void tui_alert(struct frontend *frontend, struct gossip_bytes bytes)
{
    if (frontend->terminal != NULL) {
        terminal_alert(frontend->terminal, bytes);
    }
}

static bool tui_is_watched(struct frontend *frontend, const struct gossip_event *event)
{
    return tui_model_is_watched(frontend->model, event);
}

const struct frontend_kind frontend_tui = {.name = "tui",
    .has_screen = true,
    .open = tui_open,
    .begin = tui_begin,
    .show = tui_show,
    .dropped = tui_dropped,
    .end = tui_end,
    .alert = tui_alert,
    .is_watched = tui_is_watched,
    .ask_secret = tui_mode_ask_secret,
    .close = tui_close};
