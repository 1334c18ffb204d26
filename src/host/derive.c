#include "host/derive.h"

#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/require.h"
#include "chat/privacy.h"
#include "crypto/secret.h"
#include "host/node.h"
#include "host/pump.h"

/* Secrets: in memory of its own, wiped when the key was handed over. */
struct secrets {
    uint8_t key[PRIVACY_KEY_BYTES];
    uint8_t passphrase[PRIVACY_PASSPHRASE_BYTES_MAX];
};

struct derivation {
    uv_work_t work;
    struct gossip_node *node;
    struct secrets *secrets;
    size_t passphrase_size;
    uint8_t salt[PASSPHRASE_SALT_BYTES];
    enum gossip_error error;
};

/* On another thread: touches nothing but the derivation. */
static void on_work(uv_work_t *work)
{
    struct derivation *derivation = work->data;
    struct secrets *secrets = derivation->secrets;

    derivation->error =
        passphrase_derive(bytes_make(secrets->passphrase, derivation->passphrase_size),
            derivation->salt, privacy_cost(), room_make(secrets->key, sizeof(secrets->key)));
}

static void destroy(struct derivation *derivation)
{
    secret_give(derivation->secrets);
    free(derivation);
}

static void on_done(uv_work_t *work, int status)
{
    struct derivation *derivation = work->data;
    struct gossip_node *node = derivation->node;

    (void)status; /* it is never cancelled */
    if (node->stage != NODE_GONE) {
        chat_derived(node->chat, host_time(), derivation->error, derivation->secrets->key);
    }
    destroy(derivation);
    host_pump(node);
    host_handle_closed(node);
}

static struct derivation *create(struct gossip_node *node, const struct chat_request *request)
{
    struct derivation *derivation = calloc(1, sizeof(*derivation));

    require(request->secret.size <= PRIVACY_PASSPHRASE_BYTES_MAX);
    if (derivation == NULL) {
        return NULL;
    }
    derivation->secrets = secret_take(sizeof(*derivation->secrets));
    if (derivation->secrets == NULL) {
        free(derivation);
        return NULL;
    }
    bytes_copy(derivation->secrets->passphrase, request->secret);
    derivation->passphrase_size = request->secret.size;
    memcpy(derivation->salt, request->salt.data, sizeof(derivation->salt));
    derivation->node = node;
    derivation->work.data = derivation;
    return derivation;
}

void host_derive(struct gossip_node *node, const struct chat_request *request)
{
    struct derivation *derivation = create(node, request);

    if (derivation == NULL) {
        chat_derived(node->chat, host_time(), GOSSIP_ERROR_NO_MEMORY, NULL);
        return;
    }
    (void)uv_queue_work(node->loop, &derivation->work, on_work, on_done); /* it has its arguments */
    node->handles++;
}
