#include "unit/chat/world.h"

void simple(enum who who, enum gossip_command_kind kind, const char *room, const char *text)
{
    struct gossip_command asked = {
        .kind = kind, .room = bytes_of_text(room), .text = bytes_of_text(text)};
    command(who, &asked);
}

void join(enum who who, const char *room)
{
    simple(who, GOSSIP_COMMAND_JOIN, room, "");
}

void join_privately(enum who who, const char *room, const char *passphrase)
{
    struct gossip_command asked = {.kind = GOSSIP_COMMAND_JOIN,
        .room = bytes_of_text(room),
        .secret = bytes_of_text(passphrase)};
    command(who, &asked);
}

void about(enum who who, enum gossip_command_kind kind, const char *to, const char *text)
{
    struct gossip_command asked = {
        .kind = kind, .to = bytes_of_text(to), .text = bytes_of_text(text)};
    command(who, &asked);
}

void leave(enum who who, const char *room, const char *reason)
{
    simple(who, GOSSIP_COMMAND_LEAVE, room, reason);
}

void say(enum who who, const char *text)
{
    simple(who, GOSSIP_COMMAND_SAY, "main", text);
}

void say_in(enum who who, const char *room, const char *text)
{
    simple(who, GOSSIP_COMMAND_SAY, room, text);
}

void act(enum who who, const char *text)
{
    simple(who, GOSSIP_COMMAND_ACT, "main", text);
}

void rename_to(enum who who, const char *nick)
{
    simple(who, GOSSIP_COMMAND_RENAME, "", nick);
}

struct gossip_bytes encode_frame(const struct wire_chat_frame *frame)
{
    size_t size = wire_chat_frame_encoded_size(frame);
    uint8_t *memory = test_take(size + 1);
    return bytes_make(memory, wire_chat_frame_encode(frame, room_make(memory, size)));
}
