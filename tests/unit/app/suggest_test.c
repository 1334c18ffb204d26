#include "app/suggest.h"

#include <string.h>

#include "support/test.h"

static const char *const names[] = {"rendezvous", "room", "port", "peer", "profile", "n"};

static const char *nearest(const char *word)
{
    const char *found = suggest_nearest(word, names, sizeof(names) / sizeof(names[0]));

    return found == NULL ? "(none)" : found;
}

static void one_mistake_is_forgiven(void)
{
    expect_text(nearest("rendevous"), "rendezvous");   /* a letter too few */
    expect_text(nearest("rendezzvous"), "rendezvous"); /* too many */
    expect_text(nearest("rendesvous"), "rendezvous");  /* another */
    expect_text(nearest("rednezvous"), "rendezvous");  /* two swapped */
    expect_text(nearest("por"), "port");
    expect_text(nearest("pere"), "peer");
    expect_text(nearest("room"), "room");
}

static void two_mistakes_are_forgiven_in_a_long_word_only(void)
{
    expect_text(nearest("rendevus"), "rendezvous");
    expect_text(nearest("pro"), "(none)"); /* two edits from port, four from profile */
    expect_text(nearest("rndvus"), "(none)");
}

static void something_else_is_not_guessed_at(void)
{
    char endless[200];

    memset(endless, 'r', sizeof(endless) - 1);
    endless[sizeof(endless) - 1] = '\0';
    expect_text(nearest("xyzzy"), "(none)");
    expect_text(nearest(endless), "(none)");
    expect_text(nearest(""), "n"); /* one letter away */
    expect_null(suggest_nearest("room", names, 0));
}

TEST_MAIN(TEST(one_mistake_is_forgiven), TEST(two_mistakes_are_forgiven_in_a_long_word_only),
    TEST(something_else_is_not_guessed_at))
