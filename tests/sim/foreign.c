#include "sim/foreign.h"

#include "base/bytes.h"
#include "base/require.h"

/* No id of any dialect begins like this. */
#define STRANGE 0xff

typedef struct gossip_bytes translator(
    struct arena *arena, enum gossipsub_dialect dialect, struct gossip_bytes id);

static struct gossip_bytes speak_id(
    struct arena *arena, enum gossipsub_dialect dialect, struct gossip_bytes id)
{
    uint8_t spoken[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];
    if (id.size > 0 && id.data[0] == STRANGE)
        return bytes_part(id, 1, SIZE_MAX);
    size_t author_size = id.size - GOSSIPSUB_SEQNO_BYTES;
    size_t size = gossipsub_message_id_print(
        dialect, bytes_part(id, 0, author_size), bytes_part(id, author_size, SIZE_MAX), spoken);
    require(size > 0);
    return arena_copy(arena, bytes_make(spoken, size));
}

static struct gossip_bytes hear_id(
    struct arena *arena, enum gossipsub_dialect dialect, struct gossip_bytes id)
{
    uint8_t heard[GOSSIPSUB_MESSAGE_ID_BYTES_MAX];
    enum gossipsub_dialect found;
    size_t size = gossipsub_message_id_parse(id, heard, &found);
    if (size > 0 && found == dialect)
        return arena_copy(arena, bytes_make(heard, size));
    uint8_t *strange = arena_take(arena, id.size + 1);
    require(strange != NULL);
    strange[0] = STRANGE;
    bytes_copy(strange + 1, id);
    return bytes_make(strange, id.size + 1);
}

static const struct wire_message_ids *translate_entries(struct arena *arena,
    enum gossipsub_dialect dialect, const struct wire_message_ids *entries, size_t count,
    translator *translate)
{
    struct wire_message_ids *translated = arena_take(arena, count * sizeof(*translated));
    for (size_t i = 0; i < count; i++) {
        struct gossip_bytes *ids = arena_take(arena, entries[i].count * sizeof(*ids));
        require(ids != NULL);
        for (size_t j = 0; j < entries[i].count; j++)
            ids[j] = translate(arena, dialect, entries[i].ids[j]);
        translated[i] = entries[i];
        translated[i].ids = ids;
    }
    return translated;
}

static struct wire_rpc translate_rpc(struct arena *arena, enum gossipsub_dialect dialect,
    const struct wire_rpc *rpc, translator *translate)
{
    struct wire_rpc translated = *rpc;
    translated.ihaves = translate_entries(arena, dialect, rpc->ihaves, rpc->ihave_count, translate);
    translated.iwants = translate_entries(arena, dialect, rpc->iwants, rpc->iwant_count, translate);
    translated.idontwants =
        translate_entries(arena, dialect, rpc->idontwants, rpc->idontwant_count, translate);
    return translated;
}

struct wire_rpc foreign_speak(
    struct arena *arena, enum gossipsub_dialect dialect, const struct wire_rpc *rpc)
{
    return translate_rpc(arena, dialect, rpc, speak_id);
}

struct wire_rpc foreign_hear(
    struct arena *arena, enum gossipsub_dialect dialect, const struct wire_rpc *rpc)
{
    return translate_rpc(arena, dialect, rpc, hear_id);
}
