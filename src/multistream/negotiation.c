#include "multistream/negotiation.h"

#include "base/require.h"

#include <string.h>

void multistream_negotiation_init(struct multistream_negotiation *negotiation,
    enum multistream_role role, struct protocol_list offer)
{
    require(offer.count <= MULTISTREAM_OFFER_COUNT_MAX);
    require(role == MULTISTREAM_LISTENER || offer.count > 0);
    for (size_t i = 0; i < offer.count; i++)
        require(strlen(offer.names[i]) <= MULTISTREAM_NAME_BYTES_MAX);
    *negotiation = (struct multistream_negotiation){.offer = offer, .role = role};
}

/* The dialer's proposals are answered one by one, in order. */
static enum gossip_error receive_answer(
    struct multistream_negotiation *negotiation, enum multistream_line_kind kind, uint8_t index)
{
    if (!negotiation->is_name_sent)
        return GOSSIP_ERROR_PEER_MALFORMED; /* an answer to nothing */
    if (kind == MULTISTREAM_LINE_OFFERED && index == negotiation->agreed_index) {
        negotiation->state = MULTISTREAM_AGREED;
        return GOSSIP_OK;
    }
    if (kind != MULTISTREAM_LINE_REFUSAL)
        return GOSSIP_ERROR_PEER_MALFORMED;
    if (negotiation->agreed_index + 1u == negotiation->offer.count) {
        negotiation->state = MULTISTREAM_REFUSED;
        return GOSSIP_OK;
    }
    negotiation->agreed_index++;
    negotiation->is_name_sent = false;
    return GOSSIP_OK;
}

static enum gossip_error receive_proposal(
    struct multistream_negotiation *negotiation, enum multistream_line_kind kind, uint8_t index)
{
    negotiation->rounds++;
    if (kind == MULTISTREAM_LINE_OFFERED) {
        negotiation->state = MULTISTREAM_AGREED;
        negotiation->agreed_index = index;
        return GOSSIP_OK;
    }
    if (negotiation->has_refused && kind != MULTISTREAM_LINE_NAME &&
        kind != MULTISTREAM_LINE_LISTING)
        return GOSSIP_ERROR_PEER_MALFORMED;
    negotiation->has_refused = true;
    negotiation->refusals_owed++;
    return GOSSIP_OK;
}

static enum gossip_error receive_line(
    struct multistream_negotiation *negotiation, enum multistream_line_kind kind, uint8_t index)
{
    if (!negotiation->is_header_seen) {
        negotiation->is_header_seen = true;
        return kind == MULTISTREAM_LINE_HEADER ? GOSSIP_OK : GOSSIP_ERROR_PEER_MALFORMED;
    }
    switch (negotiation->role) {
    case MULTISTREAM_DIALER:
        return receive_answer(negotiation, kind, index);
    case MULTISTREAM_LISTENER:
        return receive_proposal(negotiation, kind, index);
    }
    return GOSSIP_ERROR_INVALID;
}

/*
 * Whether no end of the line that has begun would be an acceptable one. Somebody who speaks another
 * protocol is then told so at once, and not when a line of who knows what length is complete.
 */
static bool is_hopeless(const struct multistream_negotiation *negotiation)
{
    const struct multistream_line *line = &negotiation->line;

    if (!multistream_line_has_begun(line))
        return false;
    if (!negotiation->is_header_seen)
        return !multistream_line_may_be(line, MULTISTREAM_LINE_HEADER);
    if (negotiation->role == MULTISTREAM_DIALER)
        return !multistream_line_may_be(line, MULTISTREAM_LINE_OFFERED) &&
               !multistream_line_may_be(line, MULTISTREAM_LINE_REFUSAL);
    return negotiation->has_refused && !multistream_line_may_be(line, MULTISTREAM_LINE_NAME) &&
           !multistream_line_may_be(line, MULTISTREAM_LINE_OFFERED) &&
           !multistream_line_may_be(line, MULTISTREAM_LINE_LISTING);
}

enum gossip_error multistream_negotiation_receive(
    struct multistream_negotiation *negotiation, struct gossip_bytes *input)
{
    enum multistream_line_kind kind;
    enum gossip_error error;
    uint8_t index = 0;
    bool is_whole;

    if (negotiation->state != MULTISTREAM_TALKING || input->size == 0)
        return GOSSIP_OK;
    if (negotiation->rounds == MULTISTREAM_ROUNDS_MAX)
        return GOSSIP_ERROR_PEER_TOO_LARGE;
    error = multistream_line_receive(&negotiation->line, negotiation->offer, input, &is_whole);
    if (error != GOSSIP_OK)
        return error;
    if (!is_whole)
        return is_hopeless(negotiation) ? GOSSIP_ERROR_PEER_MALFORMED : GOSSIP_OK;
    kind = multistream_line_kind(&negotiation->line, &index);
    negotiation->line = (struct multistream_line){0};
    return receive_line(negotiation, kind, index);
}

/* A dialer says its proposal while it talks, a listener its echo once it has agreed. */
static bool owes_name(const struct multistream_negotiation *negotiation)
{
    enum multistream_state when =
        negotiation->role == MULTISTREAM_DIALER ? MULTISTREAM_TALKING : MULTISTREAM_AGREED;

    return negotiation->state == when && !negotiation->is_name_sent;
}

size_t multistream_negotiation_transmit(
    struct multistream_negotiation *negotiation, struct gossip_room room)
{
    struct gossip_room left = room;

    if (!negotiation->is_header_sent) {
        if (!multistream_line_put(&left, multistream_header))
            return 0;
        negotiation->is_header_sent = true;
    }
    while (negotiation->refusals_owed > 0 && multistream_line_put(&left, multistream_refusal))
        negotiation->refusals_owed--;
    if (negotiation->refusals_owed == 0 && owes_name(negotiation))
        negotiation->is_name_sent =
            multistream_line_put(&left, negotiation->offer.names[negotiation->agreed_index]);
    return room.size - left.size;
}

bool multistream_negotiation_has_output(const struct multistream_negotiation *negotiation)
{
    return !negotiation->is_header_sent || negotiation->refusals_owed > 0 || owes_name(negotiation);
}

bool multistream_negotiation_may_speak(const struct multistream_negotiation *negotiation)
{
    bool is_only_choice = negotiation->role == MULTISTREAM_DIALER && negotiation->offer.count == 1;

    return !multistream_negotiation_has_output(negotiation) &&
           (negotiation->state == MULTISTREAM_AGREED ||
               (negotiation->state == MULTISTREAM_TALKING && is_only_choice));
}
