/* The words that stand for enums in JSON; within version 1 of the schema none of them changes. */
#ifndef WEB_EVENT_WORDS_H
#define WEB_EVENT_WORDS_H

#include "gossipchat/event.h"

/* How a peer was found, in the field `via`. Static. */
const char *event_word_of_via(enum gossip_via via);

/* What a notice is about, in the field `code`. Static. */
const char *event_word_of_notice(enum gossip_notice notice);

/* How far a line came, in the field `state`. Static. */
const char *event_word_of_delivery(enum gossip_delivery delivery);

#endif
