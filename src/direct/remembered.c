#include "direct/remembered.h"

bool remembered_has(const struct remembered *remembered, const struct wire_direct_id *id)
{
    for (uint32_t i = 0; i < remembered->count; i++) {
        if (remembered->ids[i].session == id->session &&
            remembered->ids[i].sequence == id->sequence) {
            return true;
        }
    }
    return false;
}

void remembered_add(struct remembered *remembered, const struct wire_direct_id *id)
{
    remembered->ids[remembered->next] = *id;
    remembered->next = (remembered->next + 1) % REMEMBERED_IDS_MAX;
    if (remembered->count < REMEMBERED_IDS_MAX) {
        remembered->count++;
    }
}
