/*
 * One run of the program: the node, the front end, and what decides when it ends.
 *
 * Everything a front end reads or writes goes through here, so that line mode
 * and JSON mode follow the same rules about waiting, lingering and leaving:
 *
 *     RUNNING -> LINGERING (the input is over, but not everything is out)
 *             -> LEAVING (told to end: what is on its way may still go out)
 *             -> CLOSING (the node says goodbye) -> DRAINING (stdout too) -> loop ends
 *
 * Events only leave notes; what follows from them is done once in every turn of the
 * loop, when nothing of the node is running.
 */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include <stdio.h>
#include <uv.h>

#include "app/notify.h"
#include "app/options.h"
#include "app/passphrase.h"
#include "app/profile.h"
#include "app/reply.h"
#include "app/status.h"
#include "app/talk.h"
#include "gossipchat/gossipchat.h"

#define SESSION_NICK_BYTES_MAX 128
#define SESSION_ROOM_BYTES_MAX 160
/* One that is too long to be one still shows that. */
#define SESSION_RENDEZVOUS_BYTES_MAX 128
/* Commands of notify_command that run at a time. */
#define SESSION_NOTIFY_PROCESSES_MAX 4
#define SESSION_SIGNALS_MAX 4

/* Commands that may be on their way, half of what the node takes, and own lines that may wait to be
 * taken by a peer. */
#define SESSION_UNANSWERED_MAX 32
#define SESSION_UNDELIVERED_MAX 8192

struct frontend;
struct frontend_kind;
struct input;
struct session_doctor;
struct chat_log;

enum session_stage {
    SESSION_STARTING,
    SESSION_RUNNING,
    SESSION_LINGERING,
    SESSION_LEAVING,
    SESSION_CLOSING,
    SESSION_DRAINING,
    SESSION_ENDED
};

/* See session_waiting.h. */
struct session_waiting {
    bool is_kept; /* in the file of the history, until the next start */
    bool is_told; /* what there is to say of it */
    bool is_for_several;
    char whom[SESSION_ROOM_BYTES_MAX + 16]; /* a name, or a room; empty: it is not known */
};

struct session {
    uv_loop_t loop;
    struct gossip_node *node;
    struct options settings;       /* as they are now: /set and /reload change them */
    const struct options *options; /* the same, for reading */
    struct config *first_config;   /* the settings' configuration at the start, which is not ours */
    struct profile profile;
    char nick[SESSION_NICK_BYTES_MAX];
    char files_dir[PROFILE_PATH_BYTES_MAX]; /* empty: nowhere */
    char rendezvous[SESSION_RENDEZVOUS_BYTES_MAX];
    FILE *log; /* what -v says, if not on stderr */
    const struct frontend_kind *kind;
    struct frontend *frontend;
    struct input *input;
    struct output *output;        /* stdout */
    struct talk talk;             /* stderr */
    struct passphrase passphrase; /* of the first room, until it is joined */
    struct gossip_bytes text;     /* the one thing to say, of `gossipchat send` */

    uv_prepare_t turn;
    uv_timer_t wait_timer, leave_timer;
    uv_signal_t signals[SESSION_SIGNALS_MAX];
    size_t signal_count;

    struct notify notify;
    enum notify_method notify_method;
    uv_process_t notify_processes[SESSION_NOTIFY_PROCESSES_MAX];
    bool is_notify_running[SESSION_NOTIFY_PROCESSES_MAX];

    struct chat_log *chat_log;    /* NULL: none is kept */
    struct chat_log *export_file; /* of /export, while it is written */
    uint64_t export_number;       /* of its command */
    struct reply export_reply;
    bool has_export_failed;

    char *remembered; /* addresses that were kept: some of `settings` lie here */

    uint64_t started_at;           /* ns of the loop's clock */
    struct session_doctor *doctor; /* at work; NULL: none */
    unsigned diagnoses;            /* how often the node has said that nobody is there */

    enum session_stage stage;
    int status;
    const char *reason; /* for leaving; static */
    bool is_input_over;
    bool is_wiped;   /* the profile is deleted at the end */
    bool is_entered; /* the first room was joined, and the others follow */

    /* What a question for a secret is about; NULL: none is asked. */
    void (*on_secret)(struct session *session, struct gossip_bytes secret);
    char secret_room[SESSION_ROOM_BYTES_MAX];
    bool secret_leaves_first;

    char peer[64];                           /* our peer id as text */
    char first_room[SESSION_ROOM_BYTES_MAX]; /* as the node calls it; empty until joined */
    uint32_t members;                        /* others in the first room */
    uint32_t peers;                          /* connected */
    bool had_company;                        /* as many as --wait-peers says were there */
    bool is_ready_told;                      /* and the front end knows */
    uint64_t number;                         /* of the last command */
    uint64_t unanswered;                     /* commands */
    struct session_waiting waiting;
    uint64_t undelivered; /* own lines that no peer has taken */
    uint64_t progress;    /* what was out when lingering was considered last */
};

/* Runs the program with the front end that the options ask for; returns its exit status. */
int session_run(const struct options *options);

/* As that, with a certain front end; `text` is borrowed for the run. */
int session_run_as(
    const struct options *options, const struct frontend_kind *kind, struct gossip_bytes text);

/*
 * Hands a command to the node, under a number that session_numbered has given it or,
 * if it has none, a new one. Only failures of number 0 are told, and those end the
 * start.
 */
void session_command(struct session *session, struct gossip_command *command);
void session_number(struct session *session, struct gossip_command *command);

/* What kind of command a number was given to. */
enum gossip_command_kind session_kind_of(uint64_t number);

/*
 * Writes a line, or several that belong together, with their ends, to stdout. False if
 * they were dropped, because nobody reads.
 */
bool session_write(struct session *session, struct gossip_bytes lines);

/* Nothing more will be said: the run ends as at the end of input, when all is out. */
void session_say_no_more(struct session *session);

/*
 * Asks the person for a secret; `question` is shown. `on_secret` gets it once, or
 * nothing if it was not given. False if the front end cannot ask, or asks already.
 */
bool session_ask_secret(struct session *session, const char *question,
    void (*on_secret)(struct session *session, struct gossip_bytes secret));

/* The front end has the answer to the last question; empty if there is none. It wipes its own copy. */
void session_answer_secret(struct session *session, struct gossip_bytes secret);

/* Ends the run with `status`, politely. `reason` is static: "quit", "end of input". */
void session_leave(struct session *session, int status, const char *reason);

/* A line of diagnosis, if -v was given so often. */
void session_log(const struct session *session, uint32_t level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
