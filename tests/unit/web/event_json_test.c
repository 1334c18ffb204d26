#include "web/event_json.h"

#include "base/dice.h"
#include "base/instant.h"
#include "support/test.h"
#include "unit/web/samples.h"

#include <stdlib.h>
#include <string.h>

#define HEAD(type) "{\"v\":1,\"seq\":7,\"ts\":\"2025-11-20T13:31:05.001Z\",\"type\":\"" type "\""

/* The object as it is written, valid until the test ends. */
static const char *dump(json_t *object)
{
    char *text = json_dumps(object, JSON_COMPACT);
    expect_not_null(text);
    char *kept = test_take(strlen(text) + 1);
    strcpy(kept, text);
    free(text);
    json_decref(object);
    return kept;
}

static void expect_event(const struct gossip_event *event, const char *expected)
{
    expect_text(dump(event_json(event, 7, NULL)), expected);
}

static void expect_kind(enum gossip_event_kind kind, const char *expected)
{
    struct gossip_event event = sample_of(kind);
    expect_event(&event, expected);
}

static void answers(void)
{
    expect_kind(GOSSIP_EVENT_DONE, HEAD("done") ",\"message\":\"connected\"}");
    expect_kind(GOSSIP_EVENT_FAILED,
        HEAD("error") ",\"code\":\"timeout\",\"message\":\"cannot reach 10.0.7.12:9740\","
                      "\"hint\":\"A firewall may drop it.\"}");
    struct gossip_event event = sample_of(GOSSIP_EVENT_DONE);
    event.text = (struct gossip_bytes){0};
    expect_event(&event, HEAD("done") "}");
    event.round_trip = duration_us(1500);
    expect_event(&event, HEAD("ping") ",\"rtt_ms\":1.5}");
}

static void files(void)
{
#define REPORT                                                                                     \
    ",\"file\":7,\"name\":\"report.csv\",\"bytes\":49357,\"done_bytes\":32768,\"own\":false,"      \
    "\"from\":{\"peer\":\"" SAMPLE_PEER                                                            \
    "\",\"nick\":\"Bob\",\"name\":\"Bob~3pq\",\"verified\":false},\"room\":\"main\""

    expect_kind(GOSSIP_EVENT_FILE_OFFERED, HEAD("file.offer") REPORT "}");
    expect_kind(GOSSIP_EVENT_FILE_PROGRESS, HEAD("file.progress") REPORT "}");
    expect_kind(GOSSIP_EVENT_FILE_DONE,
        HEAD("file.done") REPORT ",\"path\":\"/home/ann/Downloads/gossipchat/report.csv\"}");
    expect_kind(GOSSIP_EVENT_FILE_FAILED,
        HEAD("file.failed") REPORT ",\"code\":\"limit\",\"reason\":\"the disk is full\"}");
    /* A path is bytes of any kind; JSON is not. */
    struct gossip_event event = sample_of(GOSSIP_EVENT_FILE_DONE);
    event.path = BYTES_OF("/tmp/\xff");
    expect_event(&event, HEAD("file.done") REPORT "}");
}

static void rooms_and_people(void)
{
    expect_kind(
        GOSSIP_EVENT_ROOM_JOINED, HEAD("room.joined") ",\"room\":\"main\",\"private\":false}");
    expect_kind(GOSSIP_EVENT_ROOM_LEFT, HEAD("room.left") ",\"room\":\"main\"}");
#define BOB                                                                                        \
    ",\"peer\":\"" SAMPLE_PEER                                                                     \
    "\",\"nick\":\"Bob\",\"name\":\"Bob~3pq\",\"verified\":false,\"own\":false,"                   \
    "\"room\":\"main\",\"members\":3"
    expect_kind(GOSSIP_EVENT_PERSON_CAME, HEAD("member.joined") BOB "}");
    expect_kind(GOSSIP_EVENT_PERSON_WENT, HEAD("member.left") BOB ",\"reason\":\"Bert\"}");
    expect_kind(GOSSIP_EVENT_PERSON_RENAMED, HEAD("member.nick") BOB ",\"was\":\"Bert\"}");
    expect_kind(
        GOSSIP_EVENT_PERSON_AWAY, HEAD("member.away") BOB ",\"away\":true,\"text\":\"lunch\"}");
    expect_kind(GOSSIP_EVENT_TOPIC,
        HEAD("topic") ",\"room\":\"main\",\"text\":\"lunch at "
                      "12:30\",\"from\":{\"peer\":\"" SAMPLE_PEER
                      "\",\"nick\":\"Bob\",\"name\":\"Bob~3pq\",\"verified\":false},"
                      "\"set_ts\":\"2025-11-20T13:31:03.501Z\",\"own\":false}");
    struct gossip_event none = {
        .kind = GOSSIP_EVENT_TOPIC, .arrived_at = {.ms = SAMPLE_DATE_MS}, .room = BYTES_OF("main")};
    expect_event(&none, HEAD("topic") ",\"room\":\"main\",\"text\":\"\"}");
    /* Our own name is no room's. */
    struct gossip_event event = sample_of(GOSSIP_EVENT_PERSON_RENAMED);
    event.own = true;
    event.room = (struct gossip_bytes){0};
    expect_event(&event,
        HEAD("member.nick") ",\"peer\":\"" SAMPLE_PEER "\",\"nick\":\"Bob\",\"name\":\"Bob~3pq\","
                            "\"verified\":false,\"own\":true,\"was\":\"Bert\"}");
}

static void what_is_said_to_one_alone(void)
{
#define DIRECT_REST                                                                                \
    ",\"id\":\"a0a0a0a0a05b11223344556600000002\",\"text\":\"hi\","                                \
    "\"sent_ts\":\"2025-11-20T13:31:03.501Z\",\"own\":"
    struct gossip_event event = sample_of(GOSSIP_EVENT_DIRECT);
    event.text = BYTES_OF("hi");
    expect_event(&event, HEAD("direct") ",\"from\":{\"peer\":\"" SAMPLE_PEER "\",\"nick\":\"Bob\","
                                        "\"name\":\"Bob~3pq\",\"verified\":false}" DIRECT_REST
                                        "false,\"history\":false}");
    event.own = true;
    expect_event(&event,
        HEAD("direct") ",\"to\":{\"peer\":\"" SAMPLE_PEER "\",\"name\":\"Bob~3pq\"}" DIRECT_REST
                       "true,\"history\":false}");
    event.kind = GOSSIP_EVENT_DELIVERY;
    event.room = (struct gossip_bytes){0};
    event.delivery = GOSSIP_DELIVERY_SENT;
    event.members = 1;
    event.text = (struct gossip_bytes){0};
    expect_event(&event,
        HEAD("delivery") ",\"to\":{\"peer\":\"" SAMPLE_PEER "\",\"name\":\"Bob~3pq\"},"
                         "\"id\":\"a0a0a0a0a05b11223344556600000002\",\"room\":\"\","
                         "\"state\":\"sent\",\"reached\":1}");
}

static void lines(void)
{
    expect_kind(GOSSIP_EVENT_LINE,
        HEAD("message") ",\"from\":{\"peer\":\"" SAMPLE_PEER "\",\"nick\":\"Bob\","
                        "\"name\":\"Bob~3pq\",\"verified\":false},"
                        "\"id\":\"a0a0a0a0a05b11223344556600000002\",\"room\":\"main\","
                        "\"text\":\"say \\\"hi\\\"\\n\\tto all \\\\o/ \xc3\xa4\","
                        "\"sent_ts\":\"2025-11-20T13:31:03.501Z\",\"order\":812,\"kind\":\"text\","
                        "\"own\":false,\"mention\":true,\"history\":false,\"late\":false,"
                        "\"foreign\":false}");
    static const char *const states[] = {"queued", "sent", "reached", "failed"};
    struct gossip_event event = sample_of(GOSSIP_EVENT_DELIVERY);
    event.text = (struct gossip_bytes){0};
    for (enum gossip_delivery state = GOSSIP_DELIVERY_QUEUED; state <= GOSSIP_DELIVERY_FAILED;
         state++) {
        event.delivery = state;
        json_t *object = event_json(&event, 7, NULL);
        expect_text(json_string_value(json_object_get(object, "state")), states[state]);
        json_decref(object);
    }
    event.delivery = GOSSIP_DELIVERY_REACHED;
    event.audience = 5;
    expect_event(&event, HEAD("delivery") ",\"members\":5,\"id\":"
                                          "\"a0a0a0a0a05b11223344556600000002\",\"room\":\"main\","
                                          "\"state\":\"reached\",\"reached\":2}");
    event.delivery = GOSSIP_DELIVERY_FAILED;
    event.text = BYTES_OF("nobody came");
    expect_event(&event,
        HEAD("delivery") ",\"id\":\"a0a0a0a0a05b11223344556600000002\",\"room\":\"main\","
                         "\"state\":\"failed\",\"reached\":2,\"reason\":\"nobody came\"}");
}

static void whom_we_know(void)
{
    expect_kind(GOSSIP_EVENT_PERSON_KNOWN,
        HEAD("person") ",\"peer\":\"" SAMPLE_PEER
                       "\",\"nick\":\"Bob\",\"name\":\"Bob~3pq\",\"verified\":true,\"own\":false,"
                       "\"ignored\":false,\"petname\":\"Rob\",\"verified_nick\":\"Bob\","
                       "\"words\":\"wool motion clean saga senior omelet\","
                       "\"digits\":\"35002 59411\",\"in\":\"#main #dev\","
                       "\"first_seen\":\"2025-11-20T13:31:03.501Z\"}");
}

static void notices(void)
{
    static const char *const codes[][2] = {{"warning", "nick_clash"}, {"warning", "no_common_room"},
        {"notice", "nobody_yet"}, {"warning", "clock_skew"}, {"warning", "outbox_full"},
        {"warning", "wrong_passphrase"}, {"warning", "weak_passphrase"}, {"warning", "unreadable"},
        {"warning", "history"}, {"warning", "forged"}, {"warning", "unverified"},
        {"notice", "diagnosis"}};
    struct gossip_event event = sample_of(GOSSIP_EVENT_NOTICE);
    for (enum gossip_notice notice = GOSSIP_NOTICE_NICK_CLASH; notice <= GOSSIP_NOTICE_DIAGNOSIS;
         notice++) {
        event.notice = notice;
        json_t *object = event_json(&event, 7, NULL);
        expect_text(json_string_value(json_object_get(object, "type")), codes[notice][0]);
        expect_text(json_string_value(json_object_get(object, "code")), codes[notice][1]);
        expect_text(json_string_value(json_object_get(object, "peer")), SAMPLE_PEER);
        json_decref(object);
    }
    event = (struct gossip_event){
        .kind = GOSSIP_EVENT_NOTICE, .arrived_at = event.arrived_at, .text = BYTES_OF("x")};
    event.notice = GOSSIP_NOTICE_DIAGNOSIS;
    expect_event(&event, HEAD("notice") ",\"code\":\"diagnosis\",\"message\":\"x\"}");
}

#define ADDRESS "\"addr\":\"/ip4/10.0.7.12/tcp/9740/p2p/" SAMPLE_PEER "\""

static void the_network(void)
{
    expect_kind(GOSSIP_EVENT_LISTENING, HEAD("listening") "," ADDRESS "}");
    expect_kind(GOSSIP_EVENT_SEARCHING,
        HEAD("net") ",\"state\":\"searching\",\"interfaces\":\"wlan0, eth0\"}");
    expect_kind(
        GOSSIP_EVENT_OFFLINE, HEAD("net") ",\"state\":\"offline\",\"message\":\"wlan0, eth0\"}");
    expect_kind(GOSSIP_EVENT_PEER_FOUND,
        HEAD("peer.found") ",\"peer\":\"" SAMPLE_PEER "\"," ADDRESS ",\"via\":\"mdns\"}");
    expect_kind(GOSSIP_EVENT_PEER_CONNECTED,
        HEAD("peer.connected") ",\"peer\":\"" SAMPLE_PEER "\"," ADDRESS ",\"rtt_ms\":1.5,"
                               "\"via\":\"mdns\",\"dir\":\"out\",\"peers\":2,\"after_ms\":3000.0}");
    expect_kind(GOSSIP_EVENT_PEER_DISCONNECTED,
        HEAD("peer.disconnected") ",\"peer\":\"" SAMPLE_PEER "\",\"name\":\"Bob\","
                                  "\"reason\":\"it closed the connection\",\"peers\":2}");
    expect_kind(GOSSIP_EVENT_PEER_FAILED,
        HEAD("peer.failed") ",\"peer\":\"" SAMPLE_PEER "\"," ADDRESS ",\"via\":\"mdns\","
                            "\"code\":\"unreachable\",\"message\":\"cannot reach 10.0.7.12:9740\","
                            "\"hint\":\"A firewall may drop it.\"}");
}

static void lists_are_made_of_entries(void)
{
    for (enum gossip_event_kind kind = GOSSIP_EVENT_ROOM_LISTED; kind <= GOSSIP_EVENT_FILE_LISTED;
         kind++) {
        struct gossip_event event = sample_of(kind);
        expect_null(event_json(&event, 7, NULL));
    }
    struct gossip_event event = sample_of(GOSSIP_EVENT_ROOM_LISTED);
    expect_text(dump(event_json_entry(&event)),
        "{\"room\":\"main\",\"members\":3,\"private\":false,\"unreadable\":0,"
        "\"joined\":true}");
    event = sample_of(GOSSIP_EVENT_PERSON_LISTED);
    expect_text(dump(event_json_entry(&event)),
        "{\"peer\":\"" SAMPLE_PEER
        "\",\"nick\":\"Bob\",\"name\":\"Bob~3pq\",\"verified\":false,\"own\":false,"
        "\"room\":\"main\",\"members\":3,\"away\":false}");
    event.away = true;
    event.text = BYTES_OF("lunch");
    expect_text(dump(event_json_entry(&event)),
        "{\"peer\":\"" SAMPLE_PEER
        "\",\"nick\":\"Bob\",\"name\":\"Bob~3pq\",\"verified\":false,\"own\":false,"
        "\"room\":\"main\",\"members\":3,\"away\":true,\"text\":\"lunch\"}");
    event = sample_of(GOSSIP_EVENT_PEER_LISTED);
    event.round_trip = duration_us(0);
    expect_text(dump(event_json_entry(&event)),
        "{\"peer\":\"" SAMPLE_PEER "\"," ADDRESS ",\"via\":\"mdns\",\"dir\":\"out\","
        "\"agent\":\"it closed the connection\",\"name\":\"Bob\",\"age_ms\":3000.0}");
}

static void every_error_has_a_word_of_its_own(void)
{
    static const enum gossip_error errors[] = {GOSSIP_OK, GOSSIP_ERROR_NO_MEMORY,
        GOSSIP_ERROR_LIMIT, GOSSIP_ERROR_WOULD_BLOCK, GOSSIP_ERROR_PEER_MALFORMED,
        GOSSIP_ERROR_PEER_TOO_LARGE, GOSSIP_ERROR_PEER_REFUSED, GOSSIP_ERROR_PEER_IMPOSTOR,
        GOSSIP_ERROR_PEER_SILENT, GOSSIP_ERROR_PEER_CLOSED, GOSSIP_ERROR_UNREACHABLE,
        GOSSIP_ERROR_ADDRESS_IN_USE, GOSSIP_ERROR_PERMISSION, GOSSIP_ERROR_IO, GOSSIP_ERROR_INVALID,
        GOSSIP_ERROR_NOT_FOUND, GOSSIP_ERROR_ALREADY, GOSSIP_ERROR_UNSUPPORTED,
        GOSSIP_ERROR_CANCELLED};
    size_t count = sizeof(errors) / sizeof(errors[0]);
    for (size_t i = 0; i < count; i++) {
        expect_true(strcmp(event_json_error_code(errors[i]), "internal") != 0);
        for (size_t k = 0; k < i; k++)
            expect_true(
                strcmp(event_json_error_code(errors[i]), event_json_error_code(errors[k])) != 0);
    }
}

static void a_ref_comes_back_as_it_was(void)
{
    struct gossip_event event = sample_of(GOSSIP_EVENT_ROOM_LEFT);
    json_t *ref = json_string("job-17");
    expect_text(dump(event_json(&event, 7, ref)),
        HEAD("room.left") ",\"ref\":\"job-17\",\"room\":\"main\"}");
    json_decref(ref);
    ref = json_integer(17);
    expect_text(dump(event_json_begin("ready", 1, (struct gossip_unix_time){0}, ref)),
        "{\"v\":1,\"seq\":1,\"ts\":\"1970-01-01T00:00:00.000Z\",\"type\":\"ready\",\"ref\":17}");
    json_decref(ref);
}

static void expect_time(int64_t ms, const char *expected)
{
    char text[EVENT_JSON_TIME_BYTES];
    event_json_time((struct gossip_unix_time){.ms = ms}, text);
    expect_text(text, expected);
}

static void dates_of_any_kind_are_printed(void)
{
    expect_time(0, "1970-01-01T00:00:00.000Z");
    expect_time(-1, "1969-12-31T23:59:59.999Z");
    expect_time(INT64_C(951782399999), "2000-02-28T23:59:59.999Z");
    expect_time(INT64_C(951782400000), "2000-02-29T00:00:00.000Z");
    expect_time(INT64_C(951868800000), "2000-03-01T00:00:00.000Z");
    expect_time(INT64_C(4107542400000), "2100-03-01T00:00:00.000Z"); /* no leap year */
    expect_time(INT64_C(2147483647000), "2038-01-19T03:14:07.000Z");
    expect_time(INT64_C(4294967296000), "2106-02-07T06:28:16.000Z");
    expect_time(INT64_MAX, "9999-12-31T23:59:59.999Z");
    expect_time(INT64_MIN, "0000-01-01T00:00:00.000Z");
}

/* Whatever a line is made of, its object is one line within the bound, and all its text unless cut. */
static void a_line_of_output_is_never_too_long(void)
{
    static const char *const units[] = {
        "x", "\"", "\\", "\n", "\xc3\xa4", "\xef\xbf\xbd", "\xf0\x9f\x98\x80", "\x01"};
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        struct gossip_event event = sample_of(GOSSIP_EVENT_LINE);
        size_t size = strlen(units[i]);
        uint8_t *text = test_take(96 * 1024);
        for (size_t at = 0; at + size <= 96 * 1024; at += size)
            memcpy(text + at, units[i], size);
        for (size_t kib = 8; kib <= 96; kib += 8) {
            event.text = bytes_make(text, kib * 1024 / size * size);
            json_t *object = event_json(&event, UINT32_MAX, NULL);
            const json_t *written = json_object_get(object, "text");
            bool is_cut = json_is_true(json_object_get(object, "cut"));
            expect_at_most(json_dumpb(object, NULL, 0, JSON_COMPACT), EVENT_JSON_BYTES_MAX);
            expect_equal(is_cut, json_string_length(written) < event.text.size);
            expect_equal(json_string_length(written) % size, 0);
            expect_true(!is_cut || kib > 8);
            json_decref(object);
        }
    }
}

static void text_that_is_none_makes_no_event(void)
{
    struct gossip_event event = sample_of(GOSSIP_EVENT_LINE);
    event.text = BYTES_OF("caf\xe9");
    expect_null(event_json(&event, 7, NULL));
    event = sample_of(GOSSIP_EVENT_PERSON_LISTED);
    event.nick = BYTES_OF("\xff");
    expect_null(event_json_entry(&event));
}

/* ---- memory ----------------------------------------------------------------------------- */

static unsigned until_failure;
static size_t blocks;

static void *take(size_t size)
{
    if (until_failure > 0 && --until_failure == 0)
        return NULL;
    blocks++;
    return malloc(size);
}

static void give(void *memory)
{
    blocks -= memory != NULL ? 1 : 0;
    free(memory);
}

static void without_memory_there_is_no_object(void)
{
    json_set_alloc_funcs(take, give);
    json_t *ref = json_string("x");
    for (enum gossip_event_kind kind = GOSSIP_EVENT_DONE; kind <= SAMPLE_LAST; kind++) {
        struct gossip_event event = sample_of(kind);
        bool is_entry = kind >= GOSSIP_EVENT_ROOM_LISTED && kind <= GOSSIP_EVENT_FILE_LISTED;
        size_t before = blocks;
        json_t *object = NULL;
        for (unsigned n = 1; object == NULL; n++) {
            expect_equal(blocks, before);
            expect_at_most(n, 2000);
            until_failure = n;
            object = is_entry ? event_json_entry(&event) : event_json(&event, 7, ref);
        }
        until_failure = 0;
        json_decref(object);
        expect_equal(blocks, before);
    }
    json_decref(ref);
    json_set_alloc_funcs(malloc, free);
}

TEST_MAIN(TEST(answers), TEST(files), TEST(rooms_and_people), TEST(lines),
    TEST(what_is_said_to_one_alone), TEST(notices), TEST(whom_we_know), TEST(the_network),
    TEST(lists_are_made_of_entries), TEST(every_error_has_a_word_of_its_own),
    TEST(a_ref_comes_back_as_it_was), TEST(dates_of_any_kind_are_printed),
    TEST(a_line_of_output_is_never_too_long), TEST(text_that_is_none_makes_no_event),
    TEST(without_memory_there_is_no_object))
