/*
 * What a long history costs: a file with many lines in a hundred rooms is made, opened, paged
 * through and searched.
 *
 *     bench_history [LINES]    one line of JSON for each: name, unit, and the median, the smallest,
 *                              the 99th percentile and the largest of so many runs, in time passed
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/dice.h"
#include "store/store.h"

#define LINES_DEFAULT 1000000u
#define ROOMS 100u
#define BATCH 100u /* lines of one transaction */
#define ASKED 300  /* times each question is asked */
#define OPENED 20
#define PAGE 50
#define WORDS 20000u /* there are */
#define WORDS_IN_LINE 10u
#define ORIGINAL_BYTES 200u

static char folder[] = "/tmp/gossipchat-bench-XXXXXX";
static char path[64];
static struct store *store;
static struct dice dice;
static uint32_t line_count = LINES_DEFAULT;
static uint64_t taken;

static void require_ok(enum store_result result, const char *what)
{
    if (result != STORE_OK) {
        (void)fprintf(stderr, "bench_history: %s: %s\n", what, store_result_text(result));
        exit(1);
    }
}

static double now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* ---- telling ---------------------------------------------------------------------------- */

static int compare(const void *left, const void *right)
{
    double one = *(const double *)left;
    double other = *(const double *)right;

    return (one > other) - (one < other);
}

static void tell(const char *name, const char *unit, double *values, int count)
{
    qsort(values, (size_t)count, sizeof(values[0]), compare);
    (void)printf("{\"name\":\"%s\",\"unit\":\"%s\",\"value\":%.3f,\"min\":%.3f,\"p99\":%.3f,"
                 "\"max\":%.3f,\"runs\":%d}\n",
        name, unit, values[count / 2], values[0], values[count * 99 / 100], values[count - 1],
        count);
    (void)fflush(stdout);
}

/* ---- filling ---------------------------------------------------------------------------- */

/* Words as people use them: some again and again, most hardly ever. */
static void put_word(char text[24])
{
    uint64_t rank = dice_below(&dice, WORDS);

    rank = rank * rank / WORDS * (1 + dice_below(&dice, 8)) / 8;
    (void)snprintf(text, 24, "w%05" PRIu64, rank);
}

static struct gossip_bytes make_text(void)
{
    static char text[WORDS_IN_LINE * 24];
    size_t used = 0;

    for (unsigned i = 0; i < WORDS_IN_LINE; i++) {
        char word[24];

        put_word(word);
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s", i > 0 ? " " : "", word);
    }
    return bytes_make(text, used);
}

static struct gossip_bytes room_name(uint64_t number)
{
    static char name[16];

    return bytes_make(name, (size_t)snprintf(name, sizeof(name), "room%u", (unsigned)number));
}

static void put_line(uint32_t number)
{
    static const uint8_t original[ORIGINAL_BYTES];
    char id[40];
    struct store_line line = {.room = room_name(dice_below(&dice, ROOMS)),
        .order = UINT64_C(1700000000000) + number,
        .sent_at.ms = INT64_C(1700000000000) + number,
        .arrived_at.ms = INT64_C(1700000000000) + number,
        .nick = BYTES_OF("Alice"),
        .original = bytes_make(original, sizeof(original))};

    line.author.size = 38;
    memset(line.author.data, (int)dice_below(&dice, 50), 38);
    (void)snprintf(id, sizeof(id), "%012x%012x%08x", line.author.data[0], 7, number);
    line.id = bytes_of_text(id);
    line.text = number % 1000 == 0 ? BYTES_OF("明日は東京駅で会いましょう") : make_text();
    require_ok(store_insert(store, &line), "insert");
}

static void open_store(void)
{
    struct store_config config = {.allocator = allocator_system(), .path = path};
    char sentence[STORE_SENTENCE_BYTES];

    require_ok(store_open(&config, &store, sentence), "open");
}

static void fill(void)
{
    double began = now_ms();
    double rate;

    open_store();
    for (uint32_t i = 0; i < line_count; i++) {
        if (i % BATCH == 0) {
            require_ok(store_begin(store), "begin");
        }
        put_line(i);
        if (i % BATCH == BATCH - 1 || i + 1 == line_count) {
            require_ok(store_commit(store), "commit");
        }
    }
    rate = (double)line_count / (now_ms() - began) * 1e3;
    tell("insert", "lines/s", &rate, 1);
    store_close(store);
}

/* ---- asking ----------------------------------------------------------------------------- */

static void take(void *context, const struct store_line *line)
{
    (void)context;
    taken += line->text.size;
}

static void time_opening(void)
{
    double times[OPENED];

    for (int i = 0; i < OPENED; i++) {
        double began = now_ms();

        open_store();
        times[i] = now_ms() - began;
        store_close(store);
    }
    tell("open", "ms", times, OPENED);
}

static void last_page(void)
{
    struct store_page page = {.room = room_name(dice_below(&dice, ROOMS)), .count = PAGE};

    require_ok(store_read(store, &page, take, NULL), "read");
}

static void insert_one(void)
{
    put_line(line_count++);
}

static void search(const char *text, bool is_in_room)
{
    struct store_query query = {.text = bytes_of_text(text), .count = PAGE};

    if (is_in_room) {
        query.room = room_name(dice_below(&dice, ROOMS));
    }
    require_ok(store_search(store, &query, take, NULL), "search");
}

static void search_word(void)
{
    char word[24];

    put_word(word);
    search(word, false);
}

static void search_common(void)
{
    search("w0000", false);
}

static void search_two(void)
{
    char words[50], first[24], second[24];

    put_word(first);
    put_word(second);
    (void)snprintf(words, sizeof(words), "%s %s", first, second);
    search(words, false);
}

static void search_in_room(void)
{
    char word[24];

    put_word(word);
    search(word, true);
}

static void search_unspaced(void)
{
    search("東京駅", false);
}

static void search_nothing(void)
{
    search("nonsense", false);
}

static void count_lines(void)
{
    struct store_room room;

    require_ok(store_room(store, room_name(dice_below(&dice, ROOMS)), &room), "room");
}

static const struct {
    const char *name;
    void (*ask)(void);
} questions[] = {
    {"last page of a room", last_page},
    {"one line, by itself", insert_one},
    {"count of a room", count_lines},
    {"search, a word", search_word},
    {"search, a beginning of many words", search_common},
    {"search, two words", search_two},
    {"search, in one room", search_in_room},
    {"search, a script without spaces", search_unspaced},
    {"search, nothing found", search_nothing},
};

static void time_questions(void)
{
    open_store();
    for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++) {
        double times[ASKED];

        questions[i].ask(); /* statements are prepared */
        for (int j = 0; j < ASKED; j++) {
            double began = now_ms();

            questions[i].ask();
            times[j] = now_ms() - began;
        }
        tell(questions[i].name, "ms", times, ASKED);
    }
    store_close(store);
}

int main(int count, char **arguments)
{
    if (count > 1) {
        line_count = (uint32_t)strtoul(arguments[1], NULL, 10);
    }
    if (line_count == 0 || mkdtemp(folder) == NULL) {
        (void)fprintf(stderr, "usage: bench_history [LINES]\n");
        return 2;
    }
    (void)snprintf(path, sizeof(path), "%s/history.db", folder);
    dice_seed(&dice, 9740);
    fill();
    time_opening();
    time_questions();
    (void)unlink(path);
    (void)rmdir(folder);
    return taken > 0 ? 0 : 1;
}
