/*
 * What stands before the declarations of the library.
 *
 * Everything is compiled with hidden visibility. GOSSIP_API stands at what is
 * public, so that the header that documents a function is also what exports it:
 * there is no second list to forget.
 */
#ifndef GOSSIPCHAT_API_H
#define GOSSIPCHAT_API_H

/* GOSSIP_API: exported. GOSSIP_MUST_USE: a result that is thrown away is a warning. */
#if defined(__GNUC__) || defined(__clang__)
#define GOSSIP_API __attribute__((visibility("default")))
#define GOSSIP_MUST_USE __attribute__((warn_unused_result))
#else
#define GOSSIP_API
#define GOSSIP_MUST_USE
#endif

#endif
