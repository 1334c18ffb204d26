/*
 * Up to five chats in one room of the test: who is connected to whom, who hears what and when is
 * the test's to say, and what each of them tells its front end is a story of short lines:
 *
 *     world_begin(2);
 *     join(ANN, "main"), join(BOB, "main");
 *     say(ANN, "hello");
 *     meet(ANN, BOB);
 *     expect_text(story(BOB), "joined #main\n" "done 1\n" "+Ann #main (2)\n" "<Ann> hello\n");
 *
 * All the time it is checked that what is shown is clean, that every command is answered once, that
 * people come and go in turn, that no two are shown with one name, and that no line is told twice.
 */
#ifndef TESTS_UNIT_CHAT_WORLD_H
#define TESTS_UNIT_CHAT_WORLD_H

#include "chat/chat.h"
#include "support/test.h"
#include "support/test_allocator.h"
#include "wire/chat_frame.h"

enum who { ANN, BOB, CARL, DORA, EVE, WORLD_SIZE_MAX };

/* The rendezvous of everybody, and the topic of "main" there. */
#define WORLD_RENDEZVOUS "tea"
#define WORLD_MAIN "/gossipchat/1/tea/main"

/* Date of the beginning: 2025-11-20 13:30:00 UTC. */
#define WORLD_DATE_MS INT64_C(1763645400000)

struct world {
    struct test_allocator memory;
    struct gossip_limits limits; /* may be changed between world_prepare and world_begin */
    uint64_t now_us;
    int64_t date_ms;
    bool is_held;           /* messages wait until they are delivered by hand */
    bool is_slow_to_derive; /* no passphrase becomes a key */
    bool is_answering;      /* nodes tell authors that their lines were shown */
    bool is_fuzzed;         /* stories are not kept, and dates not looked at */
    bool is_starving;       /* the n-th request for memory fails: not every event can be expected */
};

extern struct world world;

/* Default limits; world_begin does it too if it was not done. */
void world_prepare(void);

/* Makes so many chats: Ann, Bob, ... in no room, without connections. */
void world_begin(size_t count);

/* One more chat, or one that starts again, with this nick and rendezvous. */
void world_start(enum who who, const char *nick, const char *rendezvous);

/* It is gone from one moment to the next; its connections break. */
void world_kill(enum who who);

/* Frees everything; fails the test if memory was lost or a command was not answered. */
void world_end(void);

struct chat *chat_of(enum who who);
const struct gossip_peer_id *id_of(enum who who);

/* The time of the world, as its chats are told. */
struct chat_time world_time(void);

/* Everything that follows from what happened, in order. Whatever is declared below ends with it. */
void world_settle(void);

/* A peer id like that of an Ed25519 key, another one for every number. */
struct gossip_peer_id world_make_id(unsigned number);

/* ---- what people do ------------------------------------------------------------------------ */

/* Each is a command with the next number of its chat, from 1 on, and is drained. */
void command(enum who who, const struct gossip_command *command);
void join(enum who who, const char *room);
void join_privately(enum who who, const char *room, const char *passphrase);
/* WHOIS, VERIFY, PETNAME, IGNORE, UNIGNORE. */
void about(enum who who, enum gossip_command_kind kind, const char *to, const char *text);
void leave(enum who who, const char *room, const char *reason);
void say(enum who who, const char *text); /* in #main */
void say_in(enum who who, const char *room, const char *text);
void act(enum who who, const char *text);
void rename_to(enum who who, const char *nick);
void simple(enum who who, enum gossip_command_kind kind, const char *room, const char *text);

/* Leaves everything politely. The chat stays until world_end. */
void close_chat(enum who who, const char *reason);

/* ---- what the network does ----------------------------------------------------------------- */

void meet(enum who one, enum who other);
void part(enum who one, enum who other);

/* Whether they are connected. */
bool is_connected(enum who one, enum who other);

/* Time goes on; what is due happens. */
void pass_ms(uint64_t ms);

/* The node of `who` takes no publications, until it does again. */
void block(enum who who, bool is_blocked);

/* The node of `who` claims that nobody takes what is published. */
void deafen(enum who who, bool is_deaf);

/* Whether the node of `who` was asked to follow `topic`, by the last word. */
bool follows(enum who who, const char *topic);

/* How many requests of this kind `who` made. */
size_t asked_count(enum who who, enum chat_request_kind kind);

/* The last ping `who` asked for: of whom, with which number. */
struct gossip_peer_id pinged_peer(enum who who);
uint64_t pinged_number(enum who who);

/* With world.is_held: how many messages wait for `who`, and delivery of one of them, by its place. */
size_t waiting_count(enum who who);
void deliver(enum who who, size_t index);
void deliver_again(enum who who, size_t index); /* it goes on waiting */
void drop_waiting(enum who who, size_t index);
void deliver_all(void);

/* A frame in #main, encoded; valid until the test ends. */
struct gossip_bytes encode_frame(const struct wire_chat_frame *frame);

/* ---- what front ends are told -------------------------------------------------------------- */

/* What `who` was told since the last call, one line for each event: see story.h. */
const char *story(enum who who);

/* The same without a word, where the beginning does not matter. */
void skip_stories(void);

/* The last LINE event, texts included; valid until the next one. */
const struct gossip_event *last_line(enum who who);

#endif
