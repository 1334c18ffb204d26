#include "app/session_settings.h"

#include <stdio.h>
#include <string.h>

#include "app/line_format.h"
#include "app/session_notify.h"
#include "app/session_record.h"
#include "app/settings.h"
#include "app/slash.h"
#include "base/bytes.h"

/* ---- what takes effect at once ---------------------------------------------------------- */

static bool takes_effect_now(size_t index)
{
    return index == OPTION_nick || index == OPTION_format || index == OPTION_notify ||
           index == OPTION_notify_method || index == OPTION_notify_command ||
           index == OPTION_no_notify_content || index == OPTION_chat_log;
}

static void rename_self(struct session *session, const char *nick)
{
    struct gossip_command command = {.kind = GOSSIP_COMMAND_RENAME, .text = bytes_of_text(nick)};

    session_command(session, &command);
}

void session_settings_note_nick(struct session *session, struct gossip_bytes nick)
{
    const char *setting = session->options->nick;
    char complaint[OPTION_COMPLAINT_BYTES_MAX];

    (void)snprintf(session->nick, sizeof(session->nick), "%.*s", TALK_BYTES(nick));
    if (setting != NULL && strcmp(setting, session->nick) == 0) {
        return;
    }
    (void)settings_change(&session->settings, OPTION_nick, session->nick, complaint);
}

/* ---- /set ------------------------------------------------------------------------------- */

static void say_line(void *context, const char *line)
{
    reply_say(context, "%s", line);
}

static void complain_line(void *context, const char *line)
{
    reply_complain(context, "%s", line);
}

static void describe(const struct session *session, size_t index, const struct reply *reply)
{
    struct reply copy = *reply;
    struct config_report report = {.context = &copy, .say = say_line};

    settings_describe(session->options, index, &report);
}

static void describe_all(const struct session *session, const struct reply *reply)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        describe(session, i, reply);
    }
}

static bool is_good(size_t index, const char *value, const struct reply *reply)
{
    if (index == OPTION_format && !line_format_check(value)) {
        reply_complain(reply, "format: after %% comes one of d, t, r, n, m or %%");
        return false;
    }
    return session_notify_check(index, value, reply);
}

/* What was copied from the settings is copied again. */
static void refresh(struct session *session, size_t index)
{
    session_notify_refresh(session);
    if (index == OPTION_chat_log) {
        session_record_reopen(session);
    }
}

static void change(
    struct session *session, size_t index, const char *value, const struct reply *reply)
{
    char complaint[OPTION_COMPLAINT_BYTES_MAX];

    if (index == OPTION_nick) {
        rename_self(session, value); /* the node knows what a nick is, and who has it */
        return;
    }
    if (!is_good(index, value, reply)) {
        return;
    }
    if (!settings_change(&session->settings, index, value, complaint)) {
        reply_complain(reply, "%s", complaint);
        return;
    }
    refresh(session, index);
    describe(session, index, reply);
    reply_say(reply, "%s",
        takes_effect_now(index) ? "/save keeps it for the next start"
                                : "takes effect at the next start, if you /save it");
}

void session_settings_set(
    struct session *session, struct gossip_bytes arguments, const struct reply *reply)
{
    struct gossip_bytes word = slash_take_word(&arguments);
    char key[OPTION_KEY_BYTES_MAX];
    char value[SETTINGS_VALUE_BYTES_MAX];
    bool is_negated;
    const char *nearest;
    size_t index;

    if (word.size == 0) {
        describe_all(session, reply);
        return;
    }
    (void)snprintf(key, sizeof(key), "%.*s", TALK_BYTES(word));
    index = settings_find(key, &is_negated);
    if (index == OPTION_COUNT) {
        nearest = settings_nearest(key);
        reply_complain(reply, "there is no setting %s%s%s%s", key,
            nearest != NULL ? ". Did you mean " : ". /set lists all.",
            nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
    } else if (arguments.size == 0) {
        describe(session, index, reply);
    } else if (arguments.size >= sizeof(value)) {
        reply_complain(reply, "%s: the value is too long", key);
    } else {
        (void)snprintf(value, sizeof(value), "%.*s", TALK_BYTES(arguments));
        change(session, index, value, reply);
    }
}

/* ---- /save and /reload ------------------------------------------------------------------ */

void session_settings_save(struct session *session, const struct reply *reply)
{
    char line[SETTINGS_LINE_BYTES_MAX];

    if (settings_save(&session->settings, line)) {
        reply_say(reply, "%s", line);
    } else {
        reply_complain(reply, "%s", line);
    }
}

static void forget_config(const struct session *session, struct config *config)
{
    if (config != session->first_config) {
        config_destroy(config);
    }
}

void session_settings_reload(struct session *session, const struct reply *reply)
{
    struct reply copy = *reply;
    struct config_report report = {.context = &copy, .say = complain_line};
    struct config *before = session->settings.config;
    bool has_changed[OPTION_COUNT] = {false};
    size_t count = 0;

    if (!settings_reload(&session->settings, &report, has_changed)) {
        reply_complain(reply, "the settings stay as they were");
        return;
    }
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (!has_changed[i]) {
            continue;
        }
        count++;
        refresh(session, i);
        describe(session, i, reply);
        if (i == OPTION_nick && session->options->nick != NULL) {
            rename_self(session, session->options->nick);
        } else if (!takes_effect_now(i)) {
            reply_say(reply, "    takes effect at the next start");
        }
    }
    forget_config(session, before);
    reply_say(
        reply, count > 0 ? "settings were read again" : "settings were read again: no change");
}

void session_settings_deinit(struct session *session)
{
    forget_config(session, session->settings.config);
}
