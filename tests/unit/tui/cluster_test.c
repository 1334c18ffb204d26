#include "tui/cluster.h"

#include "support/test.h"

static void expect_cluster(const char *text, unsigned width)
{
    struct gossip_bytes whole = bytes_of_text(text), rest = whole;
    struct cluster cluster = cluster_take(&rest);
    expect_bytes(cluster.bytes, whole);
    expect_equal(cluster.width, width);
    expect_equal(rest.size, 0);
}

static void plain_letters_fill_one_column(void)
{
    expect_cluster("a", 1);
    expect_cluster(" ", 1);
    expect_cluster("\xc3\xa4", 1);                 /* a with dots */
    expect_cluster("a\xcc\x88", 1);                /* the same, of two */
    expect_cluster("\xd7\xa9", 1);                 /* Hebrew */
    expect_cluster("\xd8\xa7", 1);                 /* Arabic */
    expect_cluster("\xe0\xa4\x95\xe0\xa4\xbf", 1); /* Devanagari with a vowel sign */
}

static void wide_ones_fill_two(void)
{
    expect_cluster("\xe4\xbd\xa0", 2);                         /* Chinese */
    expect_cluster("\xed\x95\x9c", 2);                         /* a Korean syllable */
    expect_cluster("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", 2); /* the same, of its letters */
    expect_cluster("\xef\xbc\xa1", 2);                         /* a fullwidth letter */
    expect_cluster("\xf0\x9f\x99\x82", 2);                     /* a smile */
    expect_cluster("\xf0\x9f\xab\xa8", 2);                     /* an emoji of Unicode 15 */
}

static void emoji_of_many_parts_are_one(void)
{
    /* a family of four, a thumb with a skin colour, a farmer */
    expect_cluster(
        "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7\xe2\x80"
        "\x8d\xf0\x9f\x91\xa6",
        2);
    expect_cluster("\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd", 2);
    expect_cluster("\xf0\x9f\x91\xa9\xf0\x9f\x8f\xbb\xe2\x80\x8d\xf0\x9f\x8c\xbe", 2);
    /* the flags of Germany, of a sailor's rainbow, of England */
    expect_cluster("\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", 2);
    expect_cluster("\xf0\x9f\x8f\xb3\xef\xb8\x8f\xe2\x80\x8d\xf0\x9f\x8c\x88", 2);
    expect_cluster(
        "\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xa2\xf3\xa0\x81\xa5\xf3\xa0\x81\xae"
        "\xf3\xa0\x81\xa7\xf3\xa0\x81\xbf",
        2);
}

static void the_selector_makes_a_picture_of_a_sign(void)
{
    expect_cluster("\xe2\x9d\xa4", 1);              /* a heart */
    expect_cluster("\xe2\x9d\xa4\xef\xb8\x8f", 2);  /* a red one */
    expect_cluster("1\xef\xb8\x8f\xe2\x83\xa3", 2); /* on a key */
    expect_cluster("x\xef\xb8\x8f", 1);             /* nothing to make a picture of */
}

static void flags_are_taken_two_letters_at_a_time(void)
{
    /* D, E, F, R, and a letter that is left alone */
    struct gossip_bytes text = BYTES_OF("\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa\xf0\x9f\x87\xab"
                                        "\xf0\x9f\x87\xb7\xf0\x9f\x87\xa6");
    expect_equal(cluster_take(&text).width, 2);
    expect_equal(cluster_take(&text).width, 2);
    expect_equal(cluster_take(&text).width, 1);
    expect_equal(text.size, 0);
}

static void breaks_and_invisible_ones_fill_nothing(void)
{
    expect_cluster("\n", 0);
    expect_cluster("\xe2\x80\x8b", 0); /* a space of no width */
    expect_cluster("\xcc\x88", 1);     /* a mark alone needs a place to be seen */
}

static void what_is_no_text_fills_a_place_for_each_error(void)
{
    struct gossip_bytes text = BYTES_OF("\xff\x80z");
    expect_equal(cluster_take(&text).bytes.size, 1);
    expect_equal(cluster_take(&text).width, 1);
    expect_bytes(text, BYTES_OF("z"));
}

static void a_flood_of_marks_is_cut(void)
{
    uint8_t flood[1 + 2 * 500] = {'a'};
    struct gossip_bytes text = bytes_make(flood, sizeof(flood));
    for (size_t i = 1; i < sizeof(flood); i += 2) {
        flood[i] = 0xcc;
        flood[i + 1] = 0x88;
    }
    while (text.size > 0) {
        struct cluster cluster = cluster_take(&text);
        expect_at_most(cluster.bytes.size, CLUSTER_BYTES_MAX);
        expect_equal(cluster.width, 1);
    }
}

static void steps_go_over_whole_clusters(void)
{
    /* x, a heart with its selector, a break, two marks on an o, y */
    struct gossip_bytes text = BYTES_OF("x\xe2\x9d\xa4\xef\xb8\x8f\no\xcc\x88\xcc\xa3y");
    static const size_t ends[] = {0, 1, 7, 8, 13, 14};
    for (size_t i = 1; i < sizeof(ends) / sizeof(ends[0]); i++) {
        expect_equal(cluster_after(text, ends[i - 1]), ends[i]);
        expect_equal(cluster_before(text, ends[i]), ends[i - 1]);
    }
    expect_equal(cluster_before(text, 0), 0);
    expect_equal(cluster_before(text, 4), 1);
    expect_equal(cluster_after(text, 14), 14);
    expect_equal(cluster_columns(text), 5);
}

static void a_text_is_cut_where_the_next_does_not_fit(void)
{
    struct gossip_bytes text = BYTES_OF("a\xe4\xbd\xa0z");
    expect_equal(cluster_fit(text, 0).size, 0);
    expect_equal(cluster_fit(text, 1).size, 1);
    expect_equal(cluster_fit(text, 2).size, 1);
    expect_equal(cluster_fit(text, 3).size, 4);
    expect_equal(cluster_fit(text, 9).size, 5);
}

TEST_MAIN(TEST(plain_letters_fill_one_column), TEST(wide_ones_fill_two),
    TEST(emoji_of_many_parts_are_one), TEST(the_selector_makes_a_picture_of_a_sign),
    TEST(flags_are_taken_two_letters_at_a_time), TEST(breaks_and_invisible_ones_fill_nothing),
    TEST(what_is_no_text_fills_a_place_for_each_error), TEST(a_flood_of_marks_is_cut),
    TEST(steps_go_over_whole_clusters), TEST(a_text_is_cut_where_the_next_does_not_fit))
