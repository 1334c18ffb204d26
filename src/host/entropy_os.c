#include "host/entropy_os.h"

#include <uv.h>

#include "base/require.h"

static void fill(void *context, struct gossip_room room)
{
    (void)context;
    require(uv_random(NULL, NULL, room.data, room.size, 0, NULL) == 0);
}

struct entropy entropy_os(void)
{
    return (struct entropy){.fill = fill};
}
