#include "app/private_room.h"

#include <string.h>

#include "base/bytes.h"

static void run(struct session *session, enum gossip_command_kind kind, struct gossip_bytes secret)
{
    struct gossip_command command = {
        .kind = kind, .room = bytes_of_text(session->secret_room), .secret = secret};

    session_command(session, &command);
}

static void on_secret(struct session *session, struct gossip_bytes secret)
{
    if (secret.size == 0) {
        talk_warn(&session->talk, "! no passphrase was given; nothing is changed");
        return;
    }
    if (session->secret_leaves_first) {
        run(session, GOSSIP_COMMAND_LEAVE, (struct gossip_bytes){0});
    }
    run(session, GOSSIP_COMMAND_JOIN, secret);
}

/* Without '#'. False if it is longer than any name of a room. */
static bool keep_room(struct session *session, struct gossip_bytes room)
{
    if (bytes_start_with(room, BYTES_OF("#"))) {
        room = bytes_part(room, 1, room.size);
    }
    if (room.size == 0 || room.size >= sizeof(session->secret_room)) {
        return false;
    }
    memcpy(session->secret_room, room.data, room.size);
    session->secret_room[room.size] = '\0';
    return true;
}

bool private_room_join(struct session *session, struct gossip_bytes room, bool leaves_first)
{
    char question[SESSION_ROOM_BYTES_MAX + 64];

    if (!keep_room(session, room)) {
        return false;
    }
    session->secret_leaves_first = leaves_first;
    (void)snprintf(
        question, sizeof(question), "Passphrase of #%s (not shown): ", session->secret_room);
    return session_ask_secret(session, question, on_secret);
}

void private_room_open(struct session *session, struct gossip_bytes room)
{
    if (keep_room(session, room)) {
        run(session, GOSSIP_COMMAND_LEAVE, (struct gossip_bytes){0});
        run(session, GOSSIP_COMMAND_JOIN, (struct gossip_bytes){0});
    }
}
