/*
 * Prints an event of every type, and of every word that can stand in one, one line each, to be held
 * against proto/events.schema.json.
 */
#include "base/instant.h"
#include "unit/web/samples.h"
#include "web/event_json.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"

static uint64_t sequence;
static json_t *ref;

static void print(json_t *object)
{
    char *text = object == NULL ? NULL : json_dumps(object, JSON_COMPACT);
    if (text == NULL || puts(text) == EOF)
        exit(EXIT_FAILURE);
    free(text);
    json_decref(object);
}

static void print_event(const struct gossip_event *event)
{
    sequence++;
    print(event_json(event, sequence, sequence % 2 == 0 ? ref : NULL));
}

/* As a front end does with what belongs to one answer. */
static void print_list(const char *type, enum gossip_event_kind kind)
{
    struct gossip_event event = sample_of(kind);
    json_t *object = event_json_begin(type, ++sequence, event.arrived_at, ref);
    json_t *list = json_array();
    json_t *entry =
        kind == GOSSIP_EVENT_LINE ? event_json(&event, 0, NULL) : event_json_entry(&event);
    (void)json_object_del(entry, "v");
    (void)json_object_del(entry, "seq");
    (void)json_array_append_new(list, entry);
    (void)json_object_set_new(object, type, list);
    print(object);
}

static void print_variants(void)
{
    struct gossip_event event = sample_of(GOSSIP_EVENT_NOTICE);
    for (enum gossip_notice notice = GOSSIP_NOTICE_NICK_CLASH; notice <= GOSSIP_NOTICE_DIAGNOSIS;
         notice++) {
        event.notice = notice;
        print_event(&event);
    }
    event = sample_of(GOSSIP_EVENT_DELIVERY);
    for (enum gossip_delivery state = GOSSIP_DELIVERY_QUEUED; state <= GOSSIP_DELIVERY_FAILED;
         state++) {
        event.delivery = state;
        print_event(&event);
    }
    event = sample_of(GOSSIP_EVENT_PEER_CONNECTED);
    for (enum gossip_via via = GOSSIP_VIA_MANUAL; via <= GOSSIP_VIA_INBOUND; via++) {
        event.via = via;
        event.outbound = via % 2 == 0;
        print_event(&event);
    }
    event = sample_of(GOSSIP_EVENT_FAILED);
    for (unsigned error = GOSSIP_OK; error <= GOSSIP_ERROR_CANCELLED; error++) {
        event.error = (enum gossip_error)error;
        if (gossip_error_blame(event.error) != GOSSIP_BLAME_NOBODY)
            print_event(&event);
    }
}

static void print_extremes(void)
{
    static uint8_t quotes[96 * 1024];
    struct gossip_event event = sample_of(GOSSIP_EVENT_LINE);
    for (size_t i = 0; i < sizeof(quotes); i++)
        quotes[i] = '"';
    event.text = bytes_make(quotes, sizeof(quotes));
    event.sent_at.ms = INT64_MIN;
    event.action = true;
    print_event(&event);
    event = (struct gossip_event){.kind = GOSSIP_EVENT_PEER_FOUND, .arrived_at = {.ms = INT64_MAX}};
    print_event(&event);
    event = sample_of(GOSSIP_EVENT_DONE);
    event.round_trip = duration_us(UINT64_MAX);
    print_event(&event);
    event = sample_of(GOSSIP_EVENT_PERSON_RENAMED);
    event.own = true;
    event.room = (struct gossip_bytes){0};
    print_event(&event);
}

int main(void)
{
    ref = json_string("job-17");
    for (enum gossip_event_kind kind = GOSSIP_EVENT_DONE; kind <= SAMPLE_LAST; kind++) {
        struct gossip_event event = sample_of(kind);
        if (kind < GOSSIP_EVENT_ROOM_LISTED || kind > GOSSIP_EVENT_FILE_LISTED)
            print_event(&event);
    }
    print_list("rooms", GOSSIP_EVENT_ROOM_LISTED);
    print_list("members", GOSSIP_EVENT_PERSON_LISTED);
    print_list("peers", GOSSIP_EVENT_PEER_LISTED);
    print_list("files", GOSSIP_EVENT_FILE_LISTED);
    print_list("history", GOSSIP_EVENT_LINE);
    print_list("search", GOSSIP_EVENT_LINE);
    print_variants();
    print_extremes();
    json_decref(ref);
    return EXIT_SUCCESS;
}
