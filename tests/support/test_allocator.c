#include "support/test_allocator.h"

#include "base/bytes.h"
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_MAGIC 0x7a6b5c4d3e2f1a0bu

/* Before every block; as large as any alignment. */
union block {
    struct {
        uint64_t magic;
        struct test_allocator *owner;
        size_t size;
    } header;
    max_align_t alignment;
};

static void *take_block(void *context, size_t size)
{
    struct test_allocator *memory = context;
    union block *block;

    memory->requests++;
    if (memory->fail_at != 0 && memory->requests == memory->fail_at) {
        memory->has_failed = true;
        return NULL;
    }
    if (size > SIZE_MAX - sizeof(*block))
        return NULL;
    block = malloc(sizeof(*block) + size);
    if (block == NULL)
        return NULL;
    block->header.magic = BLOCK_MAGIC;
    block->header.owner = memory;
    block->header.size = size;
    memory->blocks++;
    memory->bytes += size;
    if (memory->bytes > memory->bytes_peak)
        memory->bytes_peak = memory->bytes;
    /* What was never written must not look like zeros. */
    memset(block + 1, 0xa5, size);
    return block + 1;
}

static void look_for_secrets(const struct test_allocator *memory, const void *data, size_t size)
{
    for (uint32_t i = 0; i < memory->secrets; i++)
        if (memmem(data, size, memory->secret[i].data, memory->secret[i].size) != NULL)
            test_fail("memory that held a secret was given back without being wiped");
}

static void give_block(void *context, void *data, size_t size)
{
    struct test_allocator *memory = context;
    union block *block = (union block *)data - 1;

    if (block->header.magic != BLOCK_MAGIC || block->header.owner != memory)
        test_fail("memory was given back to an allocator it did not come from");
    if (block->header.size != size)
        test_fail("memory was given back with a size other than was taken");
    look_for_secrets(memory, data, size);
    memory->blocks--;
    memory->bytes -= size;
    block->header.magic = 0;
    free(block);
}

void test_allocator_init(struct test_allocator *memory)
{
    *memory = (struct test_allocator){0};
    memory->allocator =
        (struct allocator){.take = take_block, .give = give_block, .context = memory};
}

void test_allocator_deinit(struct test_allocator *memory)
{
    expect_equal(memory->blocks, 0);
    expect_equal(memory->bytes, 0);
}

void test_allocator_fail(struct test_allocator *memory, uint64_t number)
{
    memory->fail_at = number == 0 ? 0 : memory->requests + number;
    memory->has_failed = false;
}

void test_allocator_watch(struct test_allocator *memory, struct gossip_bytes secret)
{
    expect_at_most(memory->secrets + 1, TEST_ALLOCATOR_SECRETS_MAX);
    expect_at_least(secret.size, 8);
    expect_at_most(secret.size, TEST_ALLOCATOR_SECRET_BYTES_MAX);
    memcpy(memory->secret[memory->secrets].data, secret.data, secret.size);
    memory->secret[memory->secrets].size = secret.size;
    memory->secrets++;
}

uint64_t test_allocator_fail_each(
    enum gossip_error (*scenario)(const struct allocator *allocator, void *context), void *context)
{
    for (uint64_t number = 1;; number++) {
        struct test_allocator memory;
        enum gossip_error error;

        test_allocator_init(&memory);
        test_allocator_fail(&memory, number);
        error = scenario(&memory.allocator, context);
        test_allocator_deinit(&memory);
        if (!memory.has_failed) {
            expect_ok(error);
            return number - 1;
        }
        if (error != GOSSIP_OK)
            expect_error(error, GOSSIP_ERROR_NO_MEMORY);
    }
}
