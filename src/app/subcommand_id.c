/* gossipchat id: the identity key of a profile, without a chat. */
#include <stdio.h>
#include <string.h>

#include "app/profile.h"
#include "app/qr.h"
#include "app/status.h"
#include "app/subcommand.h"
#include "gossipchat/identity.h"
#include "gossipchat/node.h"

#define PEER_TEXT_BYTES_MAX 64
#define ROW_BYTES_MAX 1024

static int complain(const char *line)
{
    (void)fprintf(stderr, "gossipchat: %s\n", line);
    return STATUS_IDENTITY;
}

static int usage(void)
{
    (void)fputs("gossipchat: gossipchat id takes show, new, export FILE, import FILE or qr\n"
                "Try 'gossipchat id --help'.\n",
        stderr);
    return STATUS_USAGE;
}

/* ---- what is shown ---------------------------------------------------------------------- */

static void print(const struct gossip_peer_id *id, const char *path)
{
    char peer[PEER_TEXT_BYTES_MAX] = "";
    char fingerprint[GOSSIP_FINGERPRINT_BYTES];

    (void)gossip_peer_id_print(id, peer, sizeof(peer));
    gossip_fingerprint_print(id, fingerprint);
    (void)printf("peer id      %s\nfingerprint  %s\nkey file     %s\n", peer, fingerprint, path);
}

static int print_qr(const struct gossip_peer_id *id, bool is_light)
{
    char peer[PEER_TEXT_BYTES_MAX] = "";
    char row[ROW_BYTES_MAX];
    struct qr *qr;

    (void)gossip_peer_id_print(id, peer, sizeof(peer));
    qr = qr_create(peer);
    if (qr == NULL) {
        return complain("out of memory");
    }
    for (size_t i = 0; i < qr_rows(qr); i++) {
        qr_print_row(qr, i, is_light, row);
        (void)puts(row);
    }
    (void)puts(peer);
    qr_destroy(qr);
    return STATUS_OK;
}

/* ---- where it is ------------------------------------------------------------------------ */

/* The key file that is looked at; nobody is kept from using it meanwhile. */
static int find(const struct options *options, struct profile *profile)
{
    if (options->identity != NULL) {
        profile_none(profile);
        (void)snprintf(
            profile->identity_file, sizeof(profile->identity_file), "%s", options->identity);
        return STATUS_OK;
    }
    return profile_find(profile, options->data_dir, options->profile);
}

/* The key file that is written: no other copy uses the profile. */
static int take(const struct options *options, struct profile *profile)
{
    return options->identity != NULL ? profile_open_file(profile, options->identity)
                                     : profile_open(profile, options->data_dir,
                                           options->profile != NULL ? options->profile : "default");
}

static int status_of(enum gossip_error error)
{
    if (error == GOSSIP_OK) {
        return STATUS_OK;
    }
    (void)complain(gossip_node_failure());
    return error == GOSSIP_ERROR_IO ? STATUS_DATA : STATUS_IDENTITY;
}

/* ---- what is done ----------------------------------------------------------------------- */

static int show(const struct options *options, bool is_qr)
{
    struct profile profile;
    struct gossip_peer_id id;
    int status = find(options, &profile);

    if (status != STATUS_OK) {
        (void)complain(profile.line);
        return status;
    }
    status = status_of(gossip_identity_read(profile.identity_file, &id));
    if (status == STATUS_OK && is_qr) {
        status = print_qr(&id, options->theme != NULL && strcmp(options->theme, "light") == 0);
    } else if (status == STATUS_OK) {
        print(&id, profile.identity_file);
    }
    return status;
}

static int export(const struct options *options, const char *to)
{
    struct profile profile;
    struct gossip_peer_id id;
    int status = find(options, &profile);

    if (status != STATUS_OK) {
        (void)complain(profile.line);
        return status;
    }
    status = status_of(gossip_identity_copy(profile.identity_file, to, &id));
    if (status == STATUS_OK) {
        print(&id, to);
        (void)fputs(
            "Whoever has this file can speak as you. Keep it as you keep keys, and never let "
            "two programs use it at the same time.\n",
            stderr);
    }
    return status;
}

/* Makes a key, or with `from` takes it over. */
static int make(const struct options *options, const char *from)
{
    struct profile profile;
    struct gossip_peer_id id;
    int status = take(options, &profile);

    if (status != STATUS_OK) {
        (void)complain(profile.line);
        return status;
    }
    status = status_of(from == NULL ? gossip_identity_create(profile.identity_file, &id)
                                    : gossip_identity_copy(from, profile.identity_file, &id));
    if (status == STATUS_OK) {
        print(&id, profile.identity_file);
    }
    profile_close(&profile);
    return status;
}

int subcommand_id(const struct options *options)
{
    const char *word = options->operand_count > 0 ? options->operands[0] : "show";
    const char *file = options->operand_count > 1 ? options->operands[1] : NULL;
    bool takes_file = strcmp(word, "export") == 0 || strcmp(word, "import") == 0;

    if (options->operand_count > 2 || takes_file != (file != NULL)) {
        return usage();
    }
    if (strcmp(word, "show") == 0 || strcmp(word, "qr") == 0) {
        return show(options, *word == 'q');
    }
    if (strcmp(word, "export") == 0) {
        return export(options, file);
    }
    if (takes_file || strcmp(word, "new") == 0) {
        return make(options, file);
    }
    return usage();
}
