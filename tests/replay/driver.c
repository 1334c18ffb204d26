/*
 * Plays every file of the folders, or every file, named on the command line: the corpus, and what
 * once failed. There must be at least one.
 */
#include "harness/harness.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* So many files of such a size at most are kept per harness, to keep replaying quick. */
#define FILES_MAX 200
#define FILE_BYTES_MAX 4096

/* 1 if the file was played, 0 if it could not be. */
static int play_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t room[FILE_BYTES_MAX + 1];
    size_t size;
    uint8_t *data;

    if (file == NULL) {
        perror(path);
        return 0;
    }
    size = fread(room, 1, sizeof(room), file);
    fclose(file);
    if (size > FILE_BYTES_MAX || size > harness.size_max) {
        fprintf(stderr, "%s: larger than a corpus file may be\n", path);
        return 0;
    }
    /* A block of the exact size, so that a sanitizer sees the first byte beyond it. */
    data = malloc(size);
    if (data == NULL && size > 0)
        abort();
    bytes_copy(data, bytes_make(room, size));
    fprintf(stderr, "%s\n", path);
    harness.play(data, size);
    test_free_taken();
    free(data);
    return 1;
}

/* Plays a file, or all files of a folder in the order of their names. Returns whether all could be. */
static int play_path(const char *path, int *played)
{
    struct dirent **names;
    struct stat status;
    int all = 1;
    int count;

    if (stat(path, &status) != 0) {
        perror(path);
        return 0;
    }
    if (!S_ISDIR(status.st_mode)) {
        (*played)++;
        return play_file(path);
    }
    count = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char full[4096];

        snprintf(full, sizeof(full), "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.') {
            (*played)++;
            all &= play_file(full);
        }
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    return all;
}

int main(int argc, char **argv)
{
    int played = 0;
    int all = 1;

    for (int i = 1; i < argc; i++)
        all &= play_path(argv[i], &played);
    printf("%s: %d files\n", harness.name, played);
    if (played == 0)
        fprintf(stderr, "nothing to play\n");
    if (played > FILES_MAX)
        fprintf(stderr, "more than %d files: merge the corpus\n", FILES_MAX);
    return all && played > 0 && played <= FILES_MAX ? EXIT_SUCCESS : EXIT_FAILURE;
}
