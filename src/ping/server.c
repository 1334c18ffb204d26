#include "ping/server.h"

#include "base/bytes.h"
#include "base/require.h"

void ping_server_init(struct ping_server *server)
{
    *server = (struct ping_server){0};
}

void ping_server_receive(struct ping_server *server, struct gossip_bytes *input)
{
    size_t missing = PING_BYTES - (size_t)server->received;
    size_t size = missing < input->size ? missing : input->size;
    bool was_taken = bytes_take_copy(input, server->bytes + server->received, size);
    require(was_taken);
    server->received = (uint8_t)(server->received + size);
}

size_t ping_server_transmit(struct ping_server *server, struct gossip_room room)
{
    if (server->received < PING_BYTES)
        return 0;
    struct gossip_bytes part =
        bytes_part(bytes_make(server->bytes, PING_BYTES), server->sent, room.size);
    bytes_copy(room.data, part);
    server->sent = (uint8_t)(server->sent + part.size);
    if (server->sent == PING_BYTES)
        ping_server_init(server);
    return part.size;
}

bool ping_server_is_idle(const struct ping_server *server)
{
    return server->received == 0;
}
