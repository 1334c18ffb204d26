/*
 * One run of the program: the node, the front end, and what decides when it ends.
 *
 * Everything a front end reads or writes goes through here, so that line mode
 * and JSON mode follow the same rules about waiting, lingering and leaving.
 */
#ifndef APP_SESSION_H
#define APP_SESSION_H

#include <stdio.h>
#include <uv.h>

#include "app/options.h"
#include "app/profile.h"
#include "app/status.h"
#include "gossipchat/gossipchat.h"

#define SESSION_NICK_BYTES_MAX 128

struct frontend;
struct input;

struct session {
    uv_loop_t *loop;
    struct gossip_node *node;
    const struct options *options;
    struct profile profile;
    const char *nick;
    const char *rendezvous;
    FILE *log; /* what -v says; stderr or a file */
    struct frontend *frontend;
    struct input *input;

    uv_timer_t start_timer, wait_timer, linger_timer;
    uv_signal_t signals[4];
    size_t signal_count;

    char peer[64];        /* our peer id as text */
    uint32_t members;     /* others in the first room */
    uint64_t undelivered; /* own lines that no peer took yet */
    uint64_t in_flight;   /* commands that were not answered yet */
    bool is_started;      /* the first rooms are joined */
    bool is_input_over;
    bool is_leaving;
    bool is_done;
    int status;
};

/* Runs the program; returns its exit status. */
int session_run(const struct options *options);

/* Somebody joined or left the first room: input may begin. */
void session_members_changed(struct session *session, uint32_t members);

/* An own line was taken by the node, and later by a peer or given up. */
void session_line_said(struct session *session);
void session_line_settled(struct session *session);

/* The input ended. `had_bytes`: something was read from it before. */
void session_input_over(struct session *session, bool had_bytes);

/* Ends the run with `status`, politely. */
void session_leave(struct session *session, int status);

/* Whether more input should be read now: not before the people waited for are there, and not faster
 * than lines get out. */
bool session_wants_input(const struct session *session);

/* A line of diagnosis, if -v was given so often. */
void session_log(const struct session *session, uint32_t level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
