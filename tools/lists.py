"""The lists that documents are made of, or held against: options, commands, keys and exit codes.

They stand once in the sources: src/app/options.def, src/app/commands.def, src/app/subcommands.def,
src/tui/actions.def and src/app/status.h.
"""
import dataclasses
import re

TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)\'|[A-Za-z0-9_]+|[(),])')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Option:
    """One line of options.def."""

    field: str
    kind: str  # TEXT, LIST, NUMBER, FLAG or COUNT
    name: str
    letter: str  # "" for none
    argument: str  # "" for none
    environment: str  # without the prefix GOSSIPCHAT_; "" for none
    group: str
    help: str
    others: tuple  # other names


@dataclasses.dataclass(frozen=True)
class Command:
    """One line of commands.def."""

    name: str
    others: tuple
    arguments: str
    help: str
    example: str


@dataclasses.dataclass(frozen=True)
class Action:
    """One line of actions.def."""

    name: str
    group: str
    keys: tuple  # the usual ones
    help: str


@dataclasses.dataclass(frozen=True)
class Subcommand:
    """One line of subcommands.def."""

    name: str
    word: str
    operands: str
    takes: tuple  # names of options, or "all" and those it does not take, with a dash in front
    help: str
    example: str

    def options(self, all_options):
        """Those of the options that it takes."""
        return [option for option in all_options if option.name in ("help", "help-all") or
                (f"-{option.name}" not in self.takes if "all" in self.takes else option.name in self.takes)]


def unquote(word):
    """The text of a C literal; of 0 and NULL nothing; of other words the word."""
    if word in ("0", "NULL"):
        return ""
    if word[0] in "\"'":
        return re.sub(r"\\(.)", r"\1", word[1:-1])
    return word


def calls(text, *names):
    """Each NAME(argument, ...) of a file: the name and the arguments. Adjacent literals are one."""
    text = COMMENT.sub("", text)
    for match in re.finditer(rf"^\s*({'|'.join(names)})\b", text, re.MULTILINE):
        arguments, words, at = [], [], match.end()
        while True:
            token = TOKEN.match(text, at)
            if token is None:
                raise ValueError(f"cannot read {match.group(1)} near: {text[at:at + 40]!r}")
            at, word = token.end(), token.group(1)
            if word in (",", ")"):
                arguments.append("".join(words))
                words = []
                if word == ")":
                    break
            elif word != "(":
                words.append(unquote(word))
        yield match.group(1), arguments


def options(root):
    """The options in order, each with its other names."""
    text = (root / "src/app/options.def").read_text()
    others = {}
    for _, (other, name) in calls(text, "ALIAS"):
        others[name] = others.get(name, ()) + (other,)
    return [Option(*arguments, others.get(arguments[2], ())) for _, arguments in calls(text, "OPTION")]


def settings(root):
    """Pairs of the key that an option has in a configuration file and the option, as option_key in C makes them."""
    source = (root / "src/app/option_table.c").read_text()
    body = source[source.index("bool option_key("):]
    excluded = set(re.findall(r"index == OPTION_(\w+)", body[:body.index("\n}\n")]))
    for option in options(root):
        if option.environment and option.field not in excluded:
            name = option.name[3:] if option.kind == "FLAG" and option.name.startswith("no-") else option.name
            yield name.replace("-", "_"), option


def commands(root):
    text = (root / "src/app/commands.def").read_text()
    return [Command(name, tuple(others.split()), *rest)
            for _, (name, others, *rest) in calls(text, "COMMAND")]


def actions(root):
    """What keys of the full screen do."""
    text = (root / "src/tui/actions.def").read_text()
    return [Action(name.replace("_", "-"), group, tuple(keys.split()), what)
            for _, (name, group, keys, what) in calls(text, "ACTION")]


def subcommands(root):
    text = (root / "src/app/subcommands.def").read_text()
    return [Subcommand(name, word, operands, tuple(takes.split()), *rest)
            for _, (name, word, operands, takes, *rest) in calls(text, "SUBCOMMAND")]


def statuses(root):
    """Pairs of exit code and meaning."""
    text = (root / "src/app/status.h").read_text()
    return [(int(code), meaning)
            for code, meaning in re.findall(r"STATUS_\w+ = (\d+),?\s*/\* (.*?) \*/", text)]
