#include "chat/entering.h"

#include "base/bytes.h"
#include "chat/commands.h"
#include "chat/privacy.h"
#include "chat/tell.h"
#include "crypto/secret.h"

/* Secrets: the passphrase, in memory of its own, wiped when the key is there or the room given up. */
struct entering {
    struct chain link; /* in chat->entering */
    struct room_name name;
    uint64_t number;
    bool is_asked;
    uint8_t salt[PASSPHRASE_SALT_BYTES];
    uint8_t *passphrase;
    size_t passphrase_size;
};

static struct entering *find(const struct chat *chat, const struct room_name *name)
{
    for (struct chain *at = chat->entering.next; at != &chat->entering; at = at->next) {
        struct entering *entering = at->object;

        if (bytes_equal(room_name_bytes(&entering->name), room_name_bytes(name))) {
            return entering;
        }
    }
    return NULL;
}

static void destroy(struct chat *chat, struct entering *entering)
{
    chain_remove(&entering->link);
    chat->entering_count--;
    secret_give(entering->passphrase);
    allocator_give(chat->allocator, entering, sizeof(*entering));
}

static struct entering *create(struct chat *chat, struct gossip_bytes passphrase)
{
    struct entering *entering = allocator_take_zeroed(chat->allocator, 1, sizeof(*entering));

    if (entering == NULL) {
        return NULL;
    }
    entering->passphrase = secret_take(passphrase.size);
    if (entering->passphrase == NULL) {
        allocator_give(chat->allocator, entering, sizeof(*entering));
        return NULL;
    }
    bytes_copy(entering->passphrase, passphrase);
    entering->passphrase_size = passphrase.size;
    return entering;
}

enum gossip_error entering_begin(struct chat *chat, const struct room_name *name,
    struct gossip_bytes passphrase, uint64_t number)
{
    struct entering *entering;
    struct gossip_bytes topic;

    if (passphrase.size == 0 || passphrase.size > PRIVACY_PASSPHRASE_BYTES_MAX ||
        room_name_foreign_topic(name, &topic)) {
        return GOSSIP_ERROR_INVALID;
    }
    if (find(chat, name) != NULL) {
        return GOSSIP_ERROR_ALREADY;
    }
    if (chat->entering_count == ENTERING_MAX) {
        return GOSSIP_ERROR_LIMIT;
    }
    entering = create(chat, passphrase);
    if (entering == NULL) {
        return GOSSIP_ERROR_NO_MEMORY;
    }
    entering->name = *name;
    entering->number = number;
    privacy_salt(
        bytes_make(chat->rendezvous, chat->rendezvous_size), room_name_bytes(name), entering->salt);
    chain_init(&entering->link, entering);
    chain_append(&chat->entering, &entering->link);
    chat->entering_count++;
    return GOSSIP_OK;
}

bool entering_poll(struct chat *chat, struct chat_request *request)
{
    struct entering *entering = chain_first(&chat->entering);

    if (entering == NULL || entering->is_asked) {
        return false;
    }
    entering->is_asked = true;
    *request = (struct chat_request){.kind = CHAT_DERIVE,
        .secret = bytes_make(entering->passphrase, entering->passphrase_size),
        .salt = bytes_make(entering->salt, sizeof(entering->salt))};
    return true;
}

void chat_derived(
    struct chat *chat, struct chat_time time, enum gossip_error error, const uint8_t *key)
{
    struct entering *entering = chain_first(&chat->entering);
    struct gossip_command command = {.kind = GOSSIP_COMMAND_JOIN};
    struct privacy *privacy = NULL;
    struct room_name name;
    bool is_weak;

    chat->time = time;
    if (entering == NULL || !entering->is_asked) {
        return; /* given up in the meantime */
    }
    name = entering->name;
    command.room = room_name_bytes(&name);
    command.number = entering->number;
    is_weak = entering->passphrase_size < PRIVACY_PASSPHRASE_BYTES_GOOD;
    destroy(chat, entering);
    if (error == GOSSIP_OK) {
        privacy = privacy_create(key);
        error = privacy == NULL ? GOSSIP_ERROR_NO_MEMORY : GOSSIP_OK;
    }
    commands_enter(chat, &command, error, privacy);
    if (is_weak) {
        struct gossip_event event = {.kind = GOSSIP_EVENT_NOTICE,
            .notice = GOSSIP_NOTICE_WEAK_PASSPHRASE,
            .room = command.room,
            .text = BYTES_OF("this passphrase is short: whoever records what is said can try all "
                             "such passphrases."),
            .hint = BYTES_OF("Take four or five words that do not belong together.")};

        tell(chat, &event);
    }
}

void entering_drop_all(struct chat *chat, bool is_told)
{
    struct entering *entering;

    while ((entering = chain_first(&chat->entering)) != NULL) {
        if (is_told) {
            tell_failed(chat, entering->number, GOSSIP_ERROR_CANCELLED,
                BYTES_OF("the chat is being closed"), (struct gossip_bytes){0});
        }
        destroy(chat, entering);
    }
}
