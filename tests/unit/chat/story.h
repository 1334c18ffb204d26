/*
 * What one chat tells its front end, as short lines to be compared with what was expected:
 *
 *     joined #main              left #main               done 3 (text)
 *     failed 3: text | hint     +Bob #main (2)           -Bob #main (1) bye
 *     Bob is Bert #main         <Bob> text               * Bob text
 *     #3 queued                 #3 sent to 2             #3 failed: reason
 *     known Bob (Bob) called Rob confirmed as Bob verified ignored in #main
 *     ! text | hint             room #main (2)           person Bob #main (2)
 *
 * Rooms that only some can read end with sealed, and with how many messages were unreadable.
 * Lines of people end with what is special about them: own, mention, history, foreign.
 */
#ifndef TESTS_UNIT_CHAT_STORY_H
#define TESTS_UNIT_CHAT_STORY_H

#include "chat/chat.h"
#include "gossipchat/event.h"

/* Fields are private to story.c; `size` may be set to 0. */
struct story {
    char *text;
    size_t size;
};

/* Nothing was told yet. */
void story_init(struct story *story);

/* Frees it. */
void story_deinit(struct story *story);

/* Adds an event. */
void story_tell(struct story *story, const struct gossip_event *event);

/* Adds that a file is to be offered: offer 3: path to 2 in "main" */
void story_offer(struct story *story, const struct chat_request *request);

/* What was told since the last call; valid until the test ends. */
const char *story_take(struct story *story);

#endif
