/*
 * Long expected texts: kept in a file that a reader can check by eye, compared line by line.
 */
#ifndef TESTS_SUPPORT_GOLDEN_H
#define TESTS_SUPPORT_GOLDEN_H

#include "support/test.h"

/*
 * Compares `actual` with the file tests/golden/`name`. With GOSSIPCHAT_UPDATE_GOLDEN=1 in the
 * environment it writes the file instead: read the difference before committing it.
 */
#define expect_golden(actual, name) test_expect_golden(TEST_PLACE(#actual), (actual), (name))

/* The function behind the macro. */
void test_expect_golden(struct test_place place, const char *actual, const char *name);

#endif
