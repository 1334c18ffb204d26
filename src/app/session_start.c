#include "app/session_start.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/frontend.h"
#include "app/line_format.h"
#include "app/remembered.h"
#include "app/session_notify.h"
#include "app/session_record.h"
#include "app/trace_log.h"

#define LOGIN_NAME_BYTES_MAX 24
#define GUEST_BYTES 2

static int check_format(const struct session *session)
{
    const char *format = session->options->format;

    if (format == NULL || line_format_check(format)) {
        return STATUS_OK;
    }
    talk_warn(&session->talk,
        "gossipchat: --format \"%s\": after %% comes one of d, t, r, n, m or %%", format);
    return STATUS_USAGE;
}

/* Logs are for their owner alone. */
static int open_log(struct session *session)
{
    const char *path = session->options->log_file;
    int file;

    if (path == NULL) {
        return STATUS_OK;
    }
    file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0600);
    session->log = file < 0 ? NULL : fdopen(file, "a");
    if (session->log == NULL) {
        talk_warn(&session->talk, "gossipchat: cannot write %s: %s. Choose another --log-file.",
            path, strerror(errno));
        return STATUS_CONFIG;
    }
    return STATUS_OK;
}

void session_start_reopen_log(struct session *session)
{
    FILE *before = session->log;

    if (before == NULL) {
        return;
    }
    if (open_log(session) == STATUS_OK) {
        (void)fclose(before);
    } else {
        session->log = before;
    }
}

static int open_profile(struct session *session)
{
    const struct options *options = session->options;
    struct profile *profile = &session->profile;
    int status;

    if (options->ephemeral) {
        profile_none(profile);
        return STATUS_OK;
    }
    status = options->identity != NULL ? profile_open_file(profile, options->identity)
                                       : profile_open(profile, options->data_dir, options->profile);
    if (status != STATUS_OK) {
        talk_warn(&session->talk, "gossipchat: %s", profile->line);
    } else if (profile->line[0] != '\0') {
        talk_say(&session->talk, "%s", profile->line);
    }
    return status;
}

/* The login name if it can be a nick, else a guest. */
static void choose_nick(struct session *session)
{
    const char *nick = session->options->nick;
    const struct passwd *user = nick == NULL ? getpwuid(geteuid()) : NULL;
    uint8_t random[GUEST_BYTES] = {0};

    if (user != NULL && user->pw_name[0] != '\0' && strlen(user->pw_name) <= LOGIN_NAME_BYTES_MAX) {
        nick = user->pw_name;
    }
    if (nick != NULL) {
        (void)snprintf(session->nick, sizeof(session->nick), "%s", nick);
        return;
    }
    (void)uv_random(NULL, NULL, random, sizeof(random), 0, NULL);
    (void)snprintf(session->nick, sizeof(session->nick), "guest-%02x%02x", random[0], random[1]);
}

/* As gossip_node_create documents its errors. */
static int status_of(enum gossip_error error)
{
    switch (gossip_error_blame(error)) {
    case GOSSIP_BLAME_NETWORK:
        if (error == GOSSIP_ERROR_PERMISSION) {
            return STATUS_IDENTITY;
        }
        return error == GOSSIP_ERROR_IO ? STATUS_DATA : STATUS_NETWORK;
    case GOSSIP_BLAME_CALLER:
        return error == GOSSIP_ERROR_UNSUPPORTED ? STATUS_IDENTITY : STATUS_USAGE;
    case GOSSIP_BLAME_US:
        return error == GOSSIP_ERROR_LIMIT ? STATUS_USAGE : STATUS_INTERNAL;
    case GOSSIP_BLAME_NOBODY:
    case GOSSIP_BLAME_PEER:
        break;
    }
    return STATUS_INTERNAL;
}

/* Whoever reads messages from a pipe wants the new ones; a person wants to know what it was about. */
static void configure_history(struct session *session, struct gossip_node_config *config)
{
    const struct options *options = session->options;

    if (!options->ephemeral && !options->no_history) {
        config->history_file = session->profile.history_file;
        session->waiting.is_kept = true;
    }
    config->is_history_durable = options->durable;
    if (options->history_lines.is_given) {
        config->history_lines = options->history_lines.value;
    } else if (session->kind == &frontend_line && !isatty(STDOUT_FILENO)) {
        config->history_lines = 0;
    }
}

/* Where the desktop says that downloads go, or where they usually do. */
static void choose_files_dir(struct session *session)
{
    const char *chosen = session->options->files_dir;
    const char *downloads = getenv("XDG_DOWNLOAD_DIR");
    const char *home = getenv("HOME");
    int length = 0;

    if (chosen != NULL) {
        length = snprintf(session->files_dir, sizeof(session->files_dir), "%s", chosen);
    } else if (downloads != NULL && downloads[0] == '/') {
        length =
            snprintf(session->files_dir, sizeof(session->files_dir), "%s/gossipchat", downloads);
    } else if (home != NULL && home[0] == '/') {
        length = snprintf(
            session->files_dir, sizeof(session->files_dir), "%s/Downloads/gossipchat", home);
    }
    if (length <= 0 || (size_t)length >= sizeof(session->files_dir)) {
        session->files_dir[0] = '\0';
    }
}

static void configure(
    struct session *session, struct gossip_node_config *config, struct gossip_limits *limits)
{
    const struct options *options = session->options;

    gossip_node_config_default(config);
    config->identity_file = options->ephemeral ? NULL : session->profile.identity_file;
    configure_history(session, config);
    config->network_key_file = options->swarm_key;
    config->listen_addresses = options->listen.items;
    config->listen_address_count = options->listen.count;
    config->is_listening = !options->no_listen;
    if (options->port.is_given) {
        config->port = (uint16_t)options->port.value;
        config->port_attempts = 1;
    }
    config->peer_addresses = options->peers.items;
    config->peer_address_count = options->peers.count;
    config->announce_addresses = options->announce.items;
    config->announce_address_count = options->announce.count;
    config->rendezvous = session->rendezvous;
    config->has_mdns = !options->no_mdns;
    config->has_public_mdns = options->mdns_public;
    config->has_sync = !options->no_sync;
    config->sync_lines = options->sync_lines.value;
    config->sync_hours = options->sync_hours.value;
    config->interfaces = options->interfaces.items;
    config->interface_count = options->interfaces.count;
    config->nick = session->nick;
    config->files_dir = session->files_dir[0] != '\0' ? session->files_dir : NULL;
    if (options->file_limit.is_given) {
        config->file_bytes_max = (uint64_t)options->file_limit.value << 20;
    }
    if (options->max_peers.is_given) {
        gossip_limits_default(limits);
        limits->peers_max = options->max_peers.value;
        if (limits->book_peers_max < limits->peers_max) {
            limits->book_peers_max = limits->peers_max;
        }
        config->limits = limits;
    }
}

/* What was kept before, and what is to be kept from now on. */
static void remember(struct session *session)
{
    const char *identity = session->profile.identity_file;
    struct options_list *peers = &session->settings.peers;

    if (session->options->ephemeral || *identity == '\0') {
        return;
    }
    session->remembered = malloc(REMEMBERED_BYTES_MAX);
    if (session->remembered == NULL) {
        return;
    }
    remembered_load(identity, session->remembered, peers);
    if (session->options->remember && !remembered_save(identity, peers)) {
        talk_warn(&session->talk, "gossipchat: the addresses cannot be kept beside %s: %s",
            identity, strerror(errno));
    }
}

static int create_node(struct session *session, struct gossip_node_handler handler)
{
    struct gossip_node_config config;
    struct gossip_limits limits;
    enum gossip_error error;

    configure(session, &config, &limits);
    config.handler = handler;
    config.trace = trace_log(session);
    error = gossip_node_create(&config, &session->loop, &session->node);
    if (error != GOSSIP_OK) {
        talk_warn(&session->talk, "gossipchat: %s", gossip_node_failure());
        return status_of(error);
    }
    (void)gossip_peer_id_print(gossip_node_id(session->node), session->peer, sizeof(session->peer));
    return STATUS_OK;
}

int session_start(struct session *session, struct gossip_node_handler handler)
{
    int status = check_format(session);

    profile_none(&session->profile);
    choose_nick(session);
    choose_files_dir(session);
    if (status == STATUS_OK) {
        status = open_log(session);
    }
    if (status == STATUS_OK && !session_notify_start(session)) {
        status = STATUS_CONFIG;
    }
    if (status == STATUS_OK) {
        status = session_record_start(session);
    }
    if (status == STATUS_OK) {
        status = open_profile(session);
    }
    if (status == STATUS_OK) {
        remember(session);
        status = create_node(session, handler);
    }
    return status;
}

void session_start_undo(struct session *session)
{
    free(session->remembered);
    profile_close(&session->profile);
    if (session->log != NULL) {
        (void)fclose(session->log);
    }
}
