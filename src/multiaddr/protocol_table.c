#include "multiaddr/protocol_table.h"

#include "base/bytes.h"

static const struct multiaddr_protocol protocols[] = {
    {MULTIADDR_IP4, MULTIADDR_VALUE_IP4, "ip4"},
    {MULTIADDR_TCP, MULTIADDR_VALUE_PORT, "tcp"},
    {MULTIADDR_IP6, MULTIADDR_VALUE_IP6, "ip6"},
    {MULTIADDR_IP6ZONE, MULTIADDR_VALUE_WORD, "ip6zone"},
    {MULTIADDR_IPCIDR, MULTIADDR_VALUE_PREFIX, "ipcidr"},
    {MULTIADDR_DNS, MULTIADDR_VALUE_HOST, "dns"},
    {MULTIADDR_DNS4, MULTIADDR_VALUE_HOST, "dns4"},
    {MULTIADDR_DNS6, MULTIADDR_VALUE_HOST, "dns6"},
    {MULTIADDR_DNSADDR, MULTIADDR_VALUE_HOST, "dnsaddr"},
    {MULTIADDR_UDP, MULTIADDR_VALUE_PORT, "udp"},
    {MULTIADDR_WEBRTC_DIRECT, MULTIADDR_VALUE_NONE, "webrtc-direct"},
    {MULTIADDR_WEBRTC, MULTIADDR_VALUE_NONE, "webrtc"},
    {MULTIADDR_P2P_CIRCUIT, MULTIADDR_VALUE_NONE, "p2p-circuit"},
    {MULTIADDR_UNIX, MULTIADDR_VALUE_PATH, "unix"},
    {MULTIADDR_P2P, MULTIADDR_VALUE_PEER_ID, "p2p"},
    {MULTIADDR_TLS, MULTIADDR_VALUE_NONE, "tls"},
    {MULTIADDR_SNI, MULTIADDR_VALUE_WORD, "sni"},
    {MULTIADDR_NOISE, MULTIADDR_VALUE_NONE, "noise"},
    {MULTIADDR_QUIC, MULTIADDR_VALUE_NONE, "quic"},
    {MULTIADDR_QUIC_V1, MULTIADDR_VALUE_NONE, "quic-v1"},
    {MULTIADDR_WEBTRANSPORT, MULTIADDR_VALUE_NONE, "webtransport"},
    {MULTIADDR_CERTHASH, MULTIADDR_VALUE_MULTIHASH, "certhash"},
    {MULTIADDR_WS, MULTIADDR_VALUE_NONE, "ws"},
    {MULTIADDR_WSS, MULTIADDR_VALUE_NONE, "wss"},
    {MULTIADDR_HTTP, MULTIADDR_VALUE_NONE, "http"},
    {MULTIADDR_MEMORY, MULTIADDR_VALUE_NUMBER, "memory"},
};

#define PROTOCOLS (sizeof(protocols) / sizeof(protocols[0]))

const struct multiaddr_protocol *multiaddr_protocol_by_code(uint64_t code)
{
    for (size_t i = 0; i < PROTOCOLS; i++) {
        if ((uint64_t)protocols[i].code == code)
            return &protocols[i];
    }
    return NULL;
}

const struct multiaddr_protocol *multiaddr_protocol_by_name(struct gossip_bytes name)
{
    if (bytes_equal(name, BYTES_OF("ipfs")))
        return multiaddr_protocol_by_code(MULTIADDR_P2P);
    for (size_t i = 0; i < PROTOCOLS; i++) {
        if (bytes_equal(name, bytes_of_text(protocols[i].name)))
            return &protocols[i];
    }
    return NULL;
}

const struct multiaddr_protocol *multiaddr_protocols(size_t *count)
{
    *count = PROTOCOLS;
    return protocols;
}
