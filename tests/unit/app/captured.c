#include "unit/app/captured.h"

#include <stdio.h>
#include <unistd.h>

#include "support/test.h"

static char text[16384];
static FILE *file;
static int kept, replaced;

void captured_begin(int descriptor)
{
    (void)fflush(NULL);
    file = tmpfile();
    expect_not_null(file);
    replaced = descriptor;
    kept = dup(descriptor);
    expect_equal(dup2(fileno(file), descriptor), descriptor);
}

const char *captured_end(void)
{
    size_t size;

    (void)fflush(NULL);
    expect_equal(dup2(kept, replaced), replaced);
    (void)close(kept);
    rewind(file);
    size = fread(text, 1, sizeof(text) - 1, file);
    text[size] = '\0';
    (void)fclose(file);
    return text;
}
