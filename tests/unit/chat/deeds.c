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
