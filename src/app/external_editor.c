#include "app/external_editor.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"

#define PATH_BYTES_MAX 1024

struct external_editor {
    uv_process_t process;
    external_editor_done *done; /* NULL: abandoned */
    void *context;
    char path[PATH_BYTES_MAX];
};

static bool write_all(int file, struct gossip_bytes text)
{
    while (text.size > 0) {
        ssize_t size = write(file, text.data, text.size);

        if (size <= 0) {
            return false;
        }
        text = bytes_part(text, (size_t)size, text.size);
    }
    return true;
}

/* Where only we can look: the run-time folder, else that for temporary files. */
static bool make_file(char path[PATH_BYTES_MAX], struct gossip_bytes text)
{
    const char *folder = getenv("XDG_RUNTIME_DIR");
    int size, file;
    bool is_good;

    if (folder == NULL || *folder != '/') {
        folder = getenv("TMPDIR");
    }
    if (folder == NULL || *folder != '/') {
        folder = "/tmp";
    }
    size = snprintf(path, PATH_BYTES_MAX, "%s/gossipchat-XXXXXX.txt", folder);
    if (size < 0 || size >= PATH_BYTES_MAX) {
        return false;
    }
    file = mkostemps(path, 4, O_CLOEXEC); /* mode 0600 */
    if (file < 0) {
        return false;
    }
    is_good = write_all(file, text) && (text.size == 0 || write_all(file, BYTES_OF("\n")));
    (void)close(file);
    if (!is_good) {
        (void)unlink(path);
    }
    return is_good;
}

/* What is in the file; less than the room if all of it. */
static size_t read_file(const char *path, uint8_t *text, size_t room)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    size_t size = 0;
    ssize_t more = 1;

    while (file >= 0 && size < room && more > 0) {
        more = read(file, text + size, room - size);
        size += more > 0 ? (size_t)more : 0;
    }
    if (file >= 0) {
        (void)close(file);
    }
    return size;
}

static void hand_back(struct external_editor *editor, int64_t status, int signal)
{
    uint8_t *text = malloc(EXTERNAL_EDITOR_BYTES_MAX);
    struct gossip_bytes left = {0};
    const char *failure = NULL;

    if (text == NULL) {
        failure = "there is no memory for what the editor left";
    } else if (status != 0 || signal != 0) {
        failure = "the editor failed: the message is as it was. Set EDITOR to one that works.";
    } else {
        left = bytes_make(text, read_file(editor->path, text, EXTERNAL_EDITOR_BYTES_MAX));
        while (left.size > 0 && left.data[left.size - 1] == '\n') {
            left.size--;
        }
        failure =
            left.size >= EXTERNAL_EDITOR_BYTES_MAX ? "what the editor left is too long" : NULL;
    }
    editor->done(editor->context, left, failure);
    free(text);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void on_exit_of_editor(uv_process_t *process, int64_t status, int signal)
{
    struct external_editor *editor = process->data;

    if (editor->done != NULL) {
        hand_back(editor, status, signal);
    }
    (void)unlink(editor->path);
    uv_close((uv_handle_t *)process, on_closed);
}

static int spawn(uv_loop_t *loop, struct external_editor *editor, const char *command)
{
    char script[PATH_BYTES_MAX];
    char shell[] = "/bin/sh", option[] = "-c", name[] = "gossipchat";
    char *arguments[] = {shell, option, script, name, editor->path, NULL};
    uv_stdio_container_t standard[3];
    uv_process_options_t options = {.exit_cb = on_exit_of_editor,
        .file = shell,
        .args = arguments,
        .stdio = standard,
        .stdio_count = 3};

    for (int i = 0; i < 3; i++) {
        standard[i].flags = UV_INHERIT_FD;
        standard[i].data.fd = i;
    }
    /* The setting is a command with arguments; the path is never read by the shell. */
    if (snprintf(script, sizeof(script), "exec %s \"$1\"", command) >= (int)sizeof(script)) {
        return UV_E2BIG;
    }
    return uv_spawn(loop, &editor->process, &options);
}

static const char *command_of(void)
{
    const char *command = getenv("VISUAL");

    if (command == NULL || *command == '\0') {
        command = getenv("EDITOR");
    }
    return command != NULL && *command != '\0' ? command : "vi";
}

struct external_editor *external_editor_open(uv_loop_t *loop, struct gossip_bytes text,
    external_editor_done *done, void *context, const char **failure)
{
    struct external_editor *editor = calloc(1, sizeof(*editor));

    *failure = "there is no place for a file to be edited: set TMPDIR";
    if (editor == NULL || !make_file(editor->path, text)) {
        free(editor);
        return NULL;
    }
    editor->done = done;
    editor->context = context;
    editor->process.data = editor;
    if (spawn(loop, editor, command_of()) != 0) {
        *failure = "the editor cannot be started: set EDITOR to one that is there";
        (void)unlink(editor->path);
        uv_close((uv_handle_t *)&editor->process, on_closed);
        return NULL;
    }
    return editor;
}

void external_editor_abandon(struct external_editor *editor)
{
    if (editor != NULL) {
        editor->done = NULL;
        (void)unlink(editor->path);
        uv_unref((uv_handle_t *)&editor->process);
    }
}
