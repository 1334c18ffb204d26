#include "web/event_words.h"

#include "web/event_json.h"

const char *event_json_error_code(enum gossip_error error)
{
    switch (error) {
    case GOSSIP_OK:
        return "ok";
    case GOSSIP_ERROR_NO_MEMORY:
        return "no_memory";
    case GOSSIP_ERROR_LIMIT:
        return "limit";
    case GOSSIP_ERROR_WOULD_BLOCK:
        return "busy";
    case GOSSIP_ERROR_PEER_MALFORMED:
        return "peer_malformed";
    case GOSSIP_ERROR_PEER_TOO_LARGE:
        return "too_large";
    case GOSSIP_ERROR_PEER_REFUSED:
        return "peer_refused";
    case GOSSIP_ERROR_PEER_IMPOSTOR:
        return "wrong_peer";
    case GOSSIP_ERROR_PEER_SILENT:
        return "timeout";
    case GOSSIP_ERROR_PEER_CLOSED:
        return "closed";
    case GOSSIP_ERROR_UNREACHABLE:
        return "unreachable";
    case GOSSIP_ERROR_ADDRESS_IN_USE:
        return "address_in_use";
    case GOSSIP_ERROR_PERMISSION:
        return "permission";
    case GOSSIP_ERROR_IO:
        return "io";
    case GOSSIP_ERROR_INVALID:
        return "bad_request";
    case GOSSIP_ERROR_NOT_FOUND:
        return "not_found";
    case GOSSIP_ERROR_ALREADY:
        return "already";
    case GOSSIP_ERROR_UNSUPPORTED:
        return "unsupported";
    case GOSSIP_ERROR_CANCELLED:
        return "cancelled";
    }
    return "internal";
}

const char *event_word_of_via(enum gossip_via via)
{
    switch (via) {
    case GOSSIP_VIA_MANUAL:
        return "manual";
    case GOSSIP_VIA_MDNS:
        return "mdns";
    case GOSSIP_VIA_EXCHANGE:
        return "exchange";
    case GOSSIP_VIA_INBOUND:
        break;
    }
    return "inbound";
}

const char *event_word_of_notice(enum gossip_notice notice)
{
    switch (notice) {
    case GOSSIP_NOTICE_NICK_CLASH:
        return "nick_clash";
    case GOSSIP_NOTICE_NO_COMMON_ROOM:
        return "no_common_room";
    case GOSSIP_NOTICE_NOBODY_YET:
        return "nobody_yet";
    case GOSSIP_NOTICE_CLOCK_SKEW:
        return "clock_skew";
    case GOSSIP_NOTICE_OUTBOX_FULL:
        return "outbox_full";
    case GOSSIP_NOTICE_WRONG_PASSPHRASE:
        return "wrong_passphrase";
    case GOSSIP_NOTICE_WEAK_PASSPHRASE:
        return "weak_passphrase";
    case GOSSIP_NOTICE_UNREADABLE:
        return "unreadable";
    case GOSSIP_NOTICE_HISTORY:
        return "history";
    case GOSSIP_NOTICE_FORGED:
        return "forged";
    case GOSSIP_NOTICE_UNVERIFIED:
        return "unverified";
    case GOSSIP_NOTICE_DIAGNOSIS:
        break;
    }
    return "diagnosis";
}

const char *event_word_of_delivery(enum gossip_delivery delivery)
{
    switch (delivery) {
    case GOSSIP_DELIVERY_QUEUED:
        return "queued";
    case GOSSIP_DELIVERY_SENT:
        return "sent";
    case GOSSIP_DELIVERY_REACHED:
        return "reached";
    case GOSSIP_DELIVERY_FAILED:
        break;
    }
    return "failed";
}
