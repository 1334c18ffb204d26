#include "chat/likeness.h"

#include "chat/names.h"
#include "support/test.h"

static const struct siphash_key key = {.low = 1, .high = 2};

static bool is_alike(const char *one, const char *other)
{
    return likeness(key, bytes_of_text(one)) == likeness(key, bytes_of_text(other));
}

/* Pairs that a reader takes for one another; the two kinds together are sixty. */
static void names_that_look_alike(void)
{
    static const char *const pairs[][2] = {{"Bob", "Bob"}, {"Bob", "bob"}, {"BOB", "bob"},
        {"Bob", "B\xe2\x80\x8d"
                "ob"},
        {"Bob", "Bob\xe2\x80\x8b"}, {"Bob", "Ｂｏｂ"}, {"Bob", "𝐁𝐨𝐛"}, {"Bob", "ⓑⓞⓑ"},
        {"Bob", "Воb"}, /* Cyrillic Ve and o */
        {"Bob", "ВОВ"}, /* all Cyrillic */
        {"Bob", "Βοb"}, /* Greek Beta and omicron */
        {"Bob", "Bоb"}, /* Cyrillic o */
        {"Bob", "Bοb"}, /* Greek omicron */
        {"Bob", "Bօb"}, /* Armenian oh */
        {"Ann", "Аnn"}, /* Cyrillic A */
        {"Ann", "Αnn"}, /* Greek Alpha */
        {"Ann", "ANN"}, {"Alice", "Аlісе"}, {"paypal", "раураl"}, {"Nick", "Νick"},
        {"Hans", "Ηans"}, {"Hans", "Нans"}, {"Max", "Мах"}, {"Kim", "Кim"}, {"Tom", "Тоm"},
        {"eve", "еvе"}, {"Zoe", "Ζοe"}, {"Yves", "Υves"}, {"Xaver", "Хaver"}, {"Jens", "Јens"},
        {"Sam", "Ѕam"}, {"Ida", "Іda"}, {"Peter", "Рeter"}, {"Carl", "Сarl"}, {"Rita", "ʀita"},
        {"José", "Jose\xcc\x81"}, {"Weiß", "WEISS"}, {"ﬁn", "fin"}, {"Å", "A\xcc\x8a"}, {"ı", "i"},
        {"Вова", "вова"}, {"Ωmega", "ωMEGA"}};
    expect_true(sizeof(pairs) / sizeof(pairs[0]) >= 42);
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if (!is_alike(pairs[i][0], pairs[i][1]))
            test_fail(pairs[i][1]);
}

static void names_that_can_be_told_apart(void)
{
    static const char *const pairs[][2] = {{"Bob", "Bop"}, {"Bob", "Bobb"}, {"Bob", "Bo"},
        {"Bob", "Böb"}, {"Bob", ""}, {"Ann", "Anna"}, {"Ann", "Nan"}, {"Bob", "Rob"},
        {"Jose", "José"}, {"Bob1", "Bob2"}, {"Bob_", "Bob"}, {"Bob-", "Bob_"}, {"小明", "小红"},
        {"Иван", "Ivan"}, {"Олег", "Oleg"}, {"Ελένη", "Elena"}, {"x", "×"}, {"0", "8"}, {"n", "h"},
        {"u", "v"}, {"rn", "m"}};
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        if (is_alike(pairs[i][0], pairs[i][1]))
            test_fail(pairs[i][1]);
}

static void names_of_any_size_have_a_likeness(void)
{
    expect_true(is_alike("", "\xe2\x80\x8b"));
    /* The longest name there can be, of what unfolds to the most; longer ones are nobody's. */
    struct gossip_bytes longest = bytes_make(test_take(NAMES_NICK_BYTES_MAX), NAMES_NICK_BYTES_MAX);
    uint8_t *text = test_take(NAMES_NICK_BYTES_MAX + 3);
    for (size_t i = 0; i + 3 <= NAMES_NICK_BYTES_MAX + 3; i += 3)
        bytes_copy(text + i, BYTES_OF("\xef\xb7\xba"));
    longest.data = text;
    expect_true(likeness(key, longest) == likeness(key, longest));
    expect_true(
        likeness(key, longest) != likeness(key, bytes_make(text, NAMES_NICK_BYTES_MAX + 3)));
    expect_true(
        likeness(key, longest) != likeness(key, bytes_make(text, NAMES_NICK_BYTES_MAX - 3)));
}

static void the_order_of_marks_does_not_matter(void)
{
    expect_true(is_alike("a\xcc\x81\xcc\xa3", "a\xcc\xa3\xcc\x81"));
    expect_false(is_alike("a\xcc\x81", "a\xcc\xa3"));
}

TEST_MAIN(TEST(names_that_look_alike), TEST(names_that_can_be_told_apart),
    TEST(names_of_any_size_have_a_likeness), TEST(the_order_of_marks_does_not_matter))
