#include "app/session_output.h"

#include <unistd.h>

#include "app/frontend.h"

/* Of lines and events that nobody has read yet. */
#define OUTPUT_BYTES_MAX ((size_t)4 * 1024 * 1024)
#define TALK_BYTES_MAX ((size_t)64 * 1024)

bool session_write(struct session *session, struct gossip_bytes lines)
{
    return output_write(session->output, lines);
}

static void on_stdout_broken(void *context, int status)
{
    struct session *session = context;

    if (status == UV_EPIPE || status == UV_ECONNRESET) {
        session_leave(session, STATUS_OK, "nobody reads stdout any more");
    } else {
        talk_warn(&session->talk, "gossipchat: cannot write to stdout: %s", uv_strerror(status));
        session_leave(session, STATUS_INTERNAL, "stdout cannot be written");
    }
}

static void on_stdout_dropped(void *context, uint64_t count)
{
    struct session *session = context;

    session->kind->dropped(session->frontend, count);
}

/* Without stderr there is nobody to tell about it. */
static void on_stderr_broken(void *context, int status)
{
    (void)context;
    (void)status;
}

static void on_stderr_dropped(void *context, uint64_t count)
{
    (void)context;
    (void)count;
}

void session_output_open(struct session *session)
{
    struct output_handler out = {
        .context = session, .on_broken = on_stdout_broken, .on_dropped = on_stdout_dropped};
    struct output_handler talk = {
        .context = session, .on_broken = on_stderr_broken, .on_dropped = on_stderr_dropped};

    session->output = output_open(&session->loop, STDOUT_FILENO, OUTPUT_BYTES_MAX, out);
    session->talk.output = output_open(&session->loop, STDERR_FILENO, TALK_BYTES_MAX, talk);
}
