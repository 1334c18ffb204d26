#include "app/search_arguments.h"

#include <stdio.h>

#include "app/slash.h"
#include "base/bytes.h"
#include "web/age.h"

static bool complain(struct search_arguments *search, const char *text)
{
    (void)snprintf(search->complaint, sizeof(search->complaint), "%s", text);
    return false;
}

static bool add_word(
    struct search_arguments *search, struct gossip_room *room, struct gossip_bytes word)
{
    if ((room->size < sizeof(search->text) && !room_put_u8(room, ' ')) || !room_put(room, word)) {
        return complain(search, "that is too long to search for (512 bytes at most)");
    }
    return true;
}

static bool set_value(
    struct search_arguments *search, struct gossip_bytes option, struct gossip_bytes value)
{
    struct gossip_command *command = &search->command;

    if (value.size == 0) {
        return complain(search, "-room, -from and -since want a value: /search notes -since 2d");
    }
    if (bytes_equal(option, BYTES_OF("-from"))) {
        command->to = value;
        return true;
    }
    if (bytes_equal(option, BYTES_OF("-room"))) {
        command->room =
            bytes_start_with(value, BYTES_OF("#")) ? bytes_part(value, 1, value.size) : value;
        return true;
    }
    return age_parse(value, &command->age) == GOSSIP_OK ||
           complain(search, "-since takes a time such as 30m, 2h, 3d or 1w");
}

/* "from:Bob" is "-from Bob". */
static struct gossip_bytes option_before_colon(struct gossip_bytes word)
{
    static const struct gossip_bytes options[] = {
        BYTES_INITIALISER("-from"), BYTES_INITIALISER("-room"), BYTES_INITIALISER("-since")};
    struct gossip_bytes name = bytes_part(word, 0, bytes_find(word, ':'));

    for (size_t i = 0; i < 3 && name.size < word.size; i++) {
        if (bytes_equal(name, bytes_part(options[i], 1, options[i].size))) {
            return options[i];
        }
    }
    return (struct gossip_bytes){0};
}

static bool is_option(struct gossip_bytes word)
{
    return bytes_equal(word, BYTES_OF("-room")) || bytes_equal(word, BYTES_OF("-from")) ||
           bytes_equal(word, BYTES_OF("-since"));
}

bool search_arguments_read(struct gossip_bytes arguments, struct search_arguments *search)
{
    struct gossip_room room;
    struct gossip_bytes word;
    bool has_options = true;

    *search = (struct search_arguments){.command.kind = GOSSIP_COMMAND_SEARCH};
    room = room_make(search->text, sizeof(search->text));
    while ((word = slash_take_word(&arguments)).size > 0) {
        if (has_options && bytes_equal(word, BYTES_OF("--"))) {
            has_options = false;
        } else if (has_options && is_option(word)) {
            if (!set_value(search, word, slash_take_word(&arguments))) {
                return false;
            }
        } else if (has_options && option_before_colon(word).size > 0) {
            if (!set_value(search, option_before_colon(word),
                    bytes_part(word, bytes_find(word, ':') + 1, word.size))) {
                return false;
            }
        } else if (!add_word(search, &room, word)) {
            return false;
        }
    }
    search->command.text = bytes_make(search->text, sizeof(search->text) - room.size);
    if (search->command.text.size == 0 && search->command.to.size == 0) {
        return complain(search, "usage: /search TEXT [-room ROOM] [-from NICK] [-since 2d]    "
                                "example: /search release notes -since 1w");
    }
    return true;
}
