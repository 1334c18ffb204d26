/*
 * The exchange of missed lines, /gossipchat/history/1.0.0, as plain structs. See
 * proto/history.proto for who sends what and when.
 *
 * Runs and lines are read one after the other, where they lie: a message is checked as a whole
 * first, so that reading them cannot fail.
 */
#ifndef WIRE_HISTORY_MESSAGE_H
#define WIRE_HISTORY_MESSAGE_H

#include "gossipchat/error.h"
#include "gossipchat/types.h"
#include "wire/decode.h"

#define WIRE_HISTORY_TOPIC_BYTES_MAX 256
#define WIRE_HISTORY_RUNS_MAX 1000
/* A run with its field's header; the largest question. */
#define WIRE_HISTORY_RUN_BYTES_MAX 32
#define WIRE_HISTORY_QUESTION_BYTES_MAX                                                            \
    (WIRE_HISTORY_RUNS_MAX * WIRE_HISTORY_RUN_BYTES_MAX + WIRE_HISTORY_TOPIC_BYTES_MAX + 64)

/* The largest line, a whole signed message, and the largest answer: there is room for one of these. */
#define WIRE_HISTORY_LINE_BYTES_MAX (24u * 1024u)
#define WIRE_HISTORY_ANSWER_BYTES_MAX (32u * 1024u)
#define WIRE_HISTORY_LINES_MAX 256 /* in one answer */

enum wire_history_status {
    WIRE_HISTORY_CONTINUED = 0, /* another answer follows */
    WIRE_HISTORY_OK = 1,
    WIRE_HISTORY_MORE = 2,
    WIRE_HISTORY_BUSY = 3,
    WIRE_HISTORY_NOT_FOLLOWED = 4
};

struct wire_history_run {
    uint64_t author; /* the last 8 bytes of the peer id, most significant first */
    uint64_t session;
    uint64_t first;
    uint64_t count; /* not 0; first + count does not overflow */
};

struct wire_history_question {
    struct gossip_bytes topic; /* not empty */
    uint32_t lines_max, bytes_max;
    uint64_t age_max_ms;
    uint64_t order_min;
    struct gossip_bytes encoded; /* what runs are read from */
    uint32_t run_count;
};

struct wire_history_answer {
    enum wire_history_status status; /* one that is unknown is read as BUSY */
    struct gossip_bytes encoded;     /* what lines are read from */
    uint32_t line_count;
};

/*
 * Reads a question and checks each of its runs; the views lie inside `encoded`.
 * Fails with GOSSIP_ERROR_PEER_TOO_LARGE above a bound, and _PEER_MALFORMED;
 * `question` is zeroed then. What is missing is 0: nothing is wanted.
 */
GOSSIP_MUST_USE enum gossip_error wire_history_question_decode(
    struct gossip_bytes encoded, struct wire_history_question *question);

/* The runs of a decoded question, one after the other. */
struct wire_reader wire_history_runs(const struct wire_history_question *question);

/* The next run; false after the last. */
bool wire_history_run_next(struct wire_reader *reader, struct wire_history_run *run);

/*
 * Puts a question at the front of `room`, without runs: these are put behind it, each by the function
 * below. `room` holds WIRE_HISTORY_QUESTION_BYTES_MAX for the whole.
 */
void wire_history_put_question(
    struct gossip_room *room, const struct wire_history_question *question);

/* Puts one run more. */
void wire_history_put_run(struct gossip_room *room, const struct wire_history_run *run);

/*
 * Reads an answer; the views lie inside `encoded`. Fails with GOSSIP_ERROR_PEER_TOO_LARGE above a
 * bound, and _PEER_MALFORMED, also for an empty line; `answer` is zeroed then.
 */
GOSSIP_MUST_USE enum gossip_error wire_history_answer_decode(
    struct gossip_bytes encoded, struct wire_history_answer *answer);

/* The lines of a decoded answer, one after the other. */
struct wire_reader wire_history_lines(const struct wire_history_answer *answer);

/* The next line; false after the last. */
bool wire_history_line_next(struct wire_reader *reader, struct gossip_bytes *line);

/* Puts a line at the front of an answer; false, and nothing put, if there is no room. */
bool wire_history_put_line(struct gossip_room *room, struct gossip_bytes line);

/* What the status takes at the end of an answer: the caller keeps it free. */
#define WIRE_HISTORY_STATUS_BYTES 2

/* Puts the status behind the lines of an answer. */
void wire_history_put_status(struct gossip_room *room, enum wire_history_status status);

#endif
