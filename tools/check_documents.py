#!/usr/bin/env python3
"""Fails if a document says something else than the sources.

README.md has the lists of options, subcommands, commands and exit codes and the example of embedding between
comments; they are written by this tool, and JSON types and verbs are held against the code.
ARCHITECTURE.md has the layers with their MAY_USE lists, SECURITY.md the limits with their values.
What any document links to, or names as a path, exists.

usage: check_documents.py [--write] [ROOT]      --write: puts what is generated into README.md
"""
import pathlib
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import check_layers  # noqa: E402  pylint: disable=wrong-import-position
import lists  # noqa: E402  pylint: disable=wrong-import-position

DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
BLOCK = re.compile(r"(<!-- (\w+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)

# Types of events that a front end makes by itself, not event_json.c.
OWN_TYPES = {"ready", "bye", "rooms", "members", "peers", "history", "search", "files"}


def row(*cells):
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def table(*heads):
    return [row(*heads), "|" + "---|" * len(heads)]


def code(text):
    return f"`{text}`" if text else ""


# ---- what is generated ------------------------------------------------------


def option_table(root):
    lines = table("Option", "In the environment", "What it does")
    for option in lists.options(root):
        names = [f"-{option.letter}"] if option.letter else []
        names += [f"--{name}" for name in (option.name, *option.others)]
        shown = ", ".join(code(name) for name in names) + (f" {code(option.argument)}" if option.argument else "")
        lines.append(row(shown, code(option.environment and f"GOSSIPCHAT_{option.environment}"), option.help))
    return lines


def command_table(root):
    lines = table("Command", "Also", "What it does", "Example")
    for command in lists.commands(root):
        lines.append(row(code(f"/{command.name} {command.arguments}".strip()),
                         ", ".join(code(f"/{other}") for other in command.others), command.help,
                         code(command.example)))
    return lines


def subcommand_table(root):
    lines = table("Command", "What it does", "Example")
    for subcommand in lists.subcommands(root):
        lines.append(row(code(f"gossipchat {subcommand.word} [OPTIONS] {subcommand.operands}".strip()), subcommand.help,
                         code(subcommand.example)))
    return lines


def status_table(root):
    return table("Status", "Meaning") + [row(str(number), meaning) for number, meaning in lists.statuses(root)]


def example(root):
    return ["```c", (root / "tests/embedding/example.c").read_text().rstrip("\n"), "```"]


GENERATED = {"options": option_table, "subcommands": subcommand_table, "commands": command_table,
             "statuses": status_table, "example": example}


def fill(root, text):
    """A document with its generated parts as they should be."""
    return BLOCK.sub(lambda match: match.group(1) + "\n".join(GENERATED[match.group(2)](root)) + "\n" +
                     match.group(4), text)


def check_generated(root):
    text = (root / "README.md").read_text()
    if sorted(name for _, name, _, _ in BLOCK.findall(text)) != sorted(GENERATED):
        yield f"README.md: should have one part for each of {', '.join(GENERATED)}"
    elif fill(root, text) != text:
        yield "README.md: differs from the sources; run tools/check_documents.py --write"


# ---- tables held against the code -------------------------------------------


def tables(text):
    """The rows of each table of a document, as lists of cells, with the heads first."""
    rows = []
    for line in text.splitlines() + [""]:
        if line.startswith("|"):
            cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
                rows.append(cells)
        elif rows:
            yield rows
            rows = []


def table_with(text, head):
    """The rows of the table whose first head is this."""
    for rows in tables(text):
        if rows[0][0] == head:
            return rows[1:]
    return []


def names_in(cells):
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def differences(document, what, told, real):
    for name in sorted(real - told):
        yield f"{document}: says nothing of {what} {name}"
    for name in sorted(told - real):
        yield f"{document}: tells of {what} {name}, which is not there"


def check_json(root):
    text = (root / "README.md").read_text()
    told = names_in([cells[0] for cells in table_with(text, "`type`")])
    source = (root / "src/web/event_json.c").read_text()
    shapes = source[source.index("static struct shape shape_of"):]
    real = set(re.findall(r'"([a-z]+(?:\.[a-z]+)?)"', shapes[:shapes.index("\n}\n")])) | OWN_TYPES
    yield from differences("README.md", "JSON type", told, real)
    told = names_in([cells[0] for cells in table_with(text, "`cmd`")])
    source = (root / "src/web/command_json.c").read_text()
    real = set(re.findall(r'\{"(\w+)", GOSSIP_COMMAND_', source)) | {"quit"}
    yield from differences("README.md", "JSON command", told, real)


def layer_order(root):
    text = re.sub(r"#.*", "", (root / "src/CMakeLists.txt").read_text())
    return [name for words in re.findall(r"set\(GOSSIPCHAT_(?:LIBRARY|PROGRAM)_LAYERS([^)]*)\)", text)
            for name in words.split() if name not in ("${GOSSIPCHAT_LIBRARY_LAYERS}", "PARENT_SCOPE")]


def check_layer_table(root):
    told = [(cells[0].strip("`"), cells[1]) for cells in
            table_with((root / "ARCHITECTURE.md").read_text(), "Layer")]
    real = []
    for name in layer_order(root):
        layer = check_layers.Layer(root / "src" / name)
        real.append((name, ", ".join(used for used in layer_order(root) if used in layer.may_use) or "nothing"))
    for line in told:
        if line not in real:
            yield f"ARCHITECTURE.md: {line[0]} may use: {line[1]}; src/{line[0]}/CMakeLists.txt says otherwise"
    for line in real:
        if line not in told:
            yield f"ARCHITECTURE.md: should say that {line[0]} may use: {line[1]}"
    if not list(differences("", "", set(told), set(real))) and told != real:
        yield "ARCHITECTURE.md: the layers are not in the order of src/CMakeLists.txt"


# ---- limits -----------------------------------------------------------------

UNITS = {"": 1, "KiB": 1024, "MiB": 1024 ** 2, "us": 1, "ms": 1000, "s": 10 ** 6, "min": 60 * 10 ** 6, "h": 3600 * 10 ** 6}


def told_value(text):
    """The number that a person reads: "64 KiB", "1,000", "1.5 s" (times are in microseconds)."""
    match = re.fullmatch(r"([\d,.]+) ?([A-Za-z]*)", text)
    if match is None or match.group(2) not in UNITS:
        return None
    return float(match.group(1).replace(",", "")) * UNITS[match.group(2)]


def real_value(name, source):
    """The number that the compiler reads, from `#define NAME value` or `.name = value`."""
    source = lists.COMMENT.sub("", source)
    match = re.search(rf"^#define {name} (.*)$", source, re.MULTILINE) or re.search(
        rf"\.{name} = (.*?)(?:,\s*\.|,?\s*\}})", source, re.DOTALL)
    if match is None:
        return None
    text = re.sub(r"\((?:size_t|uint32_t|uint64_t)\)|\b(?:UINT64_C)\b", "", match.group(1))
    text = re.sub(r"\b(\d+)[uUlL]+\b", r"\1", text).replace("KIB", "1024")
    text = re.sub(r"duration_seconds\((\d+)\)", r"\1 * 1000000", text)
    text = re.sub(r"duration_ms\((\d+)\)", r"\1 * 1000", text)
    if not re.fullmatch(r"[\d\s*+()<-]+", text):
        return None
    value = eval(text, {"__builtins__": {}})  # pylint: disable=eval-used  # numbers and operators alone
    if name.endswith("_MS") or "_MS_" in name:
        return value * 1000
    return value * 10 ** 6 if "_SECONDS" in name else value


def check_limits(root):
    rows = [cells for cells_of in tables((root / "SECURITY.md").read_text()) if cells_of[0][0] == "Limit"
            for cells in cells_of[1:]]
    if not rows:
        yield "SECURITY.md: has no table of limits"
    for cells in rows:
        if len(cells) != 4:
            yield f"SECURITY.md: not four cells: {cells}"
            continue
        name, value, place = cells[0].strip("`"), cells[1], cells[2].strip("`")
        source = root / place
        real = real_value(name, source.read_text()) if source.is_file() else None
        if real is None:
            yield f"SECURITY.md: {place} has no number called {name}"
        elif told_value(value) != real:
            yield f"SECURITY.md: {name} is not {value}; {place} says {real:g}"


def check_all_limits_told(root):
    """Every default of gossip_limits is in the table."""
    text = (root / "SECURITY.md").read_text()
    source = lists.COMMENT.sub("", (root / "src/swarm/limits.c").read_text())
    for name in re.findall(r"^\s*\.(\w+) = ", source, re.MULTILINE):
        if f"`{name}`" not in text:
            yield f"SECURITY.md: says nothing of {name}"


# ---- links and paths --------------------------------------------------------


def check_places(root):
    for name in DOCUMENTS:
        path = root / name
        if not path.is_file():
            yield f"{name}: is missing"
            continue
        text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
            if "://" not in target and not (root / target).exists():
                yield f"{name}: links to {target}, which is not there"
        for place in re.findall(r"`((?:src|include|tests|tools|proto|\.ci)/[\w./-]*)`", text):
            if not (root / place).exists():
                yield f"{name}: names {place}, which is not there"


def check(root):
    """All problems under a root, as lines of text."""
    missing = list(check_places(root))
    yield from missing
    if any(line.endswith(": is missing") for line in missing):
        return
    for part in (check_generated, check_json, check_layer_table, check_limits, check_all_limits_told):
        yield from part(root)


def main(arguments):
    paths = [argument for argument in arguments if argument != "--write"]
    root = pathlib.Path(paths[0] if paths else ".")
    if "--write" in arguments:
        readme = root / "README.md"
        readme.write_text(fill(root, readme.read_text()))
    problems = list(check(root))
    print("\n".join(problems) or "documents: ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
