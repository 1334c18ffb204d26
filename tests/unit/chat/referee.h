/*
 * Watches what one chat tells, event by event, and fails the test when it cannot be true.
 */
#ifndef TESTS_UNIT_CHAT_REFEREE_H
#define TESTS_UNIT_CHAT_REFEREE_H

#include "gossipchat/event.h"
#include "gossipchat/types.h"

/* Texts, each once. */
struct text_set {
    char **texts;
    size_t count, allocated;
};

/* Somebody told to be in a room, and how he is shown. */
struct presence;

/* Fields are private to referee.c. */
struct referee {
    struct text_set open;    /* numbers of commands without an answer */
    struct text_set rooms;   /* we are in */
    struct text_set lines;   /* room and id of every line */
    struct text_set pending; /* ids of our lines that are neither sent nor failed */
    struct text_set queued;  /* of those, told to be queued */
    struct presence *present;
    size_t present_count, present_allocated;
    uint64_t judged; /* events */
};

/* Nothing was told yet. */
void referee_init(struct referee *referee);

/* Frees what it remembers. */
void referee_deinit(struct referee *referee);

/* A command with this number was given. */
void referee_expect(struct referee *referee, uint64_t number);

/* Somebody else than the chat answers the command. */
void referee_answered(struct referee *referee, uint64_t number);

/* What is told must be clean, and follow from what was told before. */
void referee_judge(struct referee *referee, const struct gossip_event *event);

/* At the end every command has its answer. */
void referee_finish(const struct referee *referee);

#endif
