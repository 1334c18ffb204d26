#include "app/qr_show.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "app/qr.h"
#include "base/bytes.h"

#define TEXT_BYTES_MAX 512
#define ROW_BYTES_MAX 1024

static bool is_light(const struct session *session)
{
    const char *theme = session->options->theme;

    return theme != NULL && strcmp(theme, "light") == 0;
}

/* Whether the terminal has room for it; whatever is no terminal has. */
static bool fits(const struct qr *qr)
{
    struct winsize size;

    if (!isatty(STDERR_FILENO) || ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0) {
        return true;
    }
    return size.ws_col == 0 || (size.ws_col >= qr_columns(qr) && size.ws_row > qr_rows(qr));
}

/* In a file beside the key, for whoever opens it in a larger window. */
static void write_file(const struct session *session, const struct qr *qr, const char *text)
{
    char path[PROFILE_PATH_BYTES_MAX + 16];
    char row[ROW_BYTES_MAX];
    const char *slash = strrchr(session->profile.identity_file, '/');
    int folder = slash == NULL ? 0 : (int)(slash - session->profile.identity_file) + 1;
    FILE *file;
    int descriptor;

    (void)snprintf(path, sizeof(path), "%.*sid.txt", folder, session->profile.identity_file);
    descriptor =
        folder == 0 ? -1 : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (file == NULL) {
        talk_warn(&session->talk, "! window too small for the QR code (needs %zux%zu)",
            qr_columns(qr), qr_rows(qr));
        return;
    }
    for (size_t i = 0; i < qr_rows(qr); i++) {
        qr_print_row(qr, i, is_light(session), row);
        (void)fprintf(file, "%s\n", row);
    }
    (void)fprintf(file, "%s\n", text);
    (void)fclose(file);
    talk_warn(&session->talk, "! window too small for the QR code (needs %zux%zu); written to %s",
        qr_columns(qr), qr_rows(qr), path);
}

static void show(const struct session *session, const struct qr *qr, const char *text)
{
    char row[ROW_BYTES_MAX];

    for (size_t i = 0; i < qr_rows(qr); i++) {
        qr_print_row(qr, i, is_light(session), row);
        talk_warn(&session->talk, "%s", row);
    }
    talk_warn(&session->talk, "%s", text);
}

void qr_show(struct session *session, struct gossip_bytes what)
{
    char text[TEXT_BYTES_MAX];
    char address[TEXT_BYTES_MAX / 2];
    struct qr *qr;

    (void)snprintf(text, sizeof(text), "%s", session->peer);
    if (bytes_equal(what, BYTES_OF("addr"))) {
        if (gossip_node_address(session->node, 0, address, sizeof(address)) == 0) {
            talk_warn(&session->talk, "! nobody can connect to this node: it listens nowhere");
            return;
        }
        (void)snprintf(text, sizeof(text), "%s/p2p/%s", address, session->peer);
    } else if (what.size > 0 && !bytes_equal(what, BYTES_OF("id"))) {
        talk_warn(&session->talk, "! usage: /qr [addr|id]    example: /qr addr");
        return;
    }
    qr = qr_create(text);
    if (qr == NULL) {
        talk_warn(&session->talk, "! out of memory");
    } else if (fits(qr)) {
        show(session, qr, text);
    } else {
        write_file(session, qr, text);
    }
    qr_destroy(qr);
}
