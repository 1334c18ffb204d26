#include "ping/client.h"

#include "base/bytes.h"
#include "base/instant.h"
#include "base/require.h"

void ping_client_init(struct ping_client *client, struct entropy entropy)
{
    *client = (struct ping_client){0};
    entropy_fill(entropy, client->bytes, sizeof(client->bytes));
}

size_t ping_client_transmit(
    struct ping_client *client, struct gossip_instant now, struct gossip_room room)
{
    struct gossip_bytes part =
        bytes_part(bytes_make(client->bytes, PING_BYTES), client->sent, room.size);
    bytes_copy(room.data, part);
    client->sent = (uint8_t)(client->sent + part.size);
    if (part.size > 0 && client->sent == PING_BYTES)
        client->sent_at = now;
    return part.size;
}

enum gossip_error ping_client_receive(
    struct ping_client *client, struct gossip_instant now, struct gossip_bytes *input)
{
    struct gossip_bytes awaited =
        bytes_make(client->bytes + client->received, (size_t)client->sent - client->received);
    if (!bytes_start_with(awaited, *input))
        return GOSSIP_ERROR_PEER_MALFORMED;
    client->received = (uint8_t)(client->received + input->size);
    if (input->size > 0 && client->received == PING_BYTES)
        client->round_trip = instant_since(now, client->sent_at);
    *input = bytes_part(*input, input->size, 0);
    return GOSSIP_OK;
}

bool ping_client_is_finished(const struct ping_client *client)
{
    return client->received == PING_BYTES;
}

struct gossip_duration ping_client_round_trip(const struct ping_client *client)
{
    require(ping_client_is_finished(client));
    return client->round_trip;
}
