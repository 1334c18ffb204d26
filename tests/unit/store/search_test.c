#include <string.h>

#include "base/bytes.h"
#include "store/store.h"
#include "support/test.h"
#include "unit/store/shelf.h"

static const char *search(struct store_query query)
{
    expect_equal(store_search(shelf.store, &query, shelf_take_line, NULL), STORE_OK);
    return shelf_taken();
}

static const char *find(const char *text)
{
    return search((struct store_query){.text = bytes_of_text(text)});
}

static void words_are_found_by_their_beginning(void)
{
    shelf_make();
    shelf_put(1, "the deploy is done");
    shelf_put(2, "who deploys tomorrow?");
    shelf_put(3, "nobody");
    expect_text(find("deploy"), "the deploy is done,who deploys tomorrow?");
    expect_text(find("DEPL"), "the deploy is done,who deploys tomorrow?");
    expect_text(find("deploys"), "who deploys tomorrow?");
    expect_text(find("tomorrow deploy"), "who deploys tomorrow?");
    expect_text(find("eploy"), "");
    expect_text(find("deploy nobody"), "");
    shelf_remove();
}

static void accents_and_cases_do_not_count(void)
{
    shelf_make();
    shelf_put(1, "Élève à l'école");
    shelf_put(2, "МОСКВА");
    expect_text(find("eleve"), "Élève à l'école");
    expect_text(find("école"), "Élève à l'école");
    expect_text(find("москва"), "МОСКВА");
    shelf_remove();
}

static void scripts_without_spaces_are_found_in_the_middle(void)
{
    shelf_make();
    shelf_put(1, "明日は東京駅で会いましょう");
    shelf_put(2, "京都は遠い");
    shelf_put(3, "tokyo東京");
    expect_text(find("東京"), "明日は東京駅で会いましょう,tokyo東京");
    expect_text(find("東京駅"), "明日は東京駅で会いましょう");
    expect_text(find("京"), "明日は東京駅で会いましょう,京都は遠い,tokyo東京");
    expect_text(find("京都"), "京都は遠い");
    expect_text(find("駅東"), "");
    expect_text(find("会いましょう"), "明日は東京駅で会いましょう");
    shelf_remove();
}

static void signs_are_looked_for_one_by_one(void)
{
    shelf_make();
    shelf_put(1, "well done 🎉");
    shelf_put(2, "well, well");
    shelf_put(3, "100%");
    expect_text(find("🎉"), "well done 🎉");
    expect_text(find("well 🎉"), "well done 🎉");
    expect_text(find("%"), "100%");
    expect_text(find(","), "well, well");
    shelf_remove();
}

static void nothing_in_a_query_is_a_command(void)
{
    static const char *const texts[] = {"\"", "\"\"", "a\"b", "*", "NEAR(a b)", "a AND", "OR",
        "NOT a", "text : a", "room : \"1\"", "(((", "^a", "a + b", "{text} : b", "--", "';", "%_",
        "\\"};

    shelf_make();
    shelf_put(1, "harmless");
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        expect_text(find(texts[i]), "");
    }
    expect_text(find("harm*"), "harmless");
    expect_text(find("\"harmless\""), "harmless");
    shelf_remove();
}

static void long_queries_are_cut(void)
{
    struct gossip_bytes much = bytes_repeated('x', 100000);
    uint8_t words[4000];

    shelf_make();
    shelf_put(1, "x");
    expect_text(search((struct store_query){.text = much}), "");
    memset(words, ' ', sizeof(words));
    for (size_t i = 0; i < sizeof(words); i += 2) {
        words[i] = 'x';
    }
    expect_text(search((struct store_query){.text = bytes_make(words, sizeof(words))}), "x");
    memset(words, '"', sizeof(words));
    expect_text(search((struct store_query){.text = bytes_make(words, sizeof(words))}), "");
    shelf_remove();
}

static void a_query_narrows(void)
{
    struct store_line line;

    shelf_make();
    for (unsigned i = 1; i <= 6; i++) {
        line = shelf_line(i, i < 4 ? "early word" : "late word");
        line.room = i % 3 == 0 ? BYTES_OF("dev") : BYTES_OF("main");
        expect_equal(store_insert(shelf.store, &line), STORE_OK);
    }
    expect_text(search((struct store_query){.text = BYTES_OF("word"), .room = BYTES_OF("dev")}),
        "early word,late word");
    expect_text(search((struct store_query){.text = BYTES_OF("word"), .room = BYTES_OF("no")}), "");
    expect_text(search((struct store_query){.text = BYTES_OF("word"), .since.ms = 5000}),
        "late word,late word");
    expect_text(search((struct store_query){.text = BYTES_OF("early"), .nick = BYTES_OF("alice")}),
        "early word");
    expect_text(search((struct store_query){.text = BYTES_OF("word"), .author = line.author}),
        "early word,late word,late word");
    expect_text(search((struct store_query){.nick = BYTES_OF("BOB"), .room = BYTES_OF("dev")}),
        "early word");
    expect_text(search((struct store_query){.text = BYTES_OF("word"), .count = 1}), "late word");
    shelf_remove();
}

static void the_newest_are_found_and_the_earliest_told_first(void)
{
    shelf_make();
    shelf_put(9, "word nine");
    shelf_put(2, "word two");
    shelf_put(5, "word five");
    expect_text(find("word"), "word two,word five,word nine");
    shelf_remove();
}

TEST_MAIN(TEST(words_are_found_by_their_beginning), TEST(accents_and_cases_do_not_count),
    TEST(scripts_without_spaces_are_found_in_the_middle), TEST(signs_are_looked_for_one_by_one),
    TEST(nothing_in_a_query_is_a_command), TEST(long_queries_are_cut), TEST(a_query_narrows),
    TEST(the_newest_are_found_and_the_earliest_told_first))
