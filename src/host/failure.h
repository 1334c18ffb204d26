/* Why a node could not start: one line for a person, with what to do next. */
#ifndef HOST_FAILURE_H
#define HOST_FAILURE_H

/* Replaces the line that gossip_node_failure returns. */
void failure_set(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
