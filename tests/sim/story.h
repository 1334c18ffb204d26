/*
 * What happens in a small network, in words: one line for each thing a node says or learns.
 */
#ifndef TESTS_SIM_STORY_H
#define TESTS_SIM_STORY_H

#include "sim/network.h"

struct story;

/* Watches `network` until it is destroyed; the story then ends, too. */
struct story *story_begin(struct network *network);

/* From now on nothing is told, or everything again. */
void story_mute(struct story *story, bool is_mute);

/* The story so far, zero-terminated; borrowed until something more happens. */
const char *story_text(const struct story *story);

#endif
