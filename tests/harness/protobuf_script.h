/*
 * Made-up protobuf messages: random bytes are hardly ever one, and then a short one.
 */
#ifndef TESTS_HARNESS_PROTOBUF_SCRIPT_H
#define TESTS_HARNESS_PROTOBUF_SCRIPT_H

#include "harness/harness.h"

/*
 * Writes a message of made-up fields, nested up to `depth` messages deep, into `room`; now and then
 * with a mistake in it. Numbers are mostly between 1 and `number_max`. What does not fit is left
 * out. Returns the size.
 */
size_t script_protobuf(
    struct script *script, struct gossip_room room, uint32_t depth, uint32_t number_max);

#endif
