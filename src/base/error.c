#include "gossipchat/error.h"

enum gossip_blame gossip_error_blame(enum gossip_error error)
{
    switch (error) {
    case GOSSIP_OK:
        return GOSSIP_BLAME_NOBODY;
    case GOSSIP_ERROR_NO_MEMORY:
    case GOSSIP_ERROR_LIMIT:
    case GOSSIP_ERROR_WOULD_BLOCK:
        return GOSSIP_BLAME_US;
    case GOSSIP_ERROR_PEER_MALFORMED:
    case GOSSIP_ERROR_PEER_TOO_LARGE:
    case GOSSIP_ERROR_PEER_REFUSED:
    case GOSSIP_ERROR_PEER_IMPOSTOR:
    case GOSSIP_ERROR_PEER_SILENT:
    case GOSSIP_ERROR_PEER_CLOSED:
        return GOSSIP_BLAME_PEER;
    case GOSSIP_ERROR_UNREACHABLE:
    case GOSSIP_ERROR_ADDRESS_IN_USE:
    case GOSSIP_ERROR_PERMISSION:
    case GOSSIP_ERROR_IO:
        return GOSSIP_BLAME_NETWORK;
    case GOSSIP_ERROR_INVALID:
    case GOSSIP_ERROR_NOT_FOUND:
    case GOSSIP_ERROR_ALREADY:
    case GOSSIP_ERROR_UNSUPPORTED:
    case GOSSIP_ERROR_CANCELLED:
        return GOSSIP_BLAME_CALLER;
    }
    /* Not one of ours: an embedder passed a number of its own making. */
    return GOSSIP_BLAME_NOBODY;
}

const char *gossip_error_text(enum gossip_error error)
{
    switch (error) {
    case GOSSIP_OK:
        return "no error";
    case GOSSIP_ERROR_NO_MEMORY:
        return "out of memory";
    case GOSSIP_ERROR_LIMIT:
        return "a limit of this node was reached";
    case GOSSIP_ERROR_WOULD_BLOCK:
        return "no room right now";
    case GOSSIP_ERROR_PEER_MALFORMED:
        return "the peer sent something malformed";
    case GOSSIP_ERROR_PEER_TOO_LARGE:
        return "the peer sent something too large";
    case GOSSIP_ERROR_PEER_REFUSED:
        return "the peer refused";
    case GOSSIP_ERROR_PEER_IMPOSTOR:
        return "the peer is not who it should be";
    case GOSSIP_ERROR_PEER_SILENT:
        return "the peer did not answer in time";
    case GOSSIP_ERROR_PEER_CLOSED:
        return "the peer closed the connection";
    case GOSSIP_ERROR_UNREACHABLE:
        return "the address could not be reached";
    case GOSSIP_ERROR_ADDRESS_IN_USE:
        return "the address is in use";
    case GOSSIP_ERROR_PERMISSION:
        return "permission denied";
    case GOSSIP_ERROR_IO:
        return "input or output failed";
    case GOSSIP_ERROR_INVALID:
        return "the request is not valid";
    case GOSSIP_ERROR_NOT_FOUND:
        return "not found";
    case GOSSIP_ERROR_ALREADY:
        return "already done or already there";
    case GOSSIP_ERROR_UNSUPPORTED:
        return "not supported";
    case GOSSIP_ERROR_CANCELLED:
        return "cancelled";
    }
    return "unknown error";
}
