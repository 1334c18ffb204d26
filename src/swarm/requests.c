#include "swarm/requests.h"

#include <stdio.h>

#include "base/instant.h"

static struct request *find(struct swarm *swarm, uint64_t number)
{
    for (size_t i = 0; i < SWARM_REQUESTS_MAX; i++) {
        if (swarm->requests[i].is_used && swarm->requests[i].number == number) {
            return &swarm->requests[i];
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

void requests_answer(
    struct swarm *swarm, uint64_t number, enum gossip_error error, const char *text)
{
    struct request *request = number == 0 ? NULL : find(swarm, number);

    if (request == NULL || chain_is_linked(&request->done)) {
        return;
    }
    request->error = error;
    request->elapsed = instant_since(swarm->now, request->since);
    (void)snprintf(request->text, sizeof(request->text), "%s", text == NULL ? "" : text);
    chain_append(&swarm->requests_done, &request->done);
}

void requests_answer_elapsed(struct swarm *swarm, uint64_t number, struct gossip_duration elapsed)
{
    struct request *request = number == 0 ? NULL : find(swarm, number);

    if (request != NULL && !chain_is_linked(&request->done)) {
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
