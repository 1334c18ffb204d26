/* Files that people send, and the threads that read and write them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "chat/clean_text.h"
#include "host/clock.h"
#include "host/node.h"
#include "host/pump.h"
#include "host/transfer_binding.h"
#include "host/transfer_state.h"

#define SENTENCE_BYTES 512

enum job_kind { JOB_HASH, JOB_READ, JOB_PREPARE, JOB_WRITE, JOB_VERIFY };

/* Something on another thread, which touches nothing but this and what its request points to. */
struct job {
    uv_work_t work;
    struct gossip_node *node;
    enum job_kind kind;
    char *path; /* owned; of a file of ours */
    const char *folder;
    const atomic_bool *is_given_up;
    struct shelf_stamp stamp;
    struct transfer_request request;
    struct place *place;
    int fd;
    uint64_t offset;
    uint8_t hash[SHA256_BYTES];
    enum gossip_error error;
    char sentence[SHELF_SENTENCE_BYTES];
    char *final_path; /* SHELF_PATH_BYTES_MAX, of VERIFY; owned */
    /* Of HASH: whom to offer it to, and who asked. */
    uint64_t number;
    struct gossip_peer_id recipients[TRANSFER_RECIPIENTS_MAX];
    size_t recipient_count;
    size_t room_size;
    uint8_t room[WIRE_FILE_ROOM_BYTES_MAX];
};

/* ---- on another thread ------------------------------------------------------------------ */

static void on_work(uv_work_t *work)
{
    struct job *job = work->data;

    switch (job->kind) {
    case JOB_HASH:
        job->error = shelf_hash(
            job->path, INT64_MAX, job->is_given_up, &job->stamp, job->hash, job->sentence);
        return;
    case JOB_READ:
        job->error = shelf_read(job->path, &job->stamp, job->request.offset, job->request.room);
        return;
    case JOB_PREPARE:
        job->error = shelf_prepare(
            job->folder, job->hash, job->place->size, &job->fd, &job->offset, job->sentence);
        return;
    case JOB_WRITE:
        job->error = shelf_write(job->fd, job->request.offset, job->request.payload, job->sentence);
        return;
    case JOB_VERIFY:
        job->error = shelf_verify(job->folder, job->fd, job->hash,
            bytes_make(job->place->name, job->place->name_size), job->final_path, job->sentence);
        return;
    }
}

/* ---- what is open ----------------------------------------------------------------------- */

struct place *transfer_disk_place(struct host_transfer *transfer, uint32_t number)
{
    for (size_t i = 0; i < TRANSFER_WANTED_MAX; i++) {
        if (transfer->places[i].number == number) {
            return &transfer->places[i];
        }
    }
    return NULL;
}

struct source *transfer_disk_source(struct host_transfer *transfer, uint32_t number)
{
    for (size_t i = 0; i < TRANSFER_OFFERED_MAX; i++) {
        if (transfer->sources[i].number == number && transfer->sources[i].path != NULL) {
            return &transfer->sources[i];
        }
    }
    return NULL;
}

static void close_place(const struct host_transfer *transfer, struct place *place)
{
    if (place->fd >= 0) {
        shelf_forget(transfer->folder, place->fd, place->hash, place->is_kept);
    }
    free(place->path);
    *place = (struct place){.fd = -1};
}

void transfer_disk_forget(struct host_transfer *transfer, uint32_t number, bool is_kept)
{
    struct place *place = transfer_disk_place(transfer, number);
    struct source *source = transfer_disk_source(transfer, number);

    if (place != NULL) {
        place->is_kept = is_kept;
        place->is_over = true;
        if (!place->is_busy) {
            close_place(transfer, place);
        }
    }
    if (source != NULL) {
        free(source->path);
        *source = (struct source){.number = 0};
    }
}

void transfer_disk_close(struct host_transfer *transfer)
{
    for (size_t i = 0; i < TRANSFER_WANTED_MAX; i++) {
        struct place *place = &transfer->places[i];

        place->is_kept = !place->is_over || place->is_kept;
        close_place(transfer, place);
    }
    for (size_t i = 0; i < TRANSFER_OFFERED_MAX; i++) {
        free(transfer->sources[i].path);
    }
}

/* ---- offering --------------------------------------------------------------------------- */

/* The part of a path behind the last separator: what the file is called. */
static struct gossip_bytes base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct gossip_bytes name = bytes_of_text(slash == NULL ? path : slash + 1);

    /* Of a name that is too long the end says what kind of file it is. */
    return name.size <= WIRE_FILE_NAME_BYTES_MAX
               ? name
               : bytes_part(name, name.size - WIRE_FILE_NAME_BYTES_MAX, WIRE_FILE_NAME_BYTES_MAX);
}

static void fail_offer(struct gossip_node *node, uint64_t number, const char *path,
    enum gossip_error error, const char *why)
{
    uint8_t clean[CLEAN_TEXT_BYTES(SHELF_PATH_BYTES_MAX)];
    char sentence[SENTENCE_BYTES];
    struct gossip_room room = room_make(clean, sizeof(clean));
    size_t size = clean_text(CLEAN_TEXT_NAME, bytes_of_text(path), room);

    (void)snprintf(sentence, sizeof(sentence), "%.*s: %s", size > 300 ? 300 : (int)size,
        (const char *)clean, why);
    transfer_answer(node, number, error, sentence, "");
}

/* The file is read: offers it. */
static enum gossip_error offer(struct gossip_node *node, struct job *job, uint32_t *number)
{
    struct host_transfer *transfer = node->transfer;
    struct source *source = NULL;
    struct transfer_offer offered = {.name = base_name(job->path),
        .room = bytes_make(job->room, job->room_size),
        .size = job->stamp.size,
        .recipients = job->recipients,
        .recipient_count = job->recipient_count};
    enum gossip_error error;

    for (size_t i = 0; i < TRANSFER_OFFERED_MAX && source == NULL; i++) {
        source = transfer->sources[i].path == NULL ? &transfer->sources[i] : NULL;
    }
    if (source == NULL) {
        return GOSSIP_ERROR_LIMIT;
    }
    memcpy(offered.hash, job->hash, sizeof(offered.hash));
    error = transfer_offer(transfer->machine, clock_now(), &offered, number);
    if (error == GOSSIP_OK) {
        *source = (struct source){.number = *number, .path = job->path, .stamp = job->stamp};
        job->path = NULL;
    }
    return error;
}

static void hashed(struct gossip_node *node, struct job *job)
{
    char sentence[SENTENCE_BYTES];
    uint32_t number = 0;

    node->transfer->hashing--;
    if (node->stage != NODE_RUNNING) {
        return;
    }
    if (job->error == GOSSIP_OK) {
        job->error = offer(node, job, &number);
        (void)snprintf(job->sentence, sizeof(job->sentence), "%s",
            job->error == GOSSIP_ERROR_LIMIT ? "too many files are offered; /files lists them"
                                             : gossip_error_text(job->error));
    }
    if (job->error != GOSSIP_OK) {
        fail_offer(node, job->number, job->path, job->error, job->sentence);
        return;
    }
    (void)snprintf(sentence, sizeof(sentence), "offered as %u to %zu %s", (unsigned)number,
        job->recipient_count, job->recipient_count == 1 ? "person" : "people");
    transfer_answer(node, job->number, GOSSIP_OK, sentence, "");
}

/* ---- jobs ------------------------------------------------------------------------------- */

static void destroy_job(struct job *job)
{
    free(job->path);
    free(job->final_path);
    free(job);
}

static void place_answered(struct gossip_node *node, struct job *job)
{
    struct transfer *machine = node->transfer->machine;
    struct place *place = job->place;
    uint32_t number = place->number;

    place->is_busy = false;
    if (job->kind == JOB_PREPARE) {
        place->fd = job->fd;
    } else if (job->kind == JOB_VERIFY && job->error == GOSSIP_OK) {
        place->fd = -1; /* it has its name, and is closed */
        place->path = job->final_path;
        job->final_path = NULL;
    }
    if (place->is_over) {
        close_place(node->transfer, place);
    }
    if (job->kind == JOB_PREPARE) {
        transfer_prepared(machine, clock_now(), number, job->offset, job->error, job->sentence);
    } else if (job->kind == JOB_WRITE) {
        transfer_written(machine, clock_now(), number, job->error, job->sentence);
    } else {
        transfer_verified(machine, clock_now(), number, job->error, job->sentence);
    }
}

static void on_done(uv_work_t *work, int status)
{
    struct job *job = work->data;
    struct gossip_node *node = job->node;

    (void)status; /* it is never cancelled */
    if (job->kind == JOB_HASH) {
        hashed(node, job);
    } else if (job->kind == JOB_READ) {
        transfer_read(node->transfer->machine, clock_now(), job->request.ticket, job->error);
    } else {
        place_answered(node, job);
    }
    destroy_job(job);
    host_pump(node);
    host_handle_closed(node);
}

static struct job *create_job(struct gossip_node *node, enum job_kind kind)
{
    struct job *job = calloc(1, sizeof(*job));

    if (job != NULL) {
        job->node = node;
        job->kind = kind;
        job->folder = node->transfer->folder;
        job->is_given_up = &node->transfer->is_given_up;
        job->fd = -1;
        job->work.data = job;
    }
    return job;
}

static void run_job(struct job *job)
{
    struct gossip_node *node = job->node;

    (void)uv_queue_work(node->loop, &job->work, on_work, on_done); /* it has its arguments */
    node->handles++;
}

/* ---- what the machine asks of the disk -------------------------------------------------- */

static void read_source(struct gossip_node *node, const struct transfer_request *request)
{
    struct source *source = transfer_disk_source(node->transfer, request->number);
    struct job *job = source != NULL ? create_job(node, JOB_READ) : NULL;

    if (job != NULL) {
        job->path = strdup(source->path);
        job->stamp = source->stamp;
        job->request = *request;
    }
    if (job == NULL || job->path == NULL) {
        free(job);
        transfer_read(
            node->transfer->machine, clock_now(), request->ticket, GOSSIP_ERROR_NO_MEMORY);
        return;
    }
    run_job(job);
}

/* A place for what is to be fetched, with what its status says of it. */
static struct place *new_place(struct host_transfer *transfer, uint32_t number)
{
    struct transfer_status status;
    struct place *place = transfer_disk_place(transfer, 0);

    if (place == NULL || number == 0 || !transfer_next(transfer->machine, number - 1, &status) ||
        status.number != number) {
        return NULL;
    }
    *place = (struct place){.number = number, .fd = -1, .size = status.size};
    memcpy(place->hash, status.hash.data, sizeof(place->hash));
    place->name_size = status.name.size;
    bytes_copy(place->name, status.name);
    return place;
}

static void fail_place(
    struct gossip_node *node, const struct transfer_request *request, const char *why)
{
    struct transfer *machine = node->transfer->machine;

    if (request->kind == TRANSFER_PREPARE) {
        transfer_prepared(machine, clock_now(), request->number, 0, GOSSIP_ERROR_IO, why);
    } else if (request->kind == TRANSFER_WRITE) {
        transfer_written(machine, clock_now(), request->number, GOSSIP_ERROR_IO, why);
    } else {
        transfer_verified(machine, clock_now(), request->number, GOSSIP_ERROR_IO, why);
    }
}

static void use_place(
    struct gossip_node *node, const struct transfer_request *request, enum job_kind kind)
{
    struct place *place = kind == JOB_PREPARE
                              ? new_place(node->transfer, request->number)
                              : transfer_disk_place(node->transfer, request->number);
    struct job *job = place != NULL ? create_job(node, kind) : NULL;

    if (job != NULL && kind == JOB_VERIFY) {
        job->final_path = calloc(1, SHELF_PATH_BYTES_MAX);
    }
    if (job == NULL || (kind == JOB_VERIFY && job->final_path == NULL)) {
        free(job);
        fail_place(node, request, "out of memory");
        return;
    }
    job->request = *request;
    job->place = place;
    job->fd = place->fd;
    memcpy(job->hash, place->hash, sizeof(job->hash));
    place->is_busy = true;
    run_job(job);
}

void transfer_disk_run(struct gossip_node *node, const struct transfer_request *request)
{
    if (request->kind == TRANSFER_READ) {
        read_source(node, request);
    } else if (request->kind == TRANSFER_PREPARE) {
        use_place(node, request, JOB_PREPARE);
    } else if (request->kind == TRANSFER_WRITE) {
        use_place(node, request, JOB_WRITE);
    } else {
        use_place(node, request, JOB_VERIFY);
    }
}

void transfer_binding_offer(struct gossip_node *node, const struct chat_request *request)
{
    struct job *job;

    if (node->transfer->hashing == HOST_TRANSFER_HASHING_MAX) {
        transfer_answer(node, request->number, GOSSIP_ERROR_LIMIT, "too many files are being read",
            "Try again in a moment.");
        return;
    }
    job = create_job(node, JOB_HASH);
    if (job != NULL) {
        job->path = strndup((const char *)request->payload.data, request->payload.size);
    }
    if (job == NULL || job->path == NULL) {
        free(job);
        transfer_answer(node, request->number, GOSSIP_ERROR_NO_MEMORY, "out of memory", "");
        return;
    }
    job->number = request->number;
    job->room_size = request->topic.size;
    bytes_copy(job->room, request->topic);
    job->recipient_count = request->peer_count;
    memcpy(job->recipients, request->peers, request->peer_count * sizeof(request->peers[0]));
    node->transfer->hashing++;
    run_job(job);
}
