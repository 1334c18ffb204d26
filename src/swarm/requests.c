#include "swarm/requests.h"

#include <stdio.h>

#include "base/instant.h"

/* The request with this number, if it was not answered yet. */
static struct request *find(struct swarm *swarm, uint64_t number)
{
    for (size_t i = 0; i < SWARM_REQUESTS_MAX; i++) {
        struct request *request = &swarm->requests[i];

        if (request->is_used && request->number == number && !chain_is_linked(&request->done)) {
            return request;
        }
    }
    return NULL;
}

uint64_t requests_begin(struct swarm *swarm)
{
    for (size_t i = 0; i < SWARM_REQUESTS_MAX; i++) {
        struct request *request = &swarm->requests[i];

        if (!request->is_used) {
            *request = (struct request){
                .number = ++swarm->last_request, .since = swarm->now, .is_used = true};
            chain_init(&request->done, request);
            return request->number;
        }
    }
    return 0;
}

void requests_note_failure(
    struct swarm *swarm, uint64_t number, enum gossip_error error, const char *text)
{
    struct request *request = find(swarm, number);

    if (request != NULL) {
        request->error = error;
        (void)snprintf(request->text, sizeof(request->text), "%s", text);
    }
}

static void finish(struct swarm *swarm, struct request *request)
{
    request->elapsed = instant_since(swarm->now, request->since);
    chain_append(&swarm->requests_done, &request->done);
}

void requests_answer_failed(struct swarm *swarm, uint64_t number)
{
    struct request *request = find(swarm, number);

    if (request == NULL) {
        return;
    }
    if (request->error == GOSSIP_OK) {
        requests_note_failure(
            swarm, number, GOSSIP_ERROR_UNREACHABLE, "none of its addresses can be dialed now");
    }
    finish(swarm, request);
}

void requests_answer(
    struct swarm *swarm, uint64_t number, enum gossip_error error, const char *text)
{
    struct request *request = find(swarm, number);

    if (request != NULL) {
        requests_note_failure(swarm, number, error, text == NULL ? "" : text);
        finish(swarm, request);
    }
}

void requests_answer_elapsed(struct swarm *swarm, uint64_t number, struct gossip_duration elapsed)
{
    struct request *request = find(swarm, number);

    if (request != NULL) {
        requests_answer(swarm, number, GOSSIP_OK, NULL);
        request->elapsed = elapsed;
    }
}

bool requests_poll(struct swarm *swarm, struct swarm_output *output)
{
    struct request *request = chain_first(&swarm->requests_done);

    if (request == NULL) {
        return false;
    }
    chain_remove(&request->done);
    *output = (struct swarm_output){.kind = SWARM_REQUEST_DONE,
        .request = request->number,
        .error = request->error,
        .elapsed = request->elapsed,
        .text = request->text};
    request->is_used = false;
    return true;
}

void requests_cancel_all(struct swarm *swarm)
{
    for (size_t i = 0; i < SWARM_REQUESTS_MAX; i++) {
        if (swarm->requests[i].is_used) {
            requests_answer(
                swarm, swarm->requests[i].number, GOSSIP_ERROR_CANCELLED, "we are leaving");
        }
    }
}
