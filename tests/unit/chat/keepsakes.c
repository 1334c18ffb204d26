#include "unit/chat/keepsakes.h"

#include "base/peer_id_text.h"
#include "support/test.h"

void keepsakes_put(struct keepsakes *keepsakes, const struct chat_known *known)
{
    size_t i = 0;
    while (i < keepsakes->count && !peer_id_is_equal(&keepsakes->items[i].known.peer, &known->peer))
        i++;
    if (i == KEEPSAKES_MAX)
        return;
    if (i == keepsakes->count)
        keepsakes->count++;
    struct chat_known *kept = &keepsakes->items[i].known;
    *kept = *known;
    struct gossip_bytes *texts[] = {&kept->nick, &kept->petname, &kept->verified_nick};
    for (size_t at = 0; at < 3; at++) {
        uint8_t *text = (uint8_t *)keepsakes->items[i].texts[at];
        expect_at_most(texts[at]->size, KEEPSAKES_TEXT_BYTES);
        bytes_copy(text, *texts[at]);
        texts[at]->data = text;
    }
}

void keepsakes_tell(const struct keepsakes *keepsakes, struct chat *chat)
{
    for (size_t i = 0; i < keepsakes->count; i++)
        chat_know(chat, &keepsakes->items[i].known);
}
