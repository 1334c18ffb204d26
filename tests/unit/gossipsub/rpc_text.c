#include "unit/gossipsub/rpc_text.h"

#include "base/bytes.h"
#include "base/require.h"
#include "gossipsub/message.h"
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES_MAX 16
#define WORDS_MAX 512
#define DATA_BYTES_DEFAULT 100

static const uint8_t id_prefix[] = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20};

struct gossip_peer_id rpc_text_letter_id(char letter)
{
    struct gossip_peer_id id = {.size = sizeof(id_prefix) + 32};
    memcpy(id.data, id_prefix, sizeof(id_prefix));
    memset(id.data + sizeof(id_prefix), letter, 32);
    return id;
}

char rpc_text_letter(struct gossip_bytes id)
{
    return id.size == sizeof(id_prefix) + 32 ? (char)id.data[sizeof(id_prefix)] : '?';
}

/* ---- messages and ids --------------------------------------------------------------------- */

struct wire_message rpc_text_message(
    struct gossip_bytes topic, char author, unsigned number, size_t data_size)
{
    struct gossip_peer_id from = rpc_text_letter_id(author);
    uint8_t seqno[GOSSIPSUB_SEQNO_BYTES];
    uint8_t *data = test_take(data_size + 1);
    struct wire_message message = {.from = bytes_make(from.data, from.size),
        .data = bytes_make(data, data_size),
        .seqno = bytes_make(seqno, sizeof(seqno)),
        .topic = topic};

    memset(data, 'x', data_size);
    store_u64_big(seqno, number);
    size_t size = wire_message_encoded_size(&message, false);
    uint8_t *encoded = test_take(size);
    (void)wire_message_encode(&message, false, room_make(encoded, size));
    require(wire_message_decode(bytes_make(encoded, size), &message) == GOSSIP_OK);
    return message;
}

static struct gossip_bytes copy(struct gossip_bytes bytes)
{
    uint8_t *data = test_take(bytes.size + 1);
    bytes_copy(data, bytes);
    return bytes_make(data, bytes.size);
}

static struct gossip_bytes parse_id(const char *word)
{
    enum gossipsub_dialect dialect = GOSSIPSUB_DIALECT_GO;
    uint8_t id[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];
    uint8_t seqno[GOSSIPSUB_SEQNO_BYTES];

    if (word[0] == '?')
        return copy(bytes_of_text(word + 1));
    if (strncmp(word, "rust:", 5) == 0) {
        dialect = GOSSIPSUB_DIALECT_RUST;
        word += 5;
    } else if (strncmp(word, "js:", 3) == 0) {
        dialect = GOSSIPSUB_DIALECT_JS;
        word += 3;
    }
    struct gossip_peer_id author = rpc_text_letter_id(word[0]);
    store_u64_big(seqno, strtoull(word + 1, NULL, 10));
    size_t size = gossipsub_message_id_print(
        dialect, bytes_make(author.data, author.size), bytes_make(seqno, sizeof(seqno)), id);
    require(size > 0);
    return copy(bytes_make(id, size));
}

void rpc_text_print_id(struct gossip_bytes id, char text[64])
{
    static const char *const prefixes[] = {"", "rust:", "js:"};
    uint8_t canonical[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];
    enum gossipsub_dialect dialect;
    size_t size = gossipsub_message_id_parse(id, canonical, &dialect);

    if (size == 0) {
        (void)snprintf(text, 64, "?%.*s", (int)id.size, (const char *)id.data);
        return;
    }
    size_t author_size = size - GOSSIPSUB_SEQNO_BYTES;
    (void)snprintf(text, 64, "%s%c%llu", prefixes[dialect],
        rpc_text_letter(bytes_make(canonical, author_size)),
        (unsigned long long)load_u64_big(canonical + author_size));
}

/* ---- parsing ------------------------------------------------------------------------------ */

/* The rows of the RPC being made. */
struct maker {
    struct wire_rpc rpc;
    size_t statements;
    struct wire_subscription subscriptions[ENTRIES_MAX];
    struct wire_message messages[ENTRIES_MAX];
    struct wire_message_ids ihaves[ENTRIES_MAX], iwants[ENTRIES_MAX], idontwants[ENTRIES_MAX];
    struct gossip_bytes grafts[ENTRIES_MAX];
    struct wire_prune prunes[ENTRIES_MAX];
    struct wire_peer_info peers[ENTRIES_MAX];
};

static struct wire_message_ids parse_ids(struct gossip_bytes topic, char **words, size_t count)
{
    struct gossip_bytes *ids = test_take((count + 1) * sizeof(*ids));
    for (size_t i = 0; i < count; i++)
        ids[i] = parse_id(words[i]);
    return (struct wire_message_ids){.topic = topic, .ids = ids, .count = count};
}

static void add_prune(struct maker *maker, struct gossip_bytes topic, const char *seconds)
{
    maker->prunes[maker->rpc.prune_count++] = (struct wire_prune){.topic = topic,
        .has_backoff = seconds != NULL,
        .backoff_s = seconds != NULL ? strtoull(seconds, NULL, 10) : 0};
}

/* A record is some bytes here: routers do not look into it. */
static void add_suggestion(struct maker *maker, struct gossip_bytes topic, char letter)
{
    struct gossip_peer_id id = rpc_text_letter_id(letter);
    size_t place = maker->rpc.prune_count++;
    maker->peers[place] = (struct wire_peer_info){
        .peer_id = copy(bytes_make(id.data, id.size)), .signed_record = BYTES_OF("a record")};
    maker->prunes[place] =
        (struct wire_prune){.topic = topic, .peers = &maker->peers[place], .peer_count = 1};
}

static void add_message(
    struct maker *maker, struct gossip_bytes topic, const char *id, const char *size)
{
    maker->messages[maker->rpc.message_count++] =
        rpc_text_message(topic, id[0], (unsigned)strtoul(id + 1, NULL, 10),
            size != NULL ? strtoul(size, NULL, 10) : DATA_BYTES_DEFAULT);
}

static void add_statement(struct maker *maker, char **words, size_t count)
{
    struct wire_rpc *rpc = &maker->rpc;
    const char *verb = words[0];
    require(count >= 2 && ++maker->statements <= ENTRIES_MAX);
    struct gossip_bytes topic = copy(bytes_of_text(words[1]));

    if (strcmp(verb, "follows") == 0 || strcmp(verb, "leaves") == 0)
        maker->subscriptions[rpc->subscription_count++] =
            (struct wire_subscription){.topic = topic, .subscribe = strcmp(verb, "follows") == 0};
    else if (strcmp(verb, "grafts") == 0)
        maker->grafts[rpc->graft_count++] = topic;
    else if (strcmp(verb, "prunes") == 0)
        add_prune(maker, topic, count > 2 ? words[2] : NULL);
    else if (strcmp(verb, "suggests") == 0)
        add_suggestion(maker, topic, words[2][0]);
    else if (strcmp(verb, "has") == 0)
        maker->ihaves[rpc->ihave_count++] = parse_ids(topic, words + 2, count - 2);
    else if (strcmp(verb, "wants") == 0)
        maker->iwants[rpc->iwant_count++] = parse_ids(bytes_make(NULL, 0), words + 1, count - 1);
    else if (strcmp(verb, "unwanted") == 0)
        maker->idontwants[rpc->idontwant_count++] =
            parse_ids(bytes_make(NULL, 0), words + 1, count - 1);
    else if (strcmp(verb, "sends") == 0)
        add_message(maker, topic, words[2], count > 3 ? words[3] : NULL);
    else
        test_fail("no such statement");
}

struct wire_rpc rpc_text_parse(const char *statements)
{
    struct maker *maker = test_take(sizeof(*maker));
    char *text = test_take(strlen(statements) + 1);
    char *outer = NULL;

    memset(maker, 0, sizeof(*maker));
    strcpy(text, statements);
    for (char *statement = strtok_r(text, ",", &outer); statement != NULL;
         statement = strtok_r(NULL, ",", &outer)) {
        char *words[WORDS_MAX];
        char *inner = NULL;
        size_t count = 0;
        for (char *word = strtok_r(statement, " ", &inner); word != NULL;
             word = strtok_r(NULL, " ", &inner)) {
            require(count < WORDS_MAX);
            words[count++] = word;
        }
        if (count > 0)
            add_statement(maker, words, count);
    }
    maker->rpc.subscriptions = maker->subscriptions;
    maker->rpc.messages = maker->messages;
    maker->rpc.ihaves = maker->ihaves;
    maker->rpc.iwants = maker->iwants;
    maker->rpc.grafts = maker->grafts;
    maker->rpc.prunes = maker->prunes;
    maker->rpc.idontwants = maker->idontwants;
    return maker->rpc;
}

/* ---- printing ----------------------------------------------------------------------------- */

struct printer {
    char *text;
    size_t size;
    bool has_any;
};

static void add(struct printer *printer, const char *piece, size_t size)
{
    size_t used = strlen(printer->text);
    require(used + size < printer->size);
    memcpy(printer->text + used, piece, size);
    printer->text[used + size] = '\0';
}

static void begin_statement(struct printer *printer, const char *verb, struct gossip_bytes topic)
{
    if (printer->has_any)
        add(printer, ", ", 2);
    printer->has_any = true;
    add(printer, verb, strlen(verb));
    if (topic.size > 0) {
        add(printer, " ", 1);
        add(printer, (const char *)topic.data, topic.size);
    }
}

static void print_ids(
    struct printer *printer, const char *verb, const struct wire_message_ids *entry)
{
    begin_statement(printer, verb, entry->topic);
    for (size_t i = 0; i < entry->count; i++) {
        char id[64];
        rpc_text_print_id(entry->ids[i], id);
        add(printer, " ", 1);
        add(printer, id, strlen(id));
    }
}

static void print_prune(struct printer *printer, const struct wire_prune *prune)
{
    char seconds[32];
    begin_statement(printer, "prunes", prune->topic);
    (void)snprintf(seconds, sizeof(seconds), " %llu", (unsigned long long)prune->backoff_s);
    if (prune->has_backoff)
        add(printer, seconds, strlen(seconds));
}

static void print_message(struct printer *printer, const struct wire_message *message)
{
    char name[64];
    begin_statement(printer, "sends", message->topic);
    (void)snprintf(name, sizeof(name), " %c%llu", rpc_text_letter(message->from),
        (unsigned long long)load_u64_big(message->seqno.data));
    add(printer, name, strlen(name));
}

void rpc_text_print(const struct wire_rpc *rpc, char *text, size_t text_size)
{
    struct printer printer = {.text = text, .size = text_size};

    for (size_t i = 0; i < rpc->subscription_count; i++)
        begin_statement(&printer, rpc->subscriptions[i].subscribe ? "follows" : "leaves",
            rpc->subscriptions[i].topic);
    for (size_t i = 0; i < rpc->graft_count; i++)
        begin_statement(&printer, "grafts", rpc->grafts[i]);
    for (size_t i = 0; i < rpc->prune_count; i++)
        print_prune(&printer, &rpc->prunes[i]);
    for (size_t i = 0; i < rpc->idontwant_count; i++)
        print_ids(&printer, "unwanted", &rpc->idontwants[i]);
    for (size_t i = 0; i < rpc->message_count; i++)
        print_message(&printer, &rpc->messages[i]);
    for (size_t i = 0; i < rpc->iwant_count; i++)
        print_ids(&printer, "wants", &rpc->iwants[i]);
    for (size_t i = 0; i < rpc->ihave_count; i++)
        print_ids(&printer, "has", &rpc->ihaves[i]);
    add(&printer, "\n", 1);
}
