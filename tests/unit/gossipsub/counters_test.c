#include "gossipsub/counters.h"

#include "support/test.h"

#include <string.h>

static void every_loss_has_a_reason_of_its_own(void)
{
    for (int one = 0; one < GOSSIPSUB_DROP_COUNT; one++) {
        const char *text = gossipsub_drop_text((enum gossipsub_drop)one);
        expect_at_least(strlen(text), 8);
        for (int other = 0; other < one; other++)
            expect_false(strcmp(text, gossipsub_drop_text((enum gossipsub_drop)other)) == 0);
    }
}

TEST_MAIN(TEST(every_loss_has_a_reason_of_its_own))
