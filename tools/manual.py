#!/usr/bin/env python3
"""Writes the manual pages gossipchat.1 and gossipchat.5 from the lists the program is made of.

The date is that of the version in CHANGELOG.md, so that the page is the same whenever it is made.

usage: manual.py --version VERSION [--section 5] --output FILE ROOT
"""
import argparse
import datetime
import pathlib
import re
import textwrap

import lists

GROUPS = {
    "WHO": "Who",
    "WHERE": "Where",
    "NETWORK": "Network",
    "OUTPUT": "Output",
    "SCRIPT": "Scripts",
    "OTHER": "Other",
}

BEGINNING = r"""
.Dd {date}
.Dt GOSSIPCHAT 1
.Os
.Sh NAME
.Nm gossipchat
.Nd chat with the people on your network, no server needed
.Sh SYNOPSIS
.Nm
.Op Ar command
.Op Ar options
.Op Ar operands
.Sh DESCRIPTION
.Nm
finds others on the local network by multicast DNS, connects to them, and lets
you talk in rooms.
Those who use the same rendezvous
.Pq Fl -rendezvous
find each other.
Whoever is behind a router that does not pass multicast DNS is reached by
address
.Pq Fl -peer ;
from there on addresses are exchanged.
.Pp
Connections are encrypted and messages are signed.
There is no server and no account: who you are is a key that is made at the
first start.
.Pp
What is typed is said in the current room.
A line that begins with a slash is a command, see
.Sx COMMANDS .
.Sq #dev: text
says something in another of your rooms, and
.Sq //text
says a text that begins with a slash.
.Pp
Messages go to standard output, one line each; everything else goes to standard
error.
The second and later lines of one message begin with a tab and a bar.
.Pp
The first
.Dv SIGINT ,
.Dv SIGTERM
or
.Dv SIGHUP
leaves politely, the second at once.
With
.Fl -headless
.Dv SIGHUP
reads the configuration again and opens the log file anew.
.Dv SIGUSR1
writes one line about the state of things to standard error.
.Sh SUBCOMMANDS
Without one,
.Nm
chats.
Each says with
.Fl -help
which options it takes.
"""

BEFORE_OPTIONS = r"""
.Sh OPTIONS
Options may be written with one dash or two, and shortened as long as only one
is meant.
"""

AFTER_OPTIONS = r"""
.Sh COMMANDS
Names of commands may be shortened as long as only one is meant.
"""

BEFORE_KEYS = r"""
.Sh KEYS
What keys of the full screen do.
In front is the name by which
.Fl \-key
gives it others.
"""

AFTER_KEYS = r"""
.Sh ENVIRONMENT
The command line wins over the environment, and the environment over the
configuration file.
A list in the environment has one item.
.Bl -tag -width Ds
"""

AFTER_ENVIRONMENT = r"""
.It Ev CHAT_TOPIC
Used if
.Ev GOSSIPCHAT_ROOM
is not set.
.It Ev DATA_DIR
Used if
.Ev GOSSIPCHAT_DATA_DIR
is not set.
.It Ev LIBP2P_FORCE_PNET
If it is 1, nothing starts without
.Fl \-swarm\-key .
.El
.Sh FILES
.Bl -tag -width Ds
.It Pa ~/.config/gossipchat/config
Settings: lines
.Ql key = value
where a key is the long name of an option with _ for \-, and those that switch
something off are written as
.Ql mdns = no .
Under
.Ql [room \(dqdev\(dq]
the line
.Ql join = yes
joins that room.
If
.Ev XDG_CONFIG_HOME
is set, it stands for
.Pa ~/.config .
Before it
.Pa /etc/xdg/gossipchat/config
is read.
.It Pa ~/.local/share/gossipchat/PROFILE/identity.key
The secret key of a profile, readable by its owner only.
Whoever has it can speak as you.
If
.Ev XDG_DATA_HOME
is set, it stands for
.Pa ~/.local/share .
.It Pa ~/.local/share/gossipchat/PROFILE/identity.key.seqno
The number of the next message.
.It Pa ~/.local/share/gossipchat/PROFILE/peers
The addresses that
.Fl -remember
has kept, one on each line.
.It Pa ~/.local/share/gossipchat/PROFILE/lock
Keeps two running copies from being the same person.
If the default profile is in use and no other was asked for, the first free one
of
.Pa default.2 ,
.Pa default.3
and so on is used.
.El
.Sh EXIT STATUS
.Bl -tag -width Ds
"""

AFTER_STATUSES = r"""
.El
.Sh EXAMPLES
Chat with whoever is there:
.Pp
.Dl gossipchat --nick Bob
.Pp
A separate circle, and another room:
.Pp
.Dl gossipchat --rendezvous myroom --room dev
.Pp
Reach somebody on another subnet:
.Pp
.Dl gossipchat --peer 10.0.7.12:9740
.Pp
Say something from a script, when at least one other is there to hear it:
.Pp
.Dl echo \(dqbuild done\(dq | gossipchat send --room dev
.Pp
Let a program take part:
.Pp
.Dl gossipchat --json
.Sh SEE ALSO
gossipchat(5), the settings;
.Lk https://docs.libp2p.io libp2p ,
the protocols that are spoken
"""


SETTINGS_BEGINNING = r"""
.Dd {date}
.Dt GOSSIPCHAT 5
.Os
.Sh NAME
.Nm gossipchat
.Nd settings of gossipchat
.Sh DESCRIPTION
.Nm
reads settings from
.Pa /etc/xdg/gossipchat/config
and
.Pa ~/.config/gossipchat/config ;
the second wins.
.Ev XDG_CONFIG_DIRS
and
.Ev XDG_CONFIG_HOME
may name other places, and
.Fl -config
another file instead of the second.
What is said in the environment or on the command line wins over both.
.Pp
A file has lines of the form
.Ql key = value .
A line that begins with # or ; is a comment, and so is the rest of a line
behind a ; that follows a space.
A key that may be repeated has a line for each value.
A line has at most 196 bytes, a file 64 KiB.
.Pp
A key that does not exist is warned about; a value that cannot be is an error,
which ends
.Nm
with status 3.
.Dl gossipchat print\-config
shows all settings and where each comes from.
.Sh KEYS
.Bl -tag -width Ds
"""

SETTINGS_END = r"""
.El
.Sh SECTIONS
.Bl -tag -width Ds
.It Li [room \(dqdev\(dq]
Settings of one room:
.Ql join = yes
joins it at the start.
.It Li [keys]
Keys of the full screen: the name of an action, and the keys for it, divided by
spaces.
.El
.Sh EXAMPLES
.Bd -literal
nick = Bob
peer = 192.168.1.23:9740
mdns = no

[room \(dqdev\(dq]
join = yes
.Ed
.Sh SEE ALSO
gossipchat(1)
"""

KINDS = {"TEXT": "", "LIST": "May be repeated.", "NUMBER": "A whole number.", "FLAG": "Yes or no.", "COUNT": ""}


def escape(text):
    """Text as mdoc takes it, inside of a line."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq").replace('"', r"\(dq")
    return text


def words(text):
    """Text as the arguments of a macro: nothing in it is taken for another macro."""
    return " ".join(rf"\&{escape(word)}" for word in text.split())


def sentence(text):
    """Lines of their own, none of which can be taken for a macro."""
    whole = escape(text[0].upper() + text[1:]) + ("" if text.endswith(".") else ".")
    return "\n".join(rf"\&{line}" for line in textwrap.wrap(whole, 76, break_on_hyphens=False))


def option_lines(option):
    letter = f"Fl {option.letter} , " if option.letter else ""
    names = f".It {letter}Fl \\-{escape(option.name)}"
    yield names + (f" Ar {words(option.argument)}" if option.argument else "")
    yield sentence(option.help)
    if option.others:
        yield "Also:"
        yield "\n".join(f".Fl \\-{escape(other)}" + (" ," if other != option.others[-1] else " .")
                        for other in option.others)


def subcommand_lines(subcommand):
    yield f".It Ic {escape(subcommand.word)}" + (f" {words(subcommand.operands)}" if subcommand.operands else "")
    yield sentence(subcommand.help)
    yield f"Example: {escape(subcommand.example)}"


def command_lines(command):
    yield f".It Ic /{escape(command.name)}" + (f" {words(command.arguments)}" if command.arguments else "")
    yield sentence(command.help)
    yield f"Example: {escape(command.example)}"
    if command.others:
        yield ".br"
        yield "Also: " + escape(", ".join("/" + other for other in command.others))


def page(root, date):
    """The lines of the page."""
    yield BEGINNING.strip().format(date=date)
    yield ".Bl -tag -width Ds"
    for subcommand in lists.subcommands(root):
        yield from subcommand_lines(subcommand)
    yield ".El"
    yield BEFORE_OPTIONS.strip()
    group = None
    for option in lists.options(root):
        if option.group != group:
            if group is not None:
                yield ".El"
            group = option.group
            yield f".Ss {GROUPS[group]}"
            yield ".Bl -tag -width Ds"
        yield from option_lines(option)
    yield ".El"
    yield AFTER_OPTIONS.strip()
    yield ".Bl -tag -width Ds"
    for command in lists.commands(root):
        yield from command_lines(command)
    yield ".El"
    yield BEFORE_KEYS.strip()
    yield ".Bl -tag -width Ds"
    for action in lists.actions(root):
        yield f".It Cm {escape(action.name)}"
        yield sentence(action.help)
        yield "Keys: " + escape(", ".join(action.keys))
    yield ".El"
    yield AFTER_KEYS.strip()
    for option in lists.options(root):
        if option.environment:
            yield f".It Ev GOSSIPCHAT_{option.environment}"
            yield f".Fl \\-{escape(option.name)}" + ("" if option.argument else "\nunless it is 0 or empty")
    yield AFTER_ENVIRONMENT.strip()
    for code, meaning in lists.statuses(root):
        yield f".It {code}"
        yield sentence(meaning)
    yield AFTER_STATUSES.strip()


def settings_page(root, date):
    """The lines of the page about configuration files."""
    yield SETTINGS_BEGINNING.strip().format(date=date)
    for key, option in lists.settings(root):
        yield f".It Ic {escape(key)} = " + (f"Ar {words(option.argument)}" if option.argument else "Cm yes | no")
        if option.name.startswith("no-"):
            yield sentence(f"no: {option.help} (default: yes)")
        else:
            yield sentence(option.help)
        if KINDS[option.kind] and "repeated" not in option.help:
            yield KINDS[option.kind]
        yield f"See\n.Fl \\-{escape(option.name)}"
    yield SETTINGS_END.strip()


def date_of(root, version):
    """The date of a version in CHANGELOG.md, as mdoc writes it."""
    match = re.search(rf"^## {re.escape(version)} \((\d{{4}}-\d\d-\d\d)\)", (root / "CHANGELOG.md").read_text(),
                      re.MULTILINE)
    if match is None:
        raise SystemExit(f"CHANGELOG.md has no line like: ## {version} (2000-01-31)")
    date = datetime.date.fromisoformat(match.group(1))
    months = ("January February March April May June July August September October November December").split()
    return f"{months[date.month - 1]} {date.day}, {date.year}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--version", required=True)
    parser.add_argument("--section", choices=("1", "5"), default="1")
    parser.add_argument("--output", required=True, type=pathlib.Path)
    parser.add_argument("root", type=pathlib.Path)
    arguments = parser.parse_args()
    make = page if arguments.section == "1" else settings_page
    text = "\n".join(make(arguments.root, date_of(arguments.root, arguments.version))) + "\n"
    arguments.output.write_text(text)


if __name__ == "__main__":
    main()
