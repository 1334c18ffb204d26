#include "doctor/ruleset.h"

#include "base/bytes.h"
#include "support/test.h"

static char chain[DOCTOR_NAME_BYTES_MAX];

static enum doctor_firewall read_rules(const char *text)
{
    return doctor_ruleset_read(bytes_of_text(text), 9740, chain);
}

#define INPUT                                                                                      \
    "table inet filter {\n\tchain in {\n\t\ttype filter hook input priority filter; policy "

static void a_policy_that_drops_is_a_firewall(void)
{
    expect_equal(read_rules(INPUT "drop;\n\t\tct state established accept\n\t}\n}\n"),
        DOCTOR_FIREWALL_NFTABLES);
    expect_text(chain, "inet filter in");
}

static void a_rule_that_accepts_opens_it(void)
{
    expect_equal(
        read_rules(INPUT "drop;\n\t\ttcp dport 9740 accept\n\t}\n}\n"), DOCTOR_FIREWALL_OPEN);
    expect_equal(read_rules(INPUT "drop;\n\t\ttcp dport { 22, 9740 } accept\n\t}\n}\n"),
        DOCTOR_FIREWALL_OPEN);
    expect_equal(
        read_rules(INPUT "drop;\n\t\ttcp dport 97400 accept\n\t}\n}\n"), DOCTOR_FIREWALL_NFTABLES);
    expect_equal(
        read_rules(INPUT "drop;\n\t\tudp dport 9740 accept\n\t}\n}\n"), DOCTOR_FIREWALL_NFTABLES);
}

static void a_rule_that_drops_calls_is_a_firewall(void)
{
    expect_equal(
        read_rules(INPUT "accept;\n\t\tct state new reject\n\t}\n}\n"), DOCTOR_FIREWALL_NFTABLES);
    expect_equal(
        read_rules(INPUT "accept;\n\t\ttcp dport 9740 drop\n\t}\n}\n"), DOCTOR_FIREWALL_NFTABLES);
}

static void rules_about_other_things_are_none(void)
{
    expect_equal(read_rules(""), DOCTOR_FIREWALL_NONE);
    expect_equal(read_rules(INPUT "accept;\n\t}\n}\n"), DOCTOR_FIREWALL_NONE);
    expect_equal(read_rules(INPUT "accept;\n\t\tct state invalid drop\n\t\ttcp dport 22 drop\n\t\t"
                                  "ip saddr 192.0.2.1 drop\n\t\tudp dport 5353 drop\n\t}\n}\n"),
        DOCTOR_FIREWALL_NONE);
    expect_equal(
        read_rules("table ip nat {\n\tchain out {\n\t\ttype filter hook output priority 0; "
                   "policy drop;\n\t}\n\tchain other {\n\t\tdrop\n\t}\n}\n"),
        DOCTOR_FIREWALL_NONE);
    expect_text(chain, "");
    expect_equal(read_rules("chain\ntable\n{\n hook input"), DOCTOR_FIREWALL_NONE);
}

TEST_MAIN(TEST(a_policy_that_drops_is_a_firewall), TEST(a_rule_that_accepts_opens_it),
    TEST(a_rule_that_drops_calls_is_a_firewall), TEST(rules_about_other_things_are_none))
