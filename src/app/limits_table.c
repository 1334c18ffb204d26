#include "app/limits_table.h"

#include <stdio.h>

#include "gossipchat/limits.h"

#define KIB ((size_t)1024)

static void print_count(const char *name, unsigned value, const char *what)
{
    printf("%-22s %10u        %s\n", name, value, what);
}

static void print_bytes(const char *name, size_t value, const char *what)
{
    printf("%-22s %10zu bytes  %s\n", name, value, what);
}

void limits_table_print(void)
{
    struct gossip_limits limits;
    size_t unproven;
    size_t connected;

    gossip_limits_default(&limits);
    print_count("peers_max", limits.peers_max, "connected and proven");
    print_count("handshakes_max", limits.handshakes_max, "accepted and not proven, 16 KiB each");
    print_count("dials_max", limits.dials_max, "being dialed, 16 KiB each");
    print_count("book_peers_max", limits.book_peers_max, "peers whose addresses are remembered");
    print_bytes("output_bytes_max", limits.output_bytes_max, "waiting for one socket");
    print_count("streams_max", limits.streams_max, "of one connection, for each side");
    print_bytes("rpc_in_bytes_max", limits.rpc_in_bytes_max, "one RPC we accept");
    print_bytes("rpc_out_bytes_max", limits.rpc_out_bytes_max, "one RPC we send");
    print_bytes("message_bytes_max", limits.message_bytes_max, "one message of ours");
    print_count("topics_max", limits.topics_max, "followed at once");
    print_count("rooms_max", limits.rooms_max, "open at once");
    print_count("people_max", limits.people_max, "remembered in all rooms together");
    print_count("history_lines_max", limits.history_lines_max, "kept per room, 8 KiB each at most");
    print_count("outbox_lines_max", limits.outbox_lines_max, "of ours that wait for somebody");
    unproven = (size_t)(limits.handshakes_max + limits.dials_max) * 16 * KIB;
    connected =
        (size_t)limits.peers_max * (limits.output_bytes_max + limits.rpc_in_bytes_max + 64 * KIB);
    printf(
        "\nWorst case: %zu KiB for strangers, %zu KiB for %u hostile peers that fill everything.\n",
        unproven / KIB, connected / KIB, limits.peers_max);
}
