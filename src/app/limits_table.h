/* Every bound of the program with the memory it implies, for --limits. */
#ifndef APP_LIMITS_TABLE_H
#define APP_LIMITS_TABLE_H

/* Prints the table on stdout. */
void limits_table_print(void);

#endif
