#include "doctor/ruleset.h"

#include <stdio.h>
#include <string.h>

#include "base/bytes.h"

#define LINE_BYTES_MAX 512

struct reading {
    uint16_t port;
    char table[DOCTOR_NAME_BYTES_MAX];
    char chain[DOCTOR_NAME_BYTES_MAX];
    bool is_input; /* the chain sees what comes in */
    bool accepts, blocks;
};

/* Whether a line has a word: not as a part of another. */
static bool has(const char *line, const char *word)
{
    size_t size = strlen(word);

    for (const char *at = strstr(line, word); at != NULL; at = strstr(at + 1, word)) {
        bool begins = at == line || strchr(" ,{", at[-1]) != NULL;
        bool ends = at[size] == '\0' || strchr(" ,};", at[size]) != NULL;

        if (begins && ends) {
            return true;
        }
    }
    return false;
}

/* The words between `word` and "{". */
static void take_name(const char *line, const char *word, char name[DOCTOR_NAME_BYTES_MAX])
{
    const char *begin = line + strlen(word) + 1;
    size_t size = strcspn(begin, "{");

    while (size > 0 && begin[size - 1] == ' ') {
        size--;
    }
    (void)snprintf(name, DOCTOR_NAME_BYTES_MAX, "%.*s", (int)size, begin);
}

/* A rule that is about other ports, other protocols or other networks does not concern us. */
static bool is_about_calls(const char *line)
{
    return !has(line, "dport") && !has(line, "invalid") && !has(line, "icmp") &&
           !has(line, "icmpv6") && !has(line, "udp") && !has(line, "saddr");
}

static void read_rule(struct reading *reading, const char *line)
{
    char port[8];

    (void)snprintf(port, sizeof(port), "%u", reading->port);
    if (has(line, "accept") && has(line, "tcp") && has(line, port)) {
        reading->accepts = true;
    } else if (strstr(line, "policy drop") != NULL ||
               ((has(line, "drop") || has(line, "reject")) && is_about_calls(line)) ||
               ((has(line, "drop") || has(line, "reject")) && has(line, "tcp") &&
                   has(line, port))) {
        reading->blocks = true;
    }
}

static void read_line(struct reading *reading, const char *line)
{
    if (strncmp(line, "table ", 6) == 0) {
        take_name(line, "table", reading->table);
    } else if (strncmp(line, "chain ", 6) == 0) {
        take_name(line, "chain", reading->chain);
        reading->is_input = false;
    } else {
        reading->is_input = reading->is_input || strstr(line, "hook input") != NULL;
        if (reading->is_input) {
            read_rule(reading, line);
        }
    }
}

/* The next line without spaces before it, cut to what fits. */
static struct gossip_bytes take_line(struct gossip_bytes text, char line[LINE_BYTES_MAX])
{
    size_t size = bytes_find(text, '\n');
    struct gossip_bytes part = bytes_part(text, 0, size);

    while (part.size > 0 && (part.data[0] == ' ' || part.data[0] == '\t')) {
        part = bytes_part(part, 1, part.size);
    }
    (void)snprintf(line, LINE_BYTES_MAX, "%.*s", (int)part.size, (const char *)part.data);
    return bytes_part(text, size + 1, text.size);
}

enum doctor_firewall doctor_ruleset_read(
    struct gossip_bytes text, uint16_t port, char chain[DOCTOR_NAME_BYTES_MAX])
{
    struct reading reading = {.port = port};
    enum doctor_firewall firewall = DOCTOR_FIREWALL_NONE;

    chain[0] = '\0';
    while (text.size > 0) {
        char line[LINE_BYTES_MAX];

        text = take_line(text, line);
        read_line(&reading, line);
        if (reading.blocks && firewall != DOCTOR_FIREWALL_NFTABLES) {
            firewall = DOCTOR_FIREWALL_NFTABLES;
            (void)snprintf(
                chain, DOCTOR_NAME_BYTES_MAX, "%.31s %.31s", reading.table, reading.chain);
        }
    }
    return firewall == DOCTOR_FIREWALL_NFTABLES && reading.accepts ? DOCTOR_FIREWALL_OPEN
                                                                   : firewall;
}
