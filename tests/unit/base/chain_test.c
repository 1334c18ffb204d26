#include "base/chain.h"

#include "support/test.h"

struct waiting {
    char name;
    struct chain chain;
};

static struct chain head;
static struct waiting a, b, c;

static void begin(void)
{
    chain_init(&head, NULL);
    a = (struct waiting){.name = 'a'};
    b = (struct waiting){.name = 'b'};
    c = (struct waiting){.name = 'c'};
    chain_init(&a.chain, &a);
    chain_init(&b.chain, &b);
    chain_init(&c.chain, &c);
}

/* The names of those in line, first come first; read forwards, and checked backwards. */
static const char *line(void)
{
    static char names[8];
    size_t count = 0;

    for (const struct chain *at = head.next; at != &head; at = at->next) {
        const struct waiting *waiting = at->object;

        expect_same(at->next->previous, at);
        expect_same(at->previous->next, at);
        names[count++] = waiting->name;
    }
    names[count] = '\0';
    return names;
}

static void an_empty_line_has_nobody_at_its_front(void)
{
    begin();
    expect_false(chain_is_linked(&head));
    expect_null(chain_first(&head));
    expect_text(line(), "");
}

static void who_comes_first_stands_first(void)
{
    begin();
    chain_append(&head, &a.chain);
    chain_append(&head, &b.chain);
    chain_append(&head, &c.chain);
    expect_true(chain_is_linked(&head));
    expect_same(chain_first(&head), &a);
    expect_text(line(), "abc");
}

static void who_stands_in_line_keeps_his_place(void)
{
    begin();
    chain_append(&head, &a.chain);
    chain_append(&head, &b.chain);
    chain_append(&head, &a.chain);
    expect_text(line(), "ab");
}

static void anybody_may_leave_from_anywhere(void)
{
    begin();
    chain_append(&head, &a.chain);
    chain_append(&head, &b.chain);
    chain_append(&head, &c.chain);
    chain_remove(&b.chain);
    expect_text(line(), "ac");
    expect_false(chain_is_linked(&b.chain));
    chain_remove(&a.chain);
    expect_text(line(), "c");
    chain_remove(&c.chain);
    expect_text(line(), "");
    expect_false(chain_is_linked(&head));
}

static void who_stands_in_no_line_leaves_nothing(void)
{
    begin();
    chain_append(&head, &a.chain);
    chain_remove(&b.chain);
    chain_remove(&b.chain);
    expect_text(line(), "a");
    expect_false(chain_is_linked(&b.chain));
}

static void who_left_may_come_again(void)
{
    begin();
    chain_append(&head, &a.chain);
    chain_append(&head, &b.chain);
    chain_remove(&a.chain);
    chain_append(&head, &a.chain);
    expect_text(line(), "ba");
}

static void a_place_before_somebody_can_be_taken(void)
{
    begin();
    chain_append(&head, &a.chain);
    chain_append(&head, &b.chain);
    chain_insert_before(&b.chain, &c.chain);
    expect_text(line(), "acb");
    chain_remove(&c.chain);
    chain_insert_before(&a.chain, &c.chain);
    expect_text(line(), "cab");
}

static void before_the_head_is_the_end(void)
{
    begin();
    chain_insert_before(&head, &a.chain);
    chain_insert_before(&head, &b.chain);
    expect_text(line(), "ab");
}

TEST_MAIN(TEST(an_empty_line_has_nobody_at_its_front), TEST(who_comes_first_stands_first),
    TEST(who_stands_in_line_keeps_his_place), TEST(anybody_may_leave_from_anywhere),
    TEST(who_stands_in_no_line_leaves_nothing), TEST(who_left_may_come_again),
    TEST(a_place_before_somebody_can_be_taken), TEST(before_the_head_is_the_end))
