/*
 * Commands as JSON: one object, {"cmd":"send","room":"main","text":"hi","ref":"7"}.
 * The same verbs serve --json and whatever carries JSON next.
 *
 *     send, action     room, text
 *     join             room; passphrase, which makes it a private one
 *     leave            room; text, a reason
 *     nick             nick; force, true or false
 *     direct           text; to, a nick or a peer id: without it whoever wrote to us alone last
 *     topic            room; text, or clear, true or false; with neither it is told
 *     away             text, a reason
 *     back
 *     rooms, peers, discover
 *     members          room
 *     history          room; limit, a whole number from 1; before, the id of a message
 *     search           text; room; from, a nick; since, such as "2d"; limit
 *     connect          addr
 *     ping             to, or peer
 *     whois, unignore  to
 *     verify           to; undo, true or false
 *     petname          to; name, without which it is taken back
 *     ignore           to; without it whom we ignore is listed
 *     quit
 *
 * `ref`, a string or a whole number, comes back in every answer. What a verb
 * does not know is ignored.
 */
#ifndef WEB_COMMAND_JSON_H
#define WEB_COMMAND_JSON_H

#include <jansson.h>

#include "gossipchat/command.h"
#include "gossipchat/error.h"

/* A line of input is never longer. */
#define COMMAND_JSON_BYTES_MAX (64u * 1024u)

/* It is repeated in answers, which have a bound of their own. */
#define COMMAND_JSON_REF_BYTES_MAX 256

enum command_json_verb { COMMAND_JSON_NODE, COMMAND_JSON_QUIT };

struct command_json {
    json_t *root;      /* owned: the texts of `command` and `ref` lie in it */
    const json_t *ref; /* NULL if there was none */
    enum command_json_verb verb;
    struct gossip_command command; /* of COMMAND_JSON_NODE; `number` is the caller's to set */
    const char *complaint;         /* why it failed: static, one sentence */
};

/*
 * Reads one object. Fails with GOSSIP_ERROR_INVALID; `complaint` says why, and
 * `ref` is there if it could be read. command_json_deinit follows in any case.
 */
GOSSIP_MUST_USE enum gossip_error command_json_parse(
    struct gossip_bytes text, struct command_json *parsed);

/* Wipes the passphrase, if there was one, and frees what was read. */
void command_json_deinit(struct command_json *parsed);

#endif
