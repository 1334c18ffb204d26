/*
 * Assertions about ourselves that stay in release builds: require(queue->size <= queue->capacity).
 * For mistakes of the programmer only. What a peer, a user or the network can cause is an error to
 * return, never a requirement.
 */
#ifndef BASE_REQUIRE_H
#define BASE_REQUIRE_H

/* Stops the program if `expression` is false. Costs one branch. */
#define require(expression)                                                                        \
    ((expression) ? (void)0 : require_failed(#expression, __FILE__, __LINE__))

/*
 * Sets what is told, in static text, about a failure just before the program aborts; NULL, as at
 * the start, for nobody. The one setting in the core that is global, because a broken requirement
 * knows no context. Set once, by the program. The program aborts when the hook returns; a test's
 * hook may leave by longjmp instead.
 */
void require_set_hook(void (*hook)(const char *expression, const char *file, int line));

/* Calls the hook and aborts. Use require(). */
_Noreturn void require_failed(const char *expression, const char *file, int line);

#endif
