/*
 * The words that stand for numbers when two people compare keys: short, common,
 * no two alike in their first four letters, nor one letter from each other, nor
 * spoken alike. In alphabetical order, and never changed: both sides have the same.
 */
#ifndef IDENTITY_SAFETY_WORDS_H
#define IDENTITY_SAFETY_WORDS_H

#include "identity/safety.h"

extern const char *const safety_word_list[SAFETY_WORD_LIST_COUNT];

#endif
