/*
 * RPCs as text, in the language of fixture.h.
 */
#ifndef TESTS_UNIT_GOSSIPSUB_RPC_TEXT_H
#define TESTS_UNIT_GOSSIPSUB_RPC_TEXT_H

#include "wire/rpc.h"

/* The RPC these statements make; valid until the test ends. */
struct wire_rpc rpc_text_parse(const char *statements);

/* Adds the statements of `rpc`, and a line end, to the end of `text`. */
void rpc_text_print(const struct wire_rpc *rpc, char *text, size_t text_size);

/* Prints an id as a letter and a number. */
void rpc_text_print_id(struct gossip_bytes id, char text[64]);

/* The peer id that stands for a letter, and back; '?' for others. */
struct gossip_peer_id rpc_text_letter_id(char letter);
char rpc_text_letter(struct gossip_bytes id);

/* A message, encoded; valid until the test ends. */
struct wire_message rpc_text_message(
    struct gossip_bytes topic, char author, unsigned number, size_t data_size);

#endif
