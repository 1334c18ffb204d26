#include "mdns/interface.h"

#include "unit/mdns/net.h"

static bool near(const char *addresses, const char *text)
{
    struct mdns_interface interface = net(2, addresses);
    struct mdns_ip asked = ip(text);

    return mdns_interface_is_near(&interface, &asked);
}

static bool may_dial(const struct mdns_interface *interface, const char *source, const char *text)
{
    struct mdns_ip from = ip(source);
    struct mdns_ip to = ip(text);

    return mdns_interface_may_dial(interface, &from, &to);
}

/* Compares what is told on the interface with the addresses in `expected`, in this order. */
static void expect_advertised(const struct mdns_interface *interface, const char *expected)
{
    struct mdns_interface wanted = net(1, expected);
    struct mdns_ip advertised[MDNS_ADVERTISED_MAX];
    size_t count = mdns_interface_advertise(interface, advertised);

    expect_equal(count, wanted.address_count);
    for (size_t i = 0; i < count; i++)
        expect_true(mdns_ip_is_equal(&advertised[i], &wanted.addresses[i].ip));
}

static void near_is_what_shares_the_prefix(void)
{
    expect_true(near("192.168.1.2/24", "192.168.1.255"));
    expect_false(near("192.168.1.2/24", "192.168.2.1"));
    expect_true(near("10.1.2.3/9", "10.127.0.1"));
    expect_false(near("10.1.2.3/9", "10.128.0.1"));
    expect_true(near("10.0.0.1/32", "10.0.0.1"));
    expect_false(near("10.0.0.1/32", "10.0.0.0"));
    expect_true(near("10.0.0.1/8 192.168.1.2/30", "192.168.1.1"));
    expect_true(near("2001:db8::1/64", "2001:db8::ffff"));
    expect_false(near("2001:db8::1/64", "2001:db8:0:1::1"));
    expect_true(near("fd00::1/128", "fd00::1"));
}

static void families_are_not_mixed_up(void)
{
    /* The first 4 bytes are the same. */
    expect_false(near("10.0.0.1/8", "a00:1::1"));
    expect_false(near("a00:1::1/8", "10.0.0.1"));
}

static void a_prefix_that_cannot_be_makes_nobody_near(void)
{
    expect_false(near("10.0.0.1/0", "10.0.0.1"));
    expect_false(near("10.0.0.1/33", "10.0.0.1"));
    expect_false(near("fd00::1/129", "fd00::1"));
}

static void link_local_is_always_near(void)
{
    expect_true(near("10.0.0.1/8", "169.254.7.7"));
    expect_true(near("10.0.0.1/8", "fe80::7"));
}

static void neighbours_are_dialed_on_the_link_only(void)
{
    struct mdns_interface interface = net(2, "192.168.1.2/24 fe80::2/64 2001:db8::2/64");

    expect_true(may_dial(&interface, "192.168.1.9", "192.168.1.9"));
    expect_true(may_dial(&interface, "fe80::9", "192.168.1.9"));
    expect_true(may_dial(&interface, "fe80::9", "2001:db8::9"));
    expect_true(may_dial(&interface, "fe80::9", "fe80::8"));
    expect_true(may_dial(&interface, "192.168.1.9", "169.254.1.1"));
    expect_false(may_dial(&interface, "192.168.1.9", "10.0.0.1"));
    expect_false(may_dial(&interface, "192.168.1.9", "8.8.8.8"));
    expect_false(may_dial(&interface, "192.168.1.9", "2001:db8:1::9"));
}

static void the_sender_itself_may_be_dialed_outside_of_all_prefixes(void)
{
    struct mdns_interface interface = net(2, "10.8.0.2/32");

    expect_true(may_dial(&interface, "10.8.0.1", "10.8.0.1"));
    expect_false(may_dial(&interface, "10.8.0.1", "10.8.0.3"));
}

static void what_is_no_host_is_never_dialed(void)
{
    struct mdns_interface interface = net(2, "192.168.1.2/24 fe80::2/64");
    static const char *const texts[] = {
        "0.0.0.0", "::", "224.0.0.251", "ff02::fb", "255.255.255.255"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        expect_false(may_dial(&interface, texts[i], texts[i]));
}

static void loopback_is_dialed_only_for_this_machine(void)
{
    struct mdns_interface interface = net(2, "192.168.1.2/24");
    struct mdns_interface loopback = net(1, "127.0.0.1/8 ::1/128");

    loopback.is_loopback = true;
    expect_false(may_dial(&interface, "192.168.1.9", "127.0.0.1"));
    expect_false(may_dial(&interface, "192.168.1.9", "::1"));
    expect_true(may_dial(&interface, "192.168.1.2", "127.0.0.1"));
    expect_true(may_dial(&loopback, "127.0.0.1", "127.0.0.1"));
    expect_true(may_dial(&loopback, "127.0.0.1", "127.0.0.2"));
    expect_true(may_dial(&loopback, "127.0.0.1", "::1"));
}

static void ipv4_is_told_first(void)
{
    struct mdns_interface interface = net(2, "2001:db8::2/64 192.168.1.2/24 fd00::2/64");

    expect_advertised(&interface, "192.168.1.2/24 2001:db8::2/64 fd00::2/64");
}

static void link_local_ipv6_is_told_only_if_there_is_nothing_else(void)
{
    struct mdns_interface interface = net(2, "fe80::2/64 192.168.1.2/24");

    expect_advertised(&interface, "192.168.1.2/24");
    interface = net(2, "fe80::2/64 fd00::2/64");
    expect_advertised(&interface, "fd00::2/64");
    interface = net(2, "fe80::2/64");
    expect_advertised(&interface, "fe80::2/64");
}

static void link_local_ipv4_is_told(void)
{
    struct mdns_interface interface = net(2, "169.254.3.4/16 fe80::2/64");

    expect_advertised(&interface, "169.254.3.4/16");
}

static void loopback_is_told_on_loopback_only(void)
{
    struct mdns_interface interface = net(1, "127.0.0.1/8 ::1/128 10.9.9.9/32");

    expect_advertised(&interface, "10.9.9.9/32");
    interface.is_loopback = true;
    expect_advertised(&interface, "127.0.0.1/8 10.9.9.9/32 ::1/128");
}

static void nothing_is_told_of_an_interface_without_addresses(void)
{
    struct mdns_interface interface = net(2, "");

    expect_advertised(&interface, "");
    interface = net(2, "0.0.0.0/8 224.0.0.1/4");
    expect_advertised(&interface, "");
}

static void of_each_family_at_most_four_are_told(void)
{
    struct mdns_interface interface =
        net(2, "10.0.0.1/8 10.0.0.2/8 10.0.0.3/8 10.0.0.4/8 10.0.0.5/8 fd00::1/64 fd00::2/64 "
               "fd00::3/64 fd00::4/64 fd00::5/64");

    expect_advertised(&interface, "10.0.0.1/8 10.0.0.2/8 10.0.0.3/8 10.0.0.4/8 fd00::1/64 "
                                  "fd00::2/64 fd00::3/64 fd00::4/64");
}

static void the_order_of_addresses_makes_no_difference(void)
{
    struct mdns_interface one = net(2, "10.0.0.1/8 fd00::1/64");
    struct mdns_interface other = net(2, "fd00::1/64 10.0.0.1/8");

    expect_true(mdns_interface_is_equal(&one, &other));
}

static void every_other_difference_counts(void)
{
    struct mdns_interface one = net(2, "10.0.0.1/8 fd00::1/64");
    struct mdns_interface other = net(2, "10.0.0.1/8 fd00::2/64");

    expect_false(mdns_interface_is_equal(&one, &other));
    other = net(2, "10.0.0.1/16 fd00::1/64");
    expect_false(mdns_interface_is_equal(&one, &other));
    other = net(2, "10.0.0.1/8");
    expect_false(mdns_interface_is_equal(&one, &other));
    other = net(3, "10.0.0.1/8 fd00::1/64");
    expect_false(mdns_interface_is_equal(&one, &other));
    other = one;
    other.is_loopback = true;
    expect_false(mdns_interface_is_equal(&one, &other));
    other = one;
    other.speaks[MDNS_IP6] = false;
    expect_false(mdns_interface_is_equal(&one, &other));
}

static void only_link_local_ipv6_needs_a_scope(void)
{
    struct mdns_ip one = ip("fe80::1");
    struct mdns_ip other = ip("169.254.1.1");

    expect_true(mdns_ip_needs_scope(&one));
    expect_false(mdns_ip_needs_scope(&other));
    one = ip("fd00::1");
    expect_false(mdns_ip_needs_scope(&one));
}

TEST_MAIN(TEST(near_is_what_shares_the_prefix), TEST(families_are_not_mixed_up),
    TEST(a_prefix_that_cannot_be_makes_nobody_near), TEST(link_local_is_always_near),
    TEST(neighbours_are_dialed_on_the_link_only),
    TEST(the_sender_itself_may_be_dialed_outside_of_all_prefixes),
    TEST(what_is_no_host_is_never_dialed), TEST(loopback_is_dialed_only_for_this_machine),
    TEST(ipv4_is_told_first), TEST(link_local_ipv6_is_told_only_if_there_is_nothing_else),
    TEST(link_local_ipv4_is_told), TEST(loopback_is_told_on_loopback_only),
    TEST(nothing_is_told_of_an_interface_without_addresses),
    TEST(of_each_family_at_most_four_are_told), TEST(the_order_of_addresses_makes_no_difference),
    TEST(every_other_difference_counts), TEST(only_link_local_ipv6_needs_a_scope))
