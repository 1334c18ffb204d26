#include "gossipsub/topics.h"

#include "unit/gossipsub/fixture.h"

#include <stdio.h>

static struct gossipsub_topics topics;

static void begin_topics(void)
{
    prepare();
    fixture.limits.peers_max = 70;
    fixture.limits.topics_max = 2;
    fixture.limits.fanout_topics_max = 1;
    fixture.limits.topics_per_peer_max = 1;
    expect_ok(gossipsub_topics_init(
        &topics, &fixture.memory.allocator, &fixture.limits, (struct siphash_key){.low = 1}));
}

static void end_topics(void)
{
    gossipsub_topics_deinit(&topics);
    test_allocator_deinit(&fixture.memory);
}

static void a_topic_is_known_while_somebody_cares(void)
{
    begin_topics();
    expect_null(gossipsub_topics_find(&topics, BYTES_OF("tea")));
    struct gossipsub_topic *tea = gossipsub_topics_make(&topics, BYTES_OF("tea"));
    expect_same(gossipsub_topics_make(&topics, BYTES_OF("tea")), tea);
    expect_same(gossipsub_topics_find(&topics, BYTES_OF("tea")), tea);
    expect_bytes(tea->name, BYTES_OF("tea"));
    tea->references = 1;
    gossipsub_topics_settle(&topics, tea);
    expect_same(gossipsub_topics_find(&topics, BYTES_OF("tea")), tea);
    tea->references = 0;
    gossipsub_topics_settle(&topics, tea);
    expect_null(gossipsub_topics_find(&topics, BYTES_OF("tea")));
    end_topics();
}

static void names_are_bytes(void)
{
    begin_topics();
    struct gossip_bytes one = {.data = (const uint8_t *)"a\0b", .size = 3};
    struct gossip_bytes other = {.data = (const uint8_t *)"a\0c", .size = 3};
    expect_true(gossipsub_topics_make(&topics, one) != gossipsub_topics_make(&topics, other));
    end_topics();
}

static void sets_hold_every_peer(void)
{
    begin_topics();
    struct gossipsub_topic *tea = gossipsub_topics_make(&topics, BYTES_OF("tea"));
    struct gossipsub_mesh *mesh = gossipsub_mesh_make(&topics, tea, GOSSIPSUB_MESH_JOINED);
    uint64_t *const sets[] = {
        tea->subscribers, mesh->members, mesh->told, mesh->grafts, mesh->prunes, mesh->ihaves};
    for (int i = 0; i < 6; i++)
        peer_set_insert(sets[i], 69);
    for (int i = 0; i < 6; i++)
        expect_equal(peer_set_count(sets[i], topics.words), 1);
    mesh->peers[69].ihave_left = 1;
    expect_equal(mesh->peers[68].ihave_left, 0);
    end_topics();
}

static void a_mesh_keeps_its_topic(void)
{
    begin_topics();
    struct gossipsub_topic *tea = gossipsub_topics_make(&topics, BYTES_OF("tea"));
    struct gossipsub_mesh *mesh = gossipsub_mesh_make(&topics, tea, GOSSIPSUB_MESH_JOINED);
    expect_same(tea->mesh, mesh);
    gossipsub_topics_settle(&topics, tea);
    expect_same(gossipsub_topics_find(&topics, BYTES_OF("tea")), tea);
    gossipsub_mesh_remove(&topics, mesh);
    expect_null(gossipsub_topics_find(&topics, BYTES_OF("tea")));
    end_topics();
}

static void meshes_stand_in_a_row_without_gaps_and_are_counted(void)
{
    struct gossipsub_mesh *meshes[5];

    begin_topics();
    for (int i = 0; i < 5; i++) {
        char name[8];
        (void)snprintf(name, sizeof(name), "t%d", i);
        meshes[i] = gossipsub_mesh_make(
            &topics, gossipsub_topics_make(&topics, bytes_of_text(name)), GOSSIPSUB_MESH_JOINED);
        expect_not_null(meshes[i]);
    }
    struct gossipsub_topic *more = gossipsub_topics_make(&topics, BYTES_OF("more"));
    expect_null(gossipsub_mesh_make(&topics, more, GOSSIPSUB_MESH_JOINED));
    gossipsub_topics_settle(&topics, more);
    gossipsub_mesh_set_state(&topics, meshes[3], GOSSIPSUB_MESH_LEFT);
    expect_equal(topics.state_counts[GOSSIPSUB_MESH_JOINED], 4);
    expect_equal(topics.state_counts[GOSSIPSUB_MESH_LEFT], 1);
    gossipsub_mesh_remove(&topics, meshes[1]);
    expect_equal(topics.mesh_count, 4);
    for (uint32_t i = 0; i < 4; i++)
        expect_equal(topics.meshes[i]->place, i);
    gossipsub_mesh_remove(&topics, meshes[3]);
    gossipsub_mesh_remove(&topics, meshes[4]);
    expect_equal(topics.state_counts[GOSSIPSUB_MESH_JOINED], 2);
    expect_equal(topics.state_counts[GOSSIPSUB_MESH_LEFT], 0);
    end_topics();
}

static void the_table_is_bounded(void)
{
    unsigned made = 0;

    begin_topics();
    for (;; made++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "topic%u", made);
        if (gossipsub_topics_make(&topics, bytes_of_text(name)) == NULL)
            break;
    }
    /* One of each of 70 peers, one that ended, and five meshes. */
    expect_equal(made, 76);
    expect_at_most(fixture.memory.bytes,
        gossipsub_topics_bytes(&fixture.limits) + gossipsub_meshes_bytes(&fixture.limits));
    end_topics();
}

static void without_memory_there_is_no_topic_and_no_mesh(void)
{
    /* Two blocks of places, the topic, the map; once there are places only the last two. */
    static const uint64_t failing[] = {1, 2, 3, 1, 2};

    begin_topics();
    for (int i = 0; i < 5; i++) {
        test_allocator_fail(&fixture.memory, failing[i]);
        expect_null(gossipsub_topics_make(&topics, BYTES_OF("tea")));
        expect_null(gossipsub_topics_find(&topics, BYTES_OF("tea")));
    }
    test_allocator_fail(&fixture.memory, 0);
    expect_not_null(gossipsub_topics_make(&topics, BYTES_OF("tea")));
    end_topics();

    begin_topics();
    struct gossipsub_topic *tea = gossipsub_topics_make(&topics, BYTES_OF("tea"));
    test_allocator_fail(&fixture.memory, 1);
    expect_null(gossipsub_mesh_make(&topics, tea, GOSSIPSUB_MESH_JOINED));
    expect_null(tea->mesh);
    end_topics();
}

TEST_MAIN(TEST(a_topic_is_known_while_somebody_cares), TEST(names_are_bytes),
    TEST(sets_hold_every_peer), TEST(a_mesh_keeps_its_topic),
    TEST(meshes_stand_in_a_row_without_gaps_and_are_counted), TEST(the_table_is_bounded),
    TEST(without_memory_there_is_no_topic_and_no_mesh))
