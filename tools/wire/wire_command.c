#include "tools/wire/wire_command.h"

#include "base/bytes.h"
#include "base/instant.h"

/* What a verb takes: a decimal number of a unit that is 10^decimals of ours, at most value_max. */
struct verb_rule {
    const char *name;
    enum wire_verb verb;
    bool has_value;
    unsigned decimals;
    uint64_t value_max;
};

static const struct verb_rule verb_rules[] = {
    {"delay", WIRE_VERB_DELAY, true, 3, WIRE_DELAY_MAX_US},
    {"jitter", WIRE_VERB_JITTER, true, 3, WIRE_DELAY_MAX_US},
    {"loss", WIRE_VERB_LOSS, true, 4, WIRE_CHANCE_MAX},
    {"reorder", WIRE_VERB_REORDER, true, 4, WIRE_CHANCE_MAX},
    {"duplicate", WIRE_VERB_DUPLICATE, true, 4, WIRE_CHANCE_MAX},
    {"corrupt", WIRE_VERB_CORRUPT, true, 4, WIRE_CHANCE_MAX},
    {"rate", WIRE_VERB_RATE, true, 0, WIRE_RATE_MAX},
    {"queue", WIRE_VERB_QUEUE, true, 0, WIRE_LINK_BYTES_MAX},
    {"cut", WIRE_VERB_CUT, false, 0, 0},
    {"heal", WIRE_VERB_HEAL, false, 0, 0},
    {"stat", WIRE_VERB_STAT, false, 0, 0},
    {"quit", WIRE_VERB_QUIT, false, 0, 0},
};

static bool is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/* Takes the next word off the front of `line`; empty if there is none. */
static struct gossip_bytes take_word(struct gossip_bytes *line)
{
    size_t start = 0;
    while (start < line->size && is_blank(line->data[start]))
        start++;
    size_t end = start;
    while (end < line->size && !is_blank(line->data[end]))
        end++;
    struct gossip_bytes word = bytes_part(*line, start, end - start);
    *line = bytes_part(*line, end, line->size - end);
    return word;
}

static const struct verb_rule *find_rule(struct gossip_bytes name)
{
    for (size_t i = 0; i < sizeof verb_rules / sizeof verb_rules[0]; i++)
        if (bytes_equal(name, bytes_of_text(verb_rules[i].name)))
            return &verb_rules[i];
    return NULL;
}

/* Appends a decimal digit to `value`; false if that passes `value_max`. No value_max is so large
 * that ten times as much would not fit. */
static bool append_digit(uint64_t *value, unsigned digit, uint64_t value_max)
{
    *value = *value * 10 + digit;
    return *value <= value_max;
}

/* Reads "12" or "12.5" as a whole number of 10^-decimals. */
static enum gossip_error parse_number(
    struct gossip_bytes text, const struct verb_rule *rule, uint64_t *number)
{
    uint64_t value = 0;
    unsigned decimals_left = rule->decimals;
    bool has_point = false;
    size_t digits = 0;
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = text.data[i];
        if (byte == '.' && !has_point && digits > 0) {
            has_point = true;
            continue;
        }
        if (byte < '0' || byte > '9' || (has_point && decimals_left == 0))
            return GOSSIP_ERROR_INVALID;
        if (!append_digit(&value, byte - '0', rule->value_max))
            return GOSSIP_ERROR_LIMIT;
        digits++;
        decimals_left -= has_point;
    }
    if (digits == 0 || text.data[text.size - 1] == '.')
        return GOSSIP_ERROR_INVALID;
    for (; decimals_left > 0; decimals_left--)
        if (!append_digit(&value, 0, rule->value_max))
            return GOSSIP_ERROR_LIMIT;
    *number = value;
    return GOSSIP_OK;
}

/* Reads the direction, which may be missing. */
static bool parse_direction(struct gossip_bytes word, struct wire_command *command)
{
    command->to_left = word.size == 0 || bytes_equal(word, BYTES_OF("to-left"));
    command->to_right = word.size == 0 || bytes_equal(word, BYTES_OF("to-right"));
    return command->to_left || command->to_right;
}

enum gossip_error wire_command_parse(struct gossip_bytes line, struct wire_command *command)
{
    if (line.size > WIRE_LINE_BYTES_MAX)
        return GOSSIP_ERROR_LIMIT;
    const struct verb_rule *rule = find_rule(take_word(&line));
    if (!rule)
        return GOSSIP_ERROR_INVALID;
    struct wire_command read = {.verb = rule->verb};
    if (rule->has_value) {
        enum gossip_error error = parse_number(take_word(&line), rule, &read.value);
        if (error != GOSSIP_OK)
            return error;
    }
    if (!parse_direction(take_word(&line), &read) || take_word(&line).size != 0)
        return GOSSIP_ERROR_INVALID;
    *command = read;
    return GOSSIP_OK;
}

void wire_command_apply(const struct wire_command *command, struct wire_settings *settings)
{
    switch (command->verb) {
    case WIRE_VERB_DELAY:
        settings->delay = duration_us(command->value);
        break;
    case WIRE_VERB_JITTER:
        settings->jitter = duration_us(command->value);
        break;
    case WIRE_VERB_LOSS:
        settings->loss = (uint32_t)command->value;
        break;
    case WIRE_VERB_REORDER:
        settings->reorder = (uint32_t)command->value;
        break;
    case WIRE_VERB_DUPLICATE:
        settings->duplicate = (uint32_t)command->value;
        break;
    case WIRE_VERB_CORRUPT:
        settings->corrupt = (uint32_t)command->value;
        break;
    case WIRE_VERB_RATE:
        settings->rate_bits = command->value;
        break;
    case WIRE_VERB_QUEUE:
        settings->queue_bytes = (uint32_t)command->value;
        break;
    case WIRE_VERB_CUT:
        settings->is_cut = true;
        break;
    case WIRE_VERB_HEAL:
        settings->is_cut = false;
        break;
    case WIRE_VERB_STAT:
    case WIRE_VERB_QUIT:
        break;
    }
}
