#include "app/session_facts.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#define NS_PER_SECOND UINT64_C(1000000000)

void session_facts_print_duration(uint64_t seconds, char *text, size_t size)
{
    uint64_t minutes = seconds / 60;

    if (minutes == 0) {
        (void)snprintf(text, size, "%u s", (unsigned)seconds);
    } else if (minutes < 60) {
        (void)snprintf(text, size, "%u min", (unsigned)minutes);
    } else {
        (void)snprintf(text, size, "%llu h %u min", (unsigned long long)(minutes / 60),
            (unsigned)(minutes % 60));
    }
}

uint64_t session_facts_uptime(const struct session *session)
{
    return (uv_hrtime() - session->started_at) / NS_PER_SECOND;
}

void session_facts_version(const struct session *session, const struct reply *reply)
{
    struct utsname system;

    reply_say(reply, "gossipchat %s, libuv %s", GOSSIPCHAT_VERSION, uv_version_string());
    if (uname(&system) == 0) {
        reply_say(reply, "%s %s on %s", system.sysname, system.release, system.machine);
    }
    reply_say(reply, "you are %s", session->peer);
}

void session_facts_tell_uptime(const struct session *session, const struct reply *reply)
{
    char duration[32];

    session_facts_print_duration(session_facts_uptime(session), duration, sizeof(duration));
    reply_say(reply, "running for %s", duration);
}

void session_facts_stats(const struct session *session, const struct reply *reply)
{
    struct rusage usage = {0};

    session_facts_tell_uptime(session, reply);
    (void)getrusage(RUSAGE_SELF, &usage);
    reply_say(reply, "port %u, %u connected, %llu bytes sent to them",
        gossip_node_port(session->node), session->peers,
        (unsigned long long)gossip_node_sent_bytes(session->node));
    reply_say(reply, "%llu commands given, %llu messages on their way",
        (unsigned long long)session->number, (unsigned long long)session->undelivered);
    reply_say(reply, "processor %ld.%02ld s, memory %ld KiB at most",
        (long)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec),
        (long)((usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) % 1000000 / 10000),
        usage.ru_maxrss);
}
