/*
 * What a front end may ask of a node. One list for the terminal, for JSON lines,
 * for HTTP and for embedders.
 *
 * A command carries a number of the front end's choosing. Everything that
 * answers it carries the same number, and the last answer is always exactly one
 * GOSSIP_EVENT_DONE or GOSSIP_EVENT_FAILED.
 */
#ifndef GOSSIPCHAT_COMMAND_H
#define GOSSIPCHAT_COMMAND_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

enum gossip_command_kind {
    GOSSIP_COMMAND_JOIN, /* `room`; with `secret` a private room, which only those with the same can read */
    GOSSIP_COMMAND_LEAVE, /* `room`; `text` is a reason, may be empty */
    GOSSIP_COMMAND_SAY,   /* `room`, `text` */
    GOSSIP_COMMAND_ACT,   /* `room`, `text`: "/me" */
    GOSSIP_COMMAND_DIRECT, /* `to`, `text`: says it to one alone; without `to` to whoever did so last */
    GOSSIP_COMMAND_WHOIS, /* `to`: tells who that is, a PERSON_KNOWN event */
    GOSSIP_COMMAND_VERIFY, /* `to`: his key was confirmed for the nick he has; `is_undone`: it is not */
    GOSSIP_COMMAND_PETNAME, /* `to`: is shown as `text` from now on; empty: as he calls himself */
    GOSSIP_COMMAND_IGNORE,  /* `to`: nothing of him is told any more; empty: lists who is ignored */
    GOSSIP_COMMAND_UNIGNORE, /* `to` */
    GOSSIP_COMMAND_RENAME, /* `text` is the new nick; `is_forced` takes it even if somebody has it */
    GOSSIP_COMMAND_TOPIC, /* `room`; `text` is what it is about from now on; empty: tells it, or with `is_forced` clears it */
    GOSSIP_COMMAND_AWAY,   /* `text` says why, may be empty */
    GOSSIP_COMMAND_BACK,   /* not away any more */
    GOSSIP_COMMAND_ROOMS,  /* lists rooms: ROOM_LISTED events */
    GOSSIP_COMMAND_PEOPLE, /* lists who is in `room`: PERSON_LISTED events */
    GOSSIP_COMMAND_HISTORY, /* the last `count` lines of `room`, or the last before `before`: LINE events with `history` */
    GOSSIP_COMMAND_SEARCH, /* lines with all words of `text`; if given, in `room`, by nick `to`, of the last `age`: likewise */
    GOSSIP_COMMAND_PEERS,    /* lists connections: PEER_LISTED events */
    GOSSIP_COMMAND_CONNECT,  /* `text` is an address: host:port, [v6]:port or a multiaddr */
    GOSSIP_COMMAND_DISCOVER, /* asks the local network now */
    GOSSIP_COMMAND_PING, /* `text` is a nick, a nick with suffix, or the beginning of a peer id */
    GOSSIP_COMMAND_SEND_FILE, /* `text` is a path; offered to `to`, or else to all who are in `room` now */
    GOSSIP_COMMAND_FILES,  /* lists files: FILE_LISTED events */
    GOSSIP_COMMAND_ACCEPT, /* fetches the file of number `count` */
    GOSSIP_COMMAND_CANCEL  /* declines, stops or withdraws the file of number `count` */
};

/* Texts are borrowed for the call and need no terminating zero. */
struct gossip_command {
    enum gossip_command_kind kind;
    uint64_t number; /* 0: answers are not wanted, failures are still told */
    struct gossip_bytes room;
    struct gossip_bytes text;
    struct gossip_bytes secret; /* a passphrase of 1 to 1024 bytes; every copy of it is wiped */
    struct gossip_bytes
        to; /* a person: a nick, a nick with suffix, or the beginning of a peer id */
    struct gossip_bytes before; /* the id of a message */
    struct gossip_duration age; /* 0: any */
    uint32_t count;
    bool is_forced;
    bool is_undone; /* takes back what the command does */
};

#ifdef __cplusplus
}
#endif
#endif
