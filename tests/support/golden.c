#include "support/golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_golden(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");

    if (file == NULL)
        test_fail("the golden file cannot be written");
    if (fputs(text, file) < 0 || fclose(file) != 0)
        test_fail("the golden file cannot be written");
}

/* The whole file as text, valid until the test ends; NULL if there is none. */
static char *read_golden(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text;
    long size;

    if (file == NULL)
        return NULL;
    if (fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
        (void)fclose(file);
        return NULL;
    }
    rewind(file);
    text = test_take((size_t)size + 1);
    text[fread(text, 1, (size_t)size, file)] = '\0';
    (void)fclose(file);
    return text;
}

void test_expect_golden(struct test_place place, const char *actual, const char *name)
{
    const char *update = getenv("GOSSIPCHAT_UPDATE_GOLDEN");
    char path[1024];
    const char *expected;

    (void)snprintf(path, sizeof(path), "%s/%s", GOSSIPCHAT_GOLDEN_DIR, name);
    if (update != NULL && strcmp(update, "1") == 0)
        write_golden(path, actual);
    expected = read_golden(path);
    if (expected == NULL) {
        (void)fprintf(stderr, "%s: cannot be read; GOSSIPCHAT_UPDATE_GOLDEN=1 makes it\n", path);
        test_fail_at(place);
    }
    test_expect_text(place, actual, expected);
}
