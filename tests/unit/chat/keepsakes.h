/* What a node of a world keeps for its chat: people who are remembered when it starts again. */
#ifndef TESTS_UNIT_CHAT_KEEPSAKES_H
#define TESTS_UNIT_CHAT_KEEPSAKES_H

#include "chat/chat.h"

#define KEEPSAKES_MAX 64
#define KEEPSAKES_TEXT_BYTES 100

/* Starts as all zero. Of more than KEEPSAKES_MAX the later ones are lost. */
struct keepsakes {
    struct {
        struct chat_known known;
        char texts[3][KEEPSAKES_TEXT_BYTES];
    } items[KEEPSAKES_MAX];
    size_t count;
};

/* Keeps it, in the place of what was kept of the same person. */
void keepsakes_put(struct keepsakes *keepsakes, const struct chat_known *known);

/* Tells a new chat of everybody. */
void keepsakes_tell(const struct keepsakes *keepsakes, struct chat *chat);

#endif
