/*
 * Two nodes meet and talk while the system runs out of memory once, at every request in turn: nobody
 * crashes, nothing leaks, and whoever could start can also end. The linker puts the functions below
 * in the place of malloc and its kin for all of our code; libraries are spared.
 */
#include <stdio.h>
#include <stdlib.h>

#include "integration/node_pair.h"
#include "support/test.h"

#define TURNS_MAX 400

static uint64_t requests, fail_at;
static bool has_failed;

static bool fails_now(void)
{
    requests++;
    if (requests != fail_at) {
        return false;
    }
    has_failed = true;
    return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *__wrap_malloc(size_t size)
{
    return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails_now() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails_now() ? NULL : __real_realloc(memory, size);
}

static bool start(struct noted *noted, uv_loop_t *loop, const char *nick, const struct noted *peer)
{
    struct gossip_node_config config;
    char address[32];
    const char *addresses = address;
    enum gossip_error error;

    noted_config(noted, &config);
    config.nick = nick;
    if (peer != NULL && peer->node != NULL) {
        (void)snprintf(address, sizeof(address), "127.0.0.1:%u", gossip_node_port(peer->node));
        config.peer_addresses = &addresses;
        config.peer_address_count = 1;
    }
    error = gossip_node_create(&config, loop, &noted->node);
    if (error != GOSSIP_OK) {
        expect_null(noted->node);
        expect_true(has_failed);
        expect_not_equal(gossip_node_failure()[0], '\0');
    }
    return error == GOSSIP_OK;
}

static void talk(struct noted *noted)
{
    if (noted->node == NULL) {
        return;
    }
    noted_command(noted, GOSSIP_COMMAND_JOIN, "tea", "", 1);
    noted_command(noted, GOSSIP_COMMAND_SAY, "tea", "hello", 2);
    noted_command(noted, GOSSIP_COMMAND_CONNECT, "", "127.0.0.1:1", 3);
    noted_command(noted, GOSSIP_COMMAND_PEERS, "", "", 4);
    if (gossip_node_publish(noted->node, noted_topic(), noted_topic()) != GOSSIP_OK) {
        expect_true(has_failed);
    }
}

/* Bob calls Alice, and both talk, for some turns; then both are closed. */
static void meet(void)
{
    static struct noted alice, bob;
    uv_loop_t loop;

    loop_open(&loop);
    alice = (struct noted){.node = NULL};
    bob = (struct noted){.node = NULL};
    (void)start(&alice, &loop, "alice", NULL);
    (void)start(&bob, &loop, "bob", &alice);
    talk(&alice);
    talk(&bob);
    for (int turn = 0; turn < TURNS_MAX && alice.kinds[GOSSIP_EVENT_LINE] < 2; turn++) {
        (void)uv_run(&loop, UV_RUN_NOWAIT);
    }
    if (alice.node != NULL) {
        noted_close(&alice, 0);
        expect_true(loop_run_until(&loop, noted_is_closed, &alice, LOOP_SOON_MS));
    }
    if (bob.node != NULL) {
        noted_close(&bob, 0);
        expect_true(loop_run_until(&loop, noted_is_closed, &bob, LOOP_SOON_MS));
    }
    loop_close(&loop);
}

static void any_request_for_memory_may_fail(void)
{
    uint64_t runs = 0;

    fail_at = 0;
    requests = 0;
    meet();
    printf("%llu requests for memory\n", (unsigned long long)requests);
    expect_at_least(requests, 100);
    has_failed = true;
    for (fail_at = 1; has_failed; fail_at++) {
        requests = 0;
        has_failed = false;
        meet();
        runs++;
    }
    fail_at = 0;
    printf("%llu runs\n", (unsigned long long)runs);
}

TEST_MAIN(TEST(any_request_for_memory_may_fail))
