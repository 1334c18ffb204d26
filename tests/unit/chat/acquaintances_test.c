#include "chat/acquaintances.h"

#include <stdio.h>

#include "unit/chat/world.h"

static struct nick nick_of(unsigned number)
{
    struct nick nick;
    nick.size = (uint8_t)snprintf(nick.text, sizeof(nick.text), "Olga%u", number);
    return nick;
}

static void so_many_are_remembered_and_no_more(void)
{
    world_begin(1);
    struct chat *chat = chat_of(ANN);
    for (unsigned i = 0; i < ACQUAINTANCES_MAX; i++) {
        struct gossip_peer_id id = world_make_id(100 + i);
        struct nick nick = nick_of(i);
        acquaintances_add(chat, &id, &nick, i == 0);
    }
    struct gossip_peer_id first = world_make_id(100), second = world_make_id(101);
    struct gossip_peer_id next = world_make_id(9000);
    struct nick nick = nick_of(9000);
    acquaintances_add(chat, &first, &nick, false); /* heard of again */
    acquaintances_add(chat, &next, &nick, false);
    expect_null(acquaintances_find(chat, &second));
    expect_not_null(acquaintances_find(chat, &next));
    expect_true(acquaintances_find(chat, &first)->has_talked);
    expect_bytes(nick_bytes(&acquaintances_find(chat, &first)->nick), BYTES_OF("Olga9000"));
    struct hash_map_entry *entry = NULL;
    unsigned count = 0;
    while (acquaintances_next(chat, &entry) != NULL)
        count++;
    expect_equal(count, ACQUAINTANCES_MAX);
    world_end();
}

TEST_MAIN(TEST(so_many_are_remembered_and_no_more))
