/* What a function prints on a descriptor. */
#ifndef TESTS_UNIT_APP_CAPTURED_H
#define TESTS_UNIT_APP_CAPTURED_H

/* From now on what is printed on `descriptor`, 1 or 2, is kept. */
void captured_begin(int descriptor);

/* Gives the descriptor back; what was printed, borrowed until the next beginning. */
const char *captured_end(void);

#endif
