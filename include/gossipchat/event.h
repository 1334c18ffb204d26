/*
 * What a node tells its front ends. One tagged struct: the terminal, JSON lines,
 * server-sent events and embedders all see this.
 *
 * Every text in it is valid UTF-8 without control characters, bidirectional
 * overrides or line breaks other than '\n' between the lines of a message,
 * whatever a peer sent: cleaning is done once, below this border.
 */
#ifndef GOSSIPCHAT_EVENT_H
#define GOSSIPCHAT_EVENT_H

#include "error.h"
#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

enum gossip_event_kind {
    /* Answers to commands. */
    GOSSIP_EVENT_DONE,        /* `number` succeeded; `text` may say how */
    GOSSIP_EVENT_FAILED,      /* `number` failed: `error`, `text` says why, `hint` what to do */
    GOSSIP_EVENT_ROOM_LISTED, /* `room`, `members`, `joined`, `sealed`, `unreadable` */
    GOSSIP_EVENT_PERSON_LISTED, /* `room`, `person`, `name`, `nick`, `own`; `away` and why in `text` */
    GOSSIP_EVENT_PEER_LISTED, /* `person`, `name` if known, `address`, `round_trip`, `age`, `outbound`, `via`, `text` is its program */
    GOSSIP_EVENT_FILE_LISTED, /* as the events of files below; `joined`: one of others that was accepted */
    /*
     * Answers WHOIS and lists who is ignored: `person`, `name`, `nick`, `petname`, `verified`,
     * `verified_nick`, `ignored`, `first_seen`, `own`, `address` if he is connected, his rooms
     * in `text`, and for WHOIS `words` and `digits` to compare with him.
     */
    GOSSIP_EVENT_PERSON_KNOWN,

    /* Rooms and people. */
    GOSSIP_EVENT_ROOM_JOINED, /* `room`, `sealed` */
    GOSSIP_EVENT_ROOM_LEFT,
    GOSSIP_EVENT_PERSON_CAME,    /* `room`, `person`, `name`, `nick` */
    GOSSIP_EVENT_PERSON_WENT,    /* also `text`: its reason, or why we think so */
    GOSSIP_EVENT_PERSON_RENAMED, /* `name` and `nick` are the new ones, `text` the old name */
    GOSSIP_EVENT_PERSON_AWAY,    /* `away`, and why in `text`, or back again */
    GOSSIP_EVENT_TOPIC, /* `text` is what `room` is about, nothing if empty; `person`, `name` set it at `sent_at` */
    GOSSIP_EVENT_LINE, /* somebody, perhaps ourselves, said `text` in `room` */
    GOSSIP_EVENT_DIRECT, /* `person`, `name` said `text` to us alone, or, if `own`, we to him; `message_id`, `sent_at` */
    GOSSIP_EVENT_DELIVERY, /* of what we said, `message_id`: `delivery`, `members`; with `person` and `name` if to one alone */
    GOSSIP_EVENT_HISTORY_BEGIN, /* `person` gives what was missed in `room`: LINE with `late` */
    GOSSIP_EVENT_HISTORY_END,   /* those were `count`; `text` says so */
    GOSSIP_EVENT_NOTICE,        /* `notice`, `text`, `hint`: one line worth reading */

    /*
     * Files, with number `file`, called `text`, of `file_bytes`, of which `file_done_bytes` are there;
     * `own`: one of ours, and how far it is at `person`, `name`.
     */
    GOSSIP_EVENT_FILE_OFFERED, /* by `person`, to all in `room`, or, if that is empty, to us alone */
    GOSSIP_EVENT_FILE_PROGRESS, /* a few times a second at most */
    GOSSIP_EVENT_FILE_DONE, /* all of it is there, and right; at `path`, if it is on this machine */
    GOSSIP_EVENT_FILE_FAILED, /* `error`, and why in `hint`; of ours: at `person`, or everywhere */

    /* The network. */
    GOSSIP_EVENT_LISTENING, /* `address` */
    GOSSIP_EVENT_SEARCHING, /* discovery asks on the interfaces named in `text` */
    GOSSIP_EVENT_OFFLINE,   /* no interface is left: `text` */
    GOSSIP_EVENT_PEER_FOUND,
    GOSSIP_EVENT_PEER_CONNECTED, /* `person`, `address`, `outbound`, `via`, `peers`, `age` is how long the search took */
    GOSSIP_EVENT_PEER_DISCONNECTED, /* `person`, `name`, `error`, `text`, `peers` */
    GOSSIP_EVENT_PEER_FAILED        /* dialing `address` failed: `error`, `text`, `hint` */
};

enum gossip_delivery {
    GOSSIP_DELIVERY_QUEUED, /* nobody is there to take it; kept until somebody comes; `text` may say more */
    GOSSIP_DELIVERY_SENT,    /* handed to `members` connected peers of the room, or to the one */
    GOSSIP_DELIVERY_REACHED, /* `members` of `audience` said that they have it; more may follow */
    GOSSIP_DELIVERY_FAILED   /* given up: `text` says why */
};

enum gossip_notice {
    GOSSIP_NOTICE_NICK_CLASH,     /* two keys use one nick */
    GOSSIP_NOTICE_NO_COMMON_ROOM, /* `person` is connected, but in none of our rooms */
    GOSSIP_NOTICE_NOBODY_YET,     /* five seconds without a peer */
    GOSSIP_NOTICE_CLOCK_SKEW,     /* a clock is off by more than two minutes */
    GOSSIP_NOTICE_OUTBOX_FULL,
    GOSSIP_NOTICE_WRONG_PASSPHRASE, /* people are in private `room` with another passphrase */
    GOSSIP_NOTICE_WEAK_PASSPHRASE,  /* that of `room` is soon guessed */
    GOSSIP_NOTICE_UNREADABLE, /* a first message in private `room` is not shown: it cannot be opened */
    GOSSIP_NOTICE_HISTORY,    /* what is said cannot be kept, or can be kept again: `text` */
    GOSSIP_NOTICE_FORGED,     /* `person` says in a json: room that he is somebody else */
    GOSSIP_NOTICE_UNVERIFIED, /* verified `person` has another nick now */
    GOSSIP_NOTICE_DIAGNOSIS   /* what the network looks like from here */
};

enum gossip_via { GOSSIP_VIA_MANUAL, GOSSIP_VIA_MDNS, GOSSIP_VIA_EXCHANGE, GOSSIP_VIA_INBOUND };

/* Everything is borrowed until the handler returns. Fields that do not apply are zero. */
struct gossip_event {
    enum gossip_event_kind kind;
    uint64_t number; /* of the command it answers, 0 if it answers none */
    enum gossip_error error;
    struct gossip_bytes room;
    struct gossip_peer_id person;
    struct gossip_bytes nick; /* as the person claims it */
    struct gossip_bytes
        name; /* to be shown: the nick, with a suffix of the key if it is not unique */
    struct gossip_bytes text;
    struct gossip_bytes hint;
    struct gossip_bytes address;    /* multiaddr text, with /p2p */
    struct gossip_bytes message_id; /* hexadecimal text: the same at every node */
    /*
     * LINE of another, and DELIVERY_SENT of ours, with `order` and `sent_at`: the message as its author signed it, with
     * signature, in the encoding of pubsub; binary, and empty if it is not at hand.
     */
    struct gossip_bytes original;
    struct gossip_bytes petname;       /* as we call the person; empty: as he calls himself */
    struct gossip_bytes verified_nick; /* under which his key was confirmed */
    struct gossip_bytes words;         /* six, the same at both sides */
    struct gossip_bytes digits;        /* sixty, likewise */
    struct gossip_unix_time first_seen;
    struct gossip_unix_time sent_at;    /* as claimed by the sender */
    struct gossip_unix_time arrived_at; /* our clock */
    uint32_t count;                     /* HISTORY_END: lines that were put in their places */
    uint64_t order;           /* Lamport time: smaller is earlier; ties are broken by key */
    uint64_t ref_number;      /* DELIVERY and own LINE: the number of the SAY command */
    uint32_t members;         /* in the room, we included; DELIVERY: reached */
    uint32_t audience;        /* DELIVERY_REACHED: who could have it */
    uint32_t peers;           /* connected */
    struct gossip_bytes path; /* on this machine: bytes of any kind */
    uint64_t file_bytes, file_done_bytes;
    uint32_t file;                     /* what a file is called by in commands */
    uint32_t unreadable;               /* ROOM_LISTED: messages in it that were not shown */
    struct gossip_duration round_trip; /* 0: unknown */
    struct gossip_duration age;
    enum gossip_delivery delivery;
    enum gossip_notice notice;
    enum gossip_via via;
    bool own;
    bool action;  /* LINE: "/me" */
    bool mention; /* LINE: our nick is in it */
    bool history; /* LINE: told again, or older than our joining */
    bool late;    /* LINE: missed, and given by somebody later: its place may be among older ones */
    bool foreign; /* LINE: plain text of a program that is not gossipchat */
    bool outbound;
    bool joined;
    bool sealed;   /* a private room: only those who know its passphrase can read it */
    bool verified; /* we have confirmed that the key is the person's, under the nick it has */
    bool ignored;
    bool forged; /* LINE in a json: room: it claims to be of somebody else than who signed it */
    bool away;   /* PERSON_LISTED, _CAME, _AWAY */
};

#ifdef __cplusplus
}
#endif
#endif
