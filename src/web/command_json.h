/*
 * Commands as JSON: one object, {"cmd":"send","room":"main","text":"hi","ref":"7"}.
 * The same verbs serve --json and, later, HTTP.
 */
#ifndef WEB_COMMAND_JSON_H
#define WEB_COMMAND_JSON_H

#include <jansson.h>

#include "gossipchat/command.h"
#include "gossipchat/error.h"

/* A line of input is never longer. */
#define COMMAND_JSON_BYTES_MAX (64u * 1024u)

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
void command_json_deinit(struct command_json *parsed);

#endif
