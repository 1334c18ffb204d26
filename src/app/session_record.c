#include "app/session_record.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/chat_log.h"
#include "base/bytes.h"

#define PATH_BYTES_MAX 4096

/* ---- the log ---------------------------------------------------------------------------- */

int session_record_start(struct session *session)
{
    const char *path = session->options->chat_log;

    if (path == NULL) {
        return STATUS_OK;
    }
    session->chat_log = chat_log_open(path, false);
    if (session->chat_log == NULL) {
        talk_warn(&session->talk, "gossipchat: cannot write %s: %s. Choose another --chat-log.",
            path, strerror(errno));
        return STATUS_CONFIG;
    }
    return STATUS_OK;
}

/* A log that cannot be written any more is given up, and people are told; the chat goes on. */
static void give_up(struct session *session)
{
    talk_warn(&session->talk, "! the chat log cannot be written any more: %s. /log on tries again.",
        strerror(errno));
    (void)chat_log_close(session->chat_log);
    session->chat_log = NULL;
}

void session_record_reopen(struct session *session)
{
    struct chat_log *before = session->chat_log;

    if (before == NULL) {
        return;
    }
    session->chat_log = NULL;
    if (session_record_start(session) == STATUS_OK) {
        (void)chat_log_close(before);
    } else {
        session->chat_log = before;
    }
}

void session_record_switch(
    struct session *session, struct gossip_bytes arguments, const struct reply *reply)
{
    const char *path = session->options->chat_log;

    if (bytes_equal(arguments, BYTES_OF("on"))) {
        if (path == NULL) {
            reply_complain(reply, "which file? /set chat_log FILE, then /log on");
            return;
        }
        if (session->chat_log == NULL && session_record_start(session) != STATUS_OK) {
            return;
        }
    } else if (bytes_equal(arguments, BYTES_OF("off"))) {
        (void)chat_log_close(session->chat_log);
        session->chat_log = NULL;
    } else if (arguments.size > 0) {
        reply_complain(reply, "usage: /log [on|off]    example: /log on");
        return;
    }
    if (session->chat_log != NULL) {
        reply_say(reply, "what is said is written to %s", path);
    } else {
        reply_say(reply, "nothing is logged");
    }
}

/* ---- exports ---------------------------------------------------------------------------- */

void session_record_export(struct session *session, struct gossip_bytes room,
    struct gossip_bytes arguments, const struct reply *reply)
{
    struct gossip_command command = {.kind = GOSSIP_COMMAND_HISTORY, .room = room};
    char path[PATH_BYTES_MAX];

    if (session->export_file != NULL) {
        reply_complain(reply, "another export is not finished yet");
        return;
    }
    if (arguments.size >= sizeof(path)) {
        reply_complain(reply, "the name of the file is too long");
        return;
    }
    (void)snprintf(path, sizeof(path), "%.*s", TALK_BYTES(arguments));
    session->export_file = chat_log_open(path, true);
    if (session->export_file == NULL) {
        reply_complain(reply, "cannot write %s: %s", path, strerror(errno));
        return;
    }
    session->export_reply = *reply;
    session_number(session, &command);
    session->export_number = command.number;
    session_command(session, &command);
}

static void finish_export(struct session *session, const struct gossip_event *event)
{
    struct reply reply = session->export_reply;
    unsigned long long count = (unsigned long long)chat_log_count(session->export_file);
    bool is_good = chat_log_close(session->export_file) && !session->has_export_failed;

    session->export_file = NULL;
    session->export_number = 0;
    session->has_export_failed = false;
    if (event->kind == GOSSIP_EVENT_FAILED) {
        reply_complain(&reply, "%.*s", TALK_BYTES(event->text));
    } else if (!is_good) {
        reply_complain(&reply, "not everything could be written: is the disk full?");
    } else {
        reply_say(&reply, "%llu message%s written", count, count == 1 ? " was" : "s were");
    }
}

static bool is_export(const struct session *session, const struct gossip_event *event)
{
    return session->export_number != 0 && event->number == session->export_number;
}

bool session_record_event(struct session *session, const struct gossip_event *event)
{
    if (is_export(session, event)) {
        if (event->kind == GOSSIP_EVENT_DONE || event->kind == GOSSIP_EVENT_FAILED) {
            finish_export(session, event);
        } else if (!chat_log_write(session->export_file, event)) {
            session->has_export_failed = true;
        }
        return true;
    }
    if (event->number == 0 && !event->history && !chat_log_write(session->chat_log, event)) {
        give_up(session);
    }
    return false;
}

void session_record_end(struct session *session)
{
    (void)chat_log_close(session->chat_log);
    (void)chat_log_close(session->export_file);
    session->chat_log = NULL;
    session->export_file = NULL;
}
