/*
 * Up to four people and a crowd of strangers do anything in any order, over a network that is late,
 * twice and out of order, with clocks that jump. A referee watches every event of every one: clean
 * texts, one answer to a command, everybody comes and goes in turn, no two share a name, no line is
 * told twice, and each of ours has one end. Then it must be quiet, and all memory come back.
 */
#include "base/instant.h"
#include "harness/harness.h"
#include "unit/chat/outsiders.h"
#include "unit/chat/world.h"

#define PEOPLE 4
#define STRANGERS 12

static const char *const rooms[] = {"main", "dev", "text:t", "#MAIN", "no room", ""};
static const char *const topics[] = {
    WORLD_MAIN, "/gossipchat/1/tea/dev", "t", "/gossipchat/1/x/main", ""};
static const char *const nicks[] = {
    "Ann", "ann", "Bob", "\xd0\x92\x6f\x62", "Olga", "", "x y", "\x1b[2J", "~~~", "C16wHX2d"};
static const char *const texts[] = {"hi", "Ann?", "", "\x1b]0;x\x07", "a\nb", "\xff\xfe",
    "\xe2\x80\xae\x61\x62", "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81"};

#define PICK(script, list) (list)[script_below(script, sizeof(list) / sizeof((list)[0]))]

static void do_command(struct script *script, enum who who)
{
    struct gossip_command asked = {
        .kind = (enum gossip_command_kind)script_below(script, GOSSIP_COMMAND_PING),
        .room = bytes_of_text(PICK(script, rooms)),
        .text = bytes_of_text(PICK(script, texts)),
        .to = bytes_of_text(PICK(script, nicks)),
        .count = script_below(script, 4),
        .is_forced = script_chance(script, 2)};
    /* A ping is answered by the node alone. */
    if (asked.kind == GOSSIP_COMMAND_RENAME)
        asked.text = bytes_of_text(PICK(script, nicks));
    if (script_chance(script, 4))
        asked.kind = GOSSIP_COMMAND_JOIN;
    command(who, &asked);
}

static uint64_t number(struct script *script)
{
    switch (script_below(script, 6)) {
    case 0:
        return UINT64_MAX - script_below(script, 3);
    case 1:
        return script_u64(script);
    case 2:
        return WIRE_CHAT_SEQUENCE_MAX - script_below(script, 2);
    default:
        return script_below(script, 6);
    }
}

static struct gossip_bytes make_frame(struct script *script)
{
    struct wire_chat_frame frame = {.kind = script_below(script, 9),
        .lamport = number(script),
        .session = 1 + script_below(script, 2),
        .sequence = number(script) & WIRE_CHAT_SEQUENCE_MAX,
        .sent_ms = script_chance(script, 2) ? world.date_ms : (int64_t)script_u64(script),
        .nick = bytes_of_text(PICK(script, nicks)),
        .text = bytes_of_text(PICK(script, texts)),
        .seen_count = script_below(script, 3)};
    struct gossip_peer_id author = outsider_id(script_below(script, STRANGERS));
    frame.is_away = script_chance(script, 4);
    frame.away = frame.is_away ? bytes_of_text(PICK(script, texts)) : frame.away;
    frame.has_topic = script_chance(script, 4);
    frame.topic = (struct wire_chat_topic){.lamport = number(script),
        .author = bytes_make(author.data, author.size - script_below(script, 2)),
        .nick = bytes_of_text(PICK(script, nicks)),
        .text = bytes_of_text(PICK(script, texts))};
    for (size_t i = 0; i < frame.seen_count; i++) {
        struct gossip_peer_id seen = outsider_id(script_below(script, STRANGERS));
        frame.seen[i] = (struct wire_chat_seen){
            load_u64_big(seen.data + seen.size - 8), 1 + script_below(script, 2), number(script)};
    }
    return encode_frame(&frame);
}

static void be_a_stranger(struct script *script, enum who to)
{
    unsigned stranger = script_below(script, STRANGERS);
    const char *topic = PICK(script, topics);
    switch (script_below(script, 8)) {
    case 0:
        outsider_up(to, stranger);
        break;
    case 1:
        outsider_down(to, stranger);
        break;
    case 2:
        outsider_up(to, stranger);
        outsider_follows(to, stranger, topic);
        break;
    case 3:
        outsider_unfollows(to, stranger, topic);
        break;
    case 4:
        outsider_says(to, stranger, topic, script_bytes(script, 40));
        break;
    default:
        outsider_says(to, stranger, topic, make_frame(script));
        break;
    }
}

static void be_the_network(struct script *script, enum who who)
{
    enum who other = (enum who)script_below(script, PEOPLE);
    size_t waiting = waiting_count(who);
    uint32_t place = script_below(script, 16);
    switch (script_below(script, 8)) {
    case 0:
        if (who != other)
            is_connected(who, other) ? part(who, other) : meet(who, other);
        break;
    case 1:
        world.is_held = !world.is_held;
        break;
    case 2:
        if (place < waiting)
            deliver_again(who, place);
        break;
    case 3:
        if (place < waiting)
            drop_waiting(who, place);
        break;
    case 4:
        block(who, script_chance(script, 2));
        world.is_answering = place % 4 == 0;
        chat_peer_answers(chat_of(who), world_time(), id_of(other));
        chat_line_reached(chat_of(who), world_time(), id_of(other), 1, place);
        world_settle();
        break;
    case 5:
        deafen(who, script_chance(script, 2));
        break;
    default:
        if (place < waiting)
            deliver(who, place);
        break;
    }
}

static void let_time_pass(struct script *script)
{
    static const uint64_t spans[] = {0, 1, 100, 499, 500, 1000, 2000, 3000, 30000, 60000, 150000};
    if (script_chance(script, 16))
        world.date_ms = script_chance(script, 2) ? (int64_t)script_u64(script) : WORLD_DATE_MS;
    pass_ms(PICK(script, spans));
}

static void play(const uint8_t *data, size_t size)
{
    struct script script = script_of(data, size);
    world_prepare();
    world.is_fuzzed = true;
    world.limits.people_max = 8;
    world.limits.rooms_max = 2;
    world.limits.history_lines_max = 1000; /* more than are said: who forgets may be told again */
    world.limits.outbox_lines_max = 4;
    world_begin(PEOPLE);
    while (!script_is_spent(&script)) {
        enum who who = (enum who)script_below(&script, PEOPLE);
        switch (script_below(&script, 5)) {
        case 0:
            do_command(&script, who);
            break;
        case 1:
        case 2:
            be_a_stranger(&script, who);
            break;
        case 3:
            be_the_network(&script, who);
            break;
        default:
            let_time_pass(&script);
            break;
        }
    }
    for (enum who who = ANN; who < PEOPLE; who++) {
        deafen(who, false);
        block(who, false);
        close_chat(who, "end");
        expect_equal(chat_unsent_count(chat_of(who)), 0);
    }
    world_end();
}

const struct harness harness = {.name = "chat", .play = play, .size_max = 1024};
