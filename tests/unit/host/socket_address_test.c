#include "host/socket_address.h"

#include <net/if.h>
#include <string.h>
#include <uv.h>

#include "multiaddr/multiaddr.h"
#include "support/test.h"

static struct gossip_address address_of(const char *text)
{
    struct gossip_address address;

    expect_ok(multiaddr_parse(bytes_of_text(text), &address, NULL));
    return address;
}

static void expect_round_trip(const char *text)
{
    struct gossip_address address = address_of(text);
    struct gossip_address back;
    struct sockaddr_storage socket;
    char printed[MULTIADDR_TEXT_BYTES_MAX];

    expect_true(socket_address_from(&address, 0, &socket));
    expect_true(socket_address_to(&socket, &back));
    (void)multiaddr_print(multiaddr_bytes(&back), printed);
    expect_text(printed, text);
}

static void addresses_of_both_families_come_back(void)
{
    expect_round_trip("/ip4/192.0.2.7/tcp/9740");
    expect_round_trip("/ip4/255.255.255.254/tcp/65535");
    expect_round_trip("/ip6/2001:db8::1/tcp/1");
    expect_round_trip("/ip6/::1/tcp/9740");
}

static void who_called_over_a_socket_of_both_families_is_shown_as_he_is(void)
{
    struct sockaddr_in6 mapped = {.sin6_family = AF_INET6, .sin6_port = htons(9740)};
    struct sockaddr_storage socket = {.ss_family = 0};
    struct gossip_address address;
    char printed[MULTIADDR_TEXT_BYTES_MAX];
    const uint8_t ip[16] = {[10] = 0xFF, [11] = 0xFF, 192, 0, 2, 7};

    memcpy(&mapped.sin6_addr, ip, sizeof(ip));
    memcpy(&socket, &mapped, sizeof(mapped));
    expect_true(socket_address_to(&socket, &address));
    (void)multiaddr_print(multiaddr_bytes(&address), printed);
    expect_text(printed, "/ip4/192.0.2.7/tcp/9740");
}

static void what_is_no_ip_address_with_a_port_is_none(void)
{
    struct gossip_address name = address_of("/dns/chat.example/tcp/9740");
    struct gossip_address bare = address_of("/ip4/192.0.2.7");
    struct sockaddr_storage socket = {.ss_family = AF_UNIX};
    struct gossip_address address;

    expect_false(socket_address_to(&socket, &address));
    expect_false(socket_address_from(&name, 0, &socket));
    expect_false(socket_address_from(&bare, 0, &socket));
}

static void a_link_local_address_leads_through_its_interface(void)
{
    struct gossip_address plain = address_of("/ip6/fe80::1/tcp/9740");
    struct gossip_address zoned = address_of("/ip6zone/lo/ip6/fe80::1/tcp/9740");
    struct gossip_address strange = address_of("/ip6zone/no-such/ip6/fe80::1/tcp/9740");
    struct sockaddr_storage socket;
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&socket;

    expect_true(socket_address_from(&plain, 7, &socket));
    expect_equal(six->sin6_scope_id, 7);
    expect_true(socket_address_from(&zoned, 0, &socket));
    expect_equal(six->sin6_scope_id, if_nametoindex("lo"));
    expect_true(socket_address_from(&strange, 7, &socket));
    expect_equal(six->sin6_scope_id, 0); /* not through any other */
}

static void errors_are_sorted_by_what_can_be_done(void)
{
    expect_equal(socket_error(UV_ECONNREFUSED), GOSSIP_ERROR_UNREACHABLE);
    expect_equal(socket_error(UV_EADDRINUSE), GOSSIP_ERROR_ADDRESS_IN_USE);
    expect_equal(socket_error(UV_EACCES), GOSSIP_ERROR_PERMISSION);
    expect_equal(socket_error(UV_EMFILE), GOSSIP_ERROR_LIMIT);
    expect_equal(socket_error(UV_ENOMEM), GOSSIP_ERROR_NO_MEMORY);
}

static void errors_are_told_in_words(void)
{
    expect_text(socket_error_text(UV_ECONNREFUSED), "refused: no program listens there");
    expect_text(socket_error_text(UV_ETIMEDOUT), "connection timed out after 5 s");
    expect_text(socket_error_text(UV_ENETUNREACH),
        "no route to it: another network, or a cable that is out");
    expect_text(socket_error_text(UV_EHOSTUNREACH), socket_error_text(UV_ENETUNREACH));
    expect_text(socket_error_text(UV_EAI_NONAME), "there is no host of that name");
    expect_text(socket_error_text(UV_EAI_AGAIN), "the name server does not answer");
    expect_text(socket_error_text(UV_EMFILE), "too many open files on this machine");
    expect_text(socket_error_text(UV_EISCONN), uv_strerror(UV_EISCONN));
}

TEST_MAIN(TEST(addresses_of_both_families_come_back),
    TEST(who_called_over_a_socket_of_both_families_is_shown_as_he_is),
    TEST(what_is_no_ip_address_with_a_port_is_none),
    TEST(a_link_local_address_leads_through_its_interface),
    TEST(errors_are_sorted_by_what_can_be_done), TEST(errors_are_told_in_words))
