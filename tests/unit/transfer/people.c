#include "people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

static void drain(struct person *person);

uint8_t byte_at(uint64_t offset)
{
    return (uint8_t)(offset * 31 + offset / 255);
}

static struct person *other(struct person *person)
{
    struct people *people = person->people;

    return person == &people->alice ? &people->bob : &people->alice;
}

/* ---- streams ---------------------------------------------------------------------------- */

static void post(struct person *to, uint64_t stream, struct gossip_bytes bytes, bool is_end,
    enum gossip_error error)
{
    struct people *people = to->people;
    struct parcel *parcel;

    expect_at_most(people->parcel_count, PARCELS_MAX - 1);
    parcel = &people->parcels[(people->parcel_first + people->parcel_count++) % PARCELS_MAX];
    *parcel = (struct parcel){
        .to = to, .stream = stream, .is_end = is_end, .error = error, .size = bytes.size};
    parcel->bytes = malloc(bytes.size + 1);
    bytes_copy(parcel->bytes, bytes);
}

static enum gossip_error open_stream(struct person *person, uint64_t *id)
{
    struct people *people = person->people;

    *id = 0;
    if (people->is_apart) {
        return GOSSIP_ERROR_NOT_FOUND;
    }
    if (person->open_error != GOSSIP_OK) {
        return person->open_error;
    }
    expect_at_most(people->stream_count, STREAMS_MAX - 1);
    people->streams[people->stream_count] = (struct stream){.opener = person};
    *id = ++people->stream_count;
    return GOSSIP_OK;
}

static void finish(struct person *person, struct stream *stream, uint64_t id)
{
    stream->is_finished[person != stream->opener] = true;
    post(other(person), id, (struct gossip_bytes){0}, true, GOSSIP_OK);
}

static void end(struct person *person, uint64_t id, enum gossip_error error)
{
    transfer_stream_ended(person->transfer, person->people->now, id, error);
    drain(person);
}

static void reset(struct person *person, struct stream *stream, uint64_t id)
{
    person->resets++;
    stream->is_gone = true;
    post(other(person), id, (struct gossip_bytes){0}, true, GOSSIP_ERROR_PEER_CLOSED);
}

static void deliver(struct people *people, const struct parcel *parcel)
{
    struct stream *stream = &people->streams[parcel->stream - 1];
    struct person *to = parcel->to;
    bool is_opener = to == stream->opener;

    if (stream->is_gone && !(parcel->is_end && parcel->error != GOSSIP_OK)) {
        return;
    }
    if (!is_opener && !stream->is_known) {
        stream->is_known = true;
        if (!transfer_stream_arrived(to->transfer, people->now, parcel->stream, &other(to)->id)) {
            reset(to, stream, parcel->stream);
            return;
        }
    }
    if (!parcel->is_end) {
        if (!transfer_stream_receive(to->transfer, people->now, parcel->stream,
                bytes_make(parcel->bytes, parcel->size))) {
            reset(to, stream, parcel->stream);
        }
        drain(to);
    } else if (parcel->error != GOSSIP_OK) {
        end(to, parcel->stream, parcel->error);
    } else {
        /* As the host does: whoever hears the end finishes too. */
        if (!stream->is_finished[!is_opener]) {
            finish(to, stream, parcel->stream);
        }
        end(to, parcel->stream, GOSSIP_OK);
    }
}

/* ---- the host --------------------------------------------------------------------------- */

static void send(struct person *person, const struct transfer_request *request)
{
    struct people *people = person->people;
    struct stream *stream = &people->streams[request->stream - 1];

    if (person->sends_until_block > 0 && ++person->sends % person->sends_until_block == 0) {
        transfer_sent(person->transfer, people->now, GOSSIP_ERROR_WOULD_BLOCK);
        transfer_stream_writable(person->transfer, request->stream);
        return;
    }
    expect_false(stream->is_gone);
    person->bytes_sent += request->payload.size;
    post(other(person), request->stream, request->payload, false, GOSSIP_OK);
    transfer_sent(person->transfer, people->now, GOSSIP_OK);
}

static void read_file(struct person *person, const struct transfer_request *request)
{
    struct disk *disk = &person->disk;

    if (disk->read_error == GOSSIP_OK) {
        expect_at_most(request->offset + request->room.size, disk->size);
        memcpy(request->room.data, disk->bytes + request->offset, request->room.size);
    }
    transfer_read(person->transfer, person->people->now, request->ticket, disk->read_error);
}

static void write_file(struct person *person, const struct transfer_request *request)
{
    struct disk *disk = &person->disk;
    bool fails = disk->write_error != GOSSIP_OK &&
                 (disk->write_at == 0 || disk->writes + 1 == disk->write_at);

    disk->writes++;
    expect_equal(request->offset, disk->size); /* nothing is left out */
    if (!fails) {
        expect_at_most(request->offset + request->payload.size, FILE_BYTES_MAX);
        memcpy(disk->bytes + request->offset, request->payload.data, request->payload.size);
        disk->size += request->payload.size;
    }
    if (disk->is_slow) {
        disk->is_writing = true;
        disk->writing = request->number;
        return;
    }
    transfer_written(person->transfer, person->people->now, request->number,
        fails ? disk->write_error : GOSSIP_OK, "the disk is full");
}

void person_write(struct person *person)
{
    expect_true(person->disk.is_writing);
    person->disk.is_writing = false;
    transfer_written(person->transfer, person->people->now, person->disk.writing, GOSSIP_OK, NULL);
    drain(person);
}

static void verify(struct person *person, uint32_t number)
{
    bool is_right = true;

    person->disk.verifies++;
    for (uint64_t i = 0; i < person->disk.size; i++) {
        is_right = is_right && person->disk.bytes[i] == byte_at(i);
    }
    transfer_verified(person->transfer, person->people->now, number,
        is_right ? GOSSIP_OK : GOSSIP_ERROR_PEER_MALFORMED, "it is not what was offered");
}

static void carry_out(struct person *person, const struct transfer_request *request)
{
    struct people *people = person->people;
    uint64_t stream;
    enum gossip_error error;

    switch (request->kind) {
    case TRANSFER_OPEN:
        error = open_stream(person, &stream);
        transfer_opened(person->transfer, people->now, error, stream);
        return;
    case TRANSFER_SEND:
        send(person, request);
        return;
    case TRANSFER_FINISH:
        finish(person, &people->streams[request->stream - 1], request->stream);
        return;
    case TRANSFER_RESET:
        reset(person, &people->streams[request->stream - 1], request->stream);
        return;
    case TRANSFER_FORGET:
        person->disk.forgets++;
        person->disk.kept += request->is_kept;
        return;
    case TRANSFER_READ:
        read_file(person, request);
        return;
    case TRANSFER_PREPARE:
        person->disk.prepares++;
        transfer_prepared(person->transfer, people->now, request->number, person->disk.size,
            person->disk.prepare_error, "no place");
        return;
    case TRANSFER_WRITE:
        write_file(person, request);
        return;
    case TRANSFER_VERIFY:
        verify(person, request->number);
        return;
    }
}

static void hear(struct person *person, const struct transfer_event *event)
{
    struct told *told = &person->told[person->told_count++ % EVENTS_MAX];

    *told = (struct told){.kind = event->kind,
        .number = event->status.number,
        .done = event->status.done,
        .size = event->status.size,
        .error = event->error};
    (void)snprintf(told->text, sizeof(told->text), "%s", event->text != NULL ? event->text : "");
    (void)snprintf(told->name, sizeof(told->name), "%.*s", (int)event->status.name.size,
        (const char *)event->status.name.data);
    expect_at_most(event->status.done, event->status.size);
}

static void drain(struct person *person)
{
    struct transfer_request request;
    struct transfer_event event;
    bool is_moving = true;

    while (is_moving) {
        is_moving = false;
        while (transfer_poll_event(person->transfer, &event)) {
            hear(person, &event);
        }
        if (transfer_poll_request(person->transfer, &request)) {
            carry_out(person, &request);
            is_moving = true;
        }
    }
}

/* ---- people ----------------------------------------------------------------------------- */

static void person_begin(struct people *people, struct person *person, char name)
{
    struct transfer_config config;

    memset(person, 0, sizeof(*person));
    person->people = people;
    person->id.size = 4;
    memset(person->id.data, name, 4);
    test_allocator_init(&person->memory);
    seeded_entropy_init(&person->entropy, (uint64_t)name);
    config = (struct transfer_config){.allocator = &person->memory.allocator,
        .entropy = seeded_entropy(&person->entropy),
        .file_bytes_max = FILE_BYTES_MAX};
    expect_ok(transfer_create(&config, &person->transfer));
    person->disk.bytes = calloc(1, FILE_BYTES_MAX);
}

void people_begin(struct people *people)
{
    memset(people, 0, sizeof(*people));
    people->now = instant_us(1000000);
    person_begin(people, &people->alice, 'A');
    person_begin(people, &people->bob, 'B');
}

static void person_end(struct person *person)
{
    transfer_destroy(person->transfer);
    test_allocator_deinit(&person->memory);
    free(person->disk.bytes);
}

void people_end(struct people *people)
{
    while (people->parcel_count > 0) {
        free(people->parcels[people->parcel_first].bytes);
        people->parcel_first = (people->parcel_first + 1) % PARCELS_MAX;
        people->parcel_count--;
    }
    person_end(&people->alice);
    person_end(&people->bob);
}

void people_carry(struct people *people, size_t count)
{
    drain(&people->alice);
    drain(&people->bob);
    while (count-- > 0 && people->parcel_count > 0) {
        struct parcel parcel = people->parcels[people->parcel_first];

        people->parcel_first = (people->parcel_first + 1) % PARCELS_MAX;
        people->parcel_count--;
        deliver(people, &parcel);
        free(parcel.bytes);
    }
}

void people_settle(struct people *people)
{
    people_carry(people, 1000000);
    expect_equal(people->parcel_count, 0);
}

static void wake(struct person *person)
{
    if (instant_is_due(transfer_deadline(person->transfer), person->people->now)) {
        transfer_advance(person->transfer, person->people->now);
        drain(person);
    }
}

void people_wait(struct people *people, uint64_t ms)
{
    for (uint64_t i = 0; i < ms; i += 50) {
        people->now = instant_add(people->now, duration_ms(50));
        wake(&people->alice);
        wake(&people->bob);
        people_settle(people);
    }
}

void people_part(struct people *people)
{
    people->is_apart = true;
    while (people->parcel_count > 0) { /* what is on its way is lost */
        free(people->parcels[people->parcel_first].bytes);
        people->parcel_first = (people->parcel_first + 1) % PARCELS_MAX;
        people->parcel_count--;
    }
    for (size_t i = 0; i < people->stream_count; i++) {
        if (!people->streams[i].is_gone) {
            people->streams[i].is_gone = true;
            end(&people->alice, i + 1, GOSSIP_ERROR_PEER_CLOSED);
            end(&people->bob, i + 1, GOSSIP_ERROR_PEER_CLOSED);
        }
    }
}

void people_meet(struct people *people)
{
    people->is_apart = false;
    transfer_peer_up(people->alice.transfer, people->now, &people->bob.id);
    transfer_peer_up(people->bob.transfer, people->now, &people->alice.id);
    people_settle(people);
}

uint32_t alice_offers(struct people *people, const char *name, uint64_t size)
{
    struct transfer_offer offer = {.name = bytes_of_text(name),
        .size = size,
        .recipients = &people->bob.id,
        .recipient_count = 1};
    uint32_t number = 0;

    for (uint64_t i = 0; i < size; i++) {
        people->alice.disk.bytes[i] = byte_at(i);
    }
    people->alice.disk.size = size;
    expect_ok(transfer_offer(people->alice.transfer, people->now, &offer, &number));
    people_settle(people);
    return number;
}

const struct told *person_was_told(const struct person *person, enum transfer_event_kind kind)
{
    for (size_t i = person->told_count; i > 0; i--) {
        if (person->told[i - 1].kind == kind) {
            return &person->told[i - 1];
        }
    }
    return NULL;
}

size_t person_count(const struct person *person, enum transfer_event_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < person->told_count; i++) {
        count += person->told[i].kind == kind;
    }
    return count;
}

void expect_same_file(const struct people *people)
{
    expect_bytes(bytes_make(people->bob.disk.bytes, people->bob.disk.size),
        bytes_make(people->alice.disk.bytes, people->alice.disk.size));
}
