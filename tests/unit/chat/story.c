#include "unit/chat/story.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/test.h"

#define STORY_BYTES_MAX (2048u * 1024u)

void story_init(struct story *story)
{
    *story = (struct story){.text = malloc(STORY_BYTES_MAX)};
}

void story_deinit(struct story *story)
{
    free(story->text);
    *story = (struct story){.size = 0};
}

const char *story_take(struct story *story)
{
    char *told = test_take(story->size + 1);
    memcpy(told, story->text, story->size);
    told[story->size] = '\0';
    story->size = 0;
    return told;
}

__attribute__((format(printf, 2, 3))) static void tell(struct story *story, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    story->size += (size_t)vsnprintf(
        story->text + story->size, STORY_BYTES_MAX - story->size, format, arguments);
    va_end(arguments);
    expect_at_most(story->size, STORY_BYTES_MAX - 1);
}

#define TEXT(bytes) (int)(bytes).size, (const char *)(bytes).data

static void tell_line(struct story *story, const struct gossip_event *event)
{
    tell(
        story, event->action ? "* %.*s %.*s" : "<%.*s> %.*s", TEXT(event->name), TEXT(event->text));
    tell(story, "%s%s%s%s%s\n", event->verified ? " verified" : "", event->own ? " own" : "",
        event->mention ? " mention" : "",
        event->late      ? " late"
        : event->history ? " history"
                         : "",
        event->foreign ? " foreign" : "");
}

static void tell_room(struct story *story, const struct gossip_event *event)
{
    tell(story, "room #%.*s (%u)%s", TEXT(event->room), event->members,
        event->sealed ? " sealed" : "");
    tell(story, event->unreadable > 0 ? " %u unreadable\n" : "\n", event->unreadable);
}

static void tell_direct(struct story *story, const struct gossip_event *event)
{
    tell(story, event->own ? "[-> %.*s] %.*s\n" : "[%.*s] %.*s\n", TEXT(event->name),
        TEXT(event->text));
}

static void tell_missed(struct story *story, const struct gossip_event *event)
{
    if (event->kind == GOSSIP_EVENT_HISTORY_BEGIN)
        tell(story, "#%.*s: what was missed, from %.*s\n", TEXT(event->room), TEXT(event->name));
    else
        tell(story, "#%.*s: %.*s\n", TEXT(event->room), TEXT(event->text));
}

static void tell_delivery(struct story *story, const struct gossip_event *event)
{
    tell(story, "#%" PRIu64, event->ref_number);
    if (event->delivery == GOSSIP_DELIVERY_QUEUED)
        tell(story, " queued%s%.*s\n", event->text.size > 0 ? ": " : "", TEXT(event->text));
    else if (event->delivery == GOSSIP_DELIVERY_REACHED)
        tell(story, " reached %u of %u\n", event->members, event->audience);
    else if (event->delivery == GOSSIP_DELIVERY_SENT)
        tell(story, " sent to %u\n", event->members);
    else
        tell(story, " failed: %.*s\n", TEXT(event->text));
}

static void tell_away(struct story *story, const struct gossip_event *event)
{
    tell(story, "%.*s is %s%s%.*s%s", TEXT(event->name), event->away ? "away" : "back",
        event->text.size > 0 ? " (" : "", TEXT(event->text), event->text.size > 0 ? ")" : "");
    tell(story, event->own ? " own\n" : " #%.*s\n", TEXT(event->room));
}

static void tell_topic(struct story *story, const struct gossip_event *event)
{
    tell(story, "topic #%.*s: %.*s", TEXT(event->room), TEXT(event->text));
    tell(story, " by %.*s%s\n", TEXT(event->name), event->own ? " own" : "");
}

static void tell_person(struct story *story, const struct gossip_event *event)
{
    if (event->kind == GOSSIP_EVENT_PERSON_CAME) {
        tell(story, "+%.*s #%.*s (%u)\n", TEXT(event->name), TEXT(event->room), event->members);
    } else if (event->kind == GOSSIP_EVENT_PERSON_WENT) {
        tell(story, "-%.*s #%.*s (%u)", TEXT(event->name), TEXT(event->room), event->members);
        tell(story, "%s%.*s\n", event->text.size > 0 ? " " : "", TEXT(event->text));
    } else if (event->kind == GOSSIP_EVENT_PERSON_LISTED) {
        tell(story, "person %.*s #%.*s (%u)%s%.*s\n", TEXT(event->name), TEXT(event->room),
            event->members, event->away ? " away " : "", TEXT(event->text));
    } else {
        tell(story, "%.*s is %.*s", TEXT(event->text), TEXT(event->name));
        tell(story, event->own ? " own\n" : " #%.*s\n", TEXT(event->room));
    }
}

static void tell_answer(struct story *story, const struct gossip_event *event)
{
    if (event->kind == GOSSIP_EVENT_FAILED)
        tell(story, "failed %" PRIu64 ": %.*s%s%.*s\n", event->number, TEXT(event->text),
            event->hint.size > 0 ? " | " : "", TEXT(event->hint));
    else if (event->text.size > 0)
        tell(story, "done %" PRIu64 " (%.*s)\n", event->number, TEXT(event->text));
    else
        tell(story, "done %" PRIu64 "\n", event->number);
}

static void tell_known(struct story *story, const struct gossip_event *event)
{
    tell(story, "known %.*s (%.*s)", TEXT(event->name), TEXT(event->nick));
    if (event->petname.size > 0)
        tell(story, " called %.*s", TEXT(event->petname));
    if (event->verified_nick.size > 0)
        tell(story, " confirmed as %.*s", TEXT(event->verified_nick));
    tell(story, "%s%s%s%.*s\n", event->verified ? " verified" : "",
        event->ignored ? " ignored" : "", event->text.size > 0 ? " in " : "", TEXT(event->text));
}

void story_offer(struct story *story, const struct chat_request *request)
{
    tell(story, "offer %" PRIu64 ": %.*s to %zu in \"%.*s\"\n", request->number,
        TEXT(request->payload), request->peer_count, TEXT(request->topic));
}

void story_tell(struct story *story, const struct gossip_event *event)
{
    switch (event->kind) {
    case GOSSIP_EVENT_DONE:
    case GOSSIP_EVENT_FAILED:
        tell_answer(story, event);
        break;
    case GOSSIP_EVENT_PERSON_KNOWN:
        tell_known(story, event);
        break;
    case GOSSIP_EVENT_ROOM_LISTED:
        tell_room(story, event);
        break;
    case GOSSIP_EVENT_ROOM_JOINED:
    case GOSSIP_EVENT_ROOM_LEFT:
        tell(story, "%s #%.*s%s\n", event->kind == GOSSIP_EVENT_ROOM_JOINED ? "joined" : "left",
            TEXT(event->room), event->sealed ? " sealed" : "");
        break;
    case GOSSIP_EVENT_PERSON_CAME:
    case GOSSIP_EVENT_PERSON_WENT:
    case GOSSIP_EVENT_PERSON_RENAMED:
    case GOSSIP_EVENT_PERSON_LISTED:
        tell_person(story, event);
        break;
    case GOSSIP_EVENT_PERSON_AWAY:
        tell_away(story, event);
        break;
    case GOSSIP_EVENT_TOPIC:
        tell_topic(story, event);
        break;
    case GOSSIP_EVENT_LINE:
        tell_line(story, event);
        break;
    case GOSSIP_EVENT_DIRECT:
        tell_direct(story, event);
        break;
    case GOSSIP_EVENT_DELIVERY:
        tell_delivery(story, event);
        break;
    case GOSSIP_EVENT_HISTORY_BEGIN:
    case GOSSIP_EVENT_HISTORY_END:
        tell_missed(story, event);
        break;
    case GOSSIP_EVENT_NOTICE:
        tell(story, "! %.*s | %.*s\n", TEXT(event->text), TEXT(event->hint));
        break;
    case GOSSIP_EVENT_FILE_OFFERED:
    case GOSSIP_EVENT_FILE_PROGRESS:
    case GOSSIP_EVENT_FILE_DONE:
    case GOSSIP_EVENT_FILE_FAILED:
    case GOSSIP_EVENT_FILE_LISTED:
    case GOSSIP_EVENT_PEER_LISTED:
    case GOSSIP_EVENT_LISTENING:
    case GOSSIP_EVENT_SEARCHING:
    case GOSSIP_EVENT_OFFLINE:
    case GOSSIP_EVENT_PEER_FOUND:
    case GOSSIP_EVENT_PEER_CONNECTED:
    case GOSSIP_EVENT_PEER_DISCONNECTED:
    case GOSSIP_EVENT_PEER_FAILED:
        test_fail("chat tells nothing of files and of the network");
        break;
    }
}
