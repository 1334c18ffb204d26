#include "host/known_people.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "host/archive.h"
#include "host/history.h"
#include "host/pump.h"

#define TEXTS 3

/* One person with his texts. */
struct known_person {
    struct chat_known known;
    uint8_t texts[TEXTS][STORE_NICK_BYTES_MAX];
};

/* Everybody, as the worker found them. */
struct reading {
    struct archive_job job;
    struct gossip_node *node;
    struct known_person *people;
    size_t count, allocated;
};

struct keeping {
    struct archive_job job;
    struct known_person person;
};

/* Copies with the texts, which have the same bound on both sides. */
static void copy(struct known_person *to, const struct chat_known *from)
{
    struct gossip_bytes *texts[] = {&to->known.nick, &to->known.petname, &to->known.verified_nick};

    to->known = *from;
    for (size_t i = 0; i < TEXTS; i++) {
        if (texts[i]->size > STORE_NICK_BYTES_MAX) {
            texts[i]->size = 0;
        }
        bytes_copy(to->texts[i], *texts[i]);
        texts[i]->data = to->texts[i];
    }
}

/* What was copied has moved. */
static void rebase(struct known_person *person)
{
    person->known.nick.data = person->texts[0];
    person->known.petname.data = person->texts[1];
    person->known.verified_nick.data = person->texts[2];
}

/* ---- at the start ----------------------------------------------------------------------- */

static void take_person(void *context, const struct store_person *person)
{
    struct reading *reading = context;
    struct chat_known known = {.peer = person->peer,
        .nick = person->nick,
        .petname = person->petname,
        .verified_nick = person->verified_nick,
        .verified_at = person->verified_at,
        .first_seen = person->first_seen,
        .last_seen = person->last_seen,
        .is_ignored = person->is_ignored};

    if (reading->count == reading->allocated) {
        size_t more = reading->allocated == 0 ? 64 : 2 * reading->allocated;
        struct known_person *people = reallocarray(reading->people, more, sizeof(*people));

        if (people == NULL) {
            return;
        }
        reading->people = people;
        reading->allocated = more;
    }
    copy(&reading->people[reading->count++], &known);
}

static enum store_result on_read(struct store *store, struct archive_job *job)
{
    return store_people(store, take_person, (struct reading *)(void *)job);
}

static void on_known(struct archive_job *job, enum store_result result)
{
    struct reading *reading = (struct reading *)(void *)job;
    struct gossip_node *node = reading->node;

    (void)result; /* whoever could be read is known */
    for (size_t i = 0; i < reading->count && node->stage != NODE_GONE; i++) {
        rebase(&reading->people[i]);
        chat_know(node->chat, &reading->people[i].known);
    }
    free(reading->people);
    free(reading);
}

void known_people_read(struct gossip_node *node)
{
    struct archive *archive = history_archive(node);
    struct reading *reading = archive == NULL ? NULL : calloc(1, sizeof(*reading));

    if (reading == NULL) {
        return;
    }
    reading->job = (struct archive_job){.work = on_read, .done = on_known};
    reading->node = node;
    if (archive_run(archive, &reading->job) != GOSSIP_OK) {
        free(reading);
    }
}

/* ---- and whenever something changes ----------------------------------------------------- */

static enum store_result on_keep(struct store *store, struct archive_job *job)
{
    const struct chat_known *known = &((const struct keeping *)(const void *)job)->person.known;
    struct store_person person = {.peer = known->peer,
        .nick = known->nick,
        .petname = known->petname,
        .verified_nick = known->verified_nick,
        .verified_at = known->verified_at,
        .first_seen = known->first_seen,
        .last_seen = known->last_seen,
        .is_ignored = known->is_ignored};

    return store_put_person(store, &person);
}

/* That the file cannot be written is told for the lines in it. */
static void on_kept(struct archive_job *job, enum store_result result)
{
    (void)result;
    free(job);
}

void known_people_keep(struct gossip_node *node, const struct chat_known *known)
{
    struct archive *archive = history_archive(node);
    struct keeping *keeping = archive == NULL ? NULL : calloc(1, sizeof(*keeping));

    if (keeping == NULL) {
        return;
    }
    keeping->job = (struct archive_job){.work = on_keep, .done = on_kept, .is_change = true};
    copy(&keeping->person, known);
    if (archive_run(archive, &keeping->job) != GOSSIP_OK) {
        free(keeping);
    }
}
