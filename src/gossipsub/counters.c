#include "gossipsub/counters.h"

const char *gossipsub_drop_text(enum gossipsub_drop drop)
{
    switch (drop) {
    case GOSSIPSUB_DROP_OUTBOX_FULL:
        return "the peer reads too slowly";
    case GOSSIPSUB_DROP_OUTBOXES_FULL:
        return "too much waits for all peers together";
    case GOSSIPSUB_DROP_TOO_LARGE:
        return "the message is larger than an RPC of ours";
    case GOSSIPSUB_DROP_UNWANTED:
        return "the peer does not want it";
    case GOSSIPSUB_DROP_ALREADY_THERE:
        return "the peer has it";
    case GOSSIPSUB_DROP_PEER_LEFT:
        return "the peer left";
    case GOSSIPSUB_DROP_GOSSIP_OVERTAKEN:
        return "newer gossip came before this was sent";
    case GOSSIPSUB_DROP_IWANTS_FULL:
        return "too many ids wait to be asked for";
    case GOSSIPSUB_DROP_IDONTWANTS_FULL:
        return "too many ids wait to be announced";
    case GOSSIPSUB_DROP_VALIDATIONS_FULL:
        return "too many messages wait for a verdict";
    case GOSSIPSUB_DROP_SUBSCRIPTION:
        return "the peer follows too many topics, or one with too long a name";
    case GOSSIPSUB_DROP_RECORD:
        return "a suggested peer cannot be used";
    case GOSSIPSUB_DROP_NO_MEMORY:
        return "there is no memory";
    }
    return "unknown";
}
