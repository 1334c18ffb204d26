#!/bin/sh
# Installs what gossipchat needs on Debian 12 and its derivatives, and says what and why.
#
# usage: tools/setup.sh [GROUP...]      groups: build (the default), test, interop
#
# What is needed stands in packages.txt. Root, or sudo, is needed only when something is missing; no questions are
# asked; all talk goes to stderr. Ends with 0 when everything there is to have is there. A package of the groups test
# and interop that this distribution does not have, or only in a version that is too old, is named and left out: the
# tests that need it are then listed as NOT RUN.
set -eu

packages=$(dirname "$0")/packages.txt
root_command=

say() {
    printf 'setup: %s\n' "$*" >&2
}

die() {
    say "$@"
    exit 1
}

# The number in a version without epoch and revision, of the first line on stdin that has one.
version_number() {
    sed -n 's/^[^0-9]*\([0-9]*:\)\{0,1\}\([0-9][0-9.]*\).*/\2/p' | sed 1q
}

is_recent() {
    dpkg --compare-versions "${1:-0}" ge "$2"
}

# The lines of packages.txt that belong to the groups in $1 and need a closer look, each behind the version of the
# package that is installed, or -. An installed package needs none unless its age matters.
candidates_for_missing() {
    # The names are words without blanks, so splitting them is what we want.
    # shellcheck disable=SC2046
    dpkg-query -W -f '${db:Status-Abbrev} ${Package} ${Version}\n' \
        $(awk '!/^#/ && NF { print $1 }' "$packages") 2>/dev/null |
        awk -v groups="$1" '
            BEGIN { count = split(groups, names); for (i = 1; i <= count; i++) wanted[names[i]] = 1 }
            FILENAME == "-" { if ($1 == "ii") installed[$2] = $3; next }
            /^#/ || !NF || !wanted[$2] { next }
            !($1 in installed) { print "-", $0; next }
            $3 ~ />=/ { print installed[$1], $0 }' - "$packages"
}

# Is the command of COMMAND[>=VERSION] on PATH, and recent enough?
is_satisfied() {
    command=${1%%>=*}
    command -v "$command" >/dev/null 2>&1 || return 1
    [ "$command" != "$1" ] || return 0
    is_recent "$({ "$command" --version || "$command" version; } 2>/dev/null | version_number)" "${1#*>=}"
}

# The lines of packages.txt that belong to the groups in $1 and whose package, or what makes it unnecessary, is missing.
missing() {
    candidates_for_missing "$1" | while read -r installed package group unless reason; do
        if [ "$installed" != - ] && is_recent "$(echo "$installed" | version_number)" "${unless#*>=}"; then
            continue
        fi
        [ "$unless" != - ] && is_satisfied "$unless" && continue
        printf '%s %s %s %s\n' "$package" "$group" "$unless" "$reason"
    done
}

as_root() {
    # shellcheck disable=SC2086  # empty or the one word sudo
    $root_command env DEBIAN_FRONTEND=noninteractive LC_ALL=C "$@"
}

# The lists of packages are there and at most a day old.
lists_are_fresh() {
    [ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -mtime -1 -print -quit 2>/dev/null)" ]
}

refresh_lists() {
    say "fetching the lists of packages"
    as_root apt-get -qq update >>"$log" 2>&1 ||
        say "some lists of packages could not be fetched; going on with what is there"
}

# The version that apt would install; nothing if it has none.
candidate() {
    LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^ *Candidate: *//p' | version_number
}

# Splits the lines of missing on stdin: names to install to stdout, remarks on all others to stderr. Fails if a package
# of the group build cannot be had.
installable() {
    status=0
    while read -r package group unless reason; do
        version=$(candidate "$package")
        oldest=${unless#*>=}
        [ "$oldest" != "$unless" ] || oldest=0
        if [ -n "$version" ] && is_recent "$version" "$oldest"; then
            say "installing $package ($reason)"
            echo "$package"
            continue
        fi
        if [ -n "$version" ]; then
            say "leaving out $package ($reason): $version is too old, $oldest is needed"
        else
            say "leaving out $package ($reason): this distribution has no such package"
        fi
        [ "$group" != build ] || status=1
    done
    return $status
}

# Sets root_command, or says what is missing. Fails, after that, if there is no way to become root.
find_root() {
    [ "$(id -u)" -ne 0 ] || return 0
    if command -v sudo >/dev/null 2>&1; then
        root_command=sudo
        return 0
    fi
    printf '%s\n' "$1" | while read -r package group unless reason; do
        say "missing: $package ($reason)"
    done
    return 1
}

install_missing() {
    lists_are_fresh || refresh_lists
    names=$(printf '%s\n' "$1" | installable) || die "gossipchat cannot be built without these"
    [ -n "$names" ] || return 0
    # shellcheck disable=SC2086  # names without blanks, one per line
    as_root apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=120 install $names >>"$log" 2>&1 </dev/null ||
        { tail -n 20 "$log" >&2; die "apt-get failed; all it said is in $log"; }
}

groups=${*:-build}
for group in $groups; do
    case $group in
    build | test | interop) ;;
    *) die "no such group: $group. usage: tools/setup.sh [build] [test] [interop]" ;;
    esac
done

if ! command -v dpkg-query >/dev/null 2>&1; then
    say "not a Debian system: nothing is installed. tools/packages.txt lists what is needed"
    exit 0
fi
lines=$(missing "$groups")
[ -n "$lines" ] || exit 0
if ! find_root "$lines"; then
    # Without the interop peers everything but their tests works.
    lines=$(printf '%s\n' "$lines" | awk '$2 != "interop" { printf "%s ", $1 }')
    [ -n "$lines" ] || exit 0
    die "cannot install packages: not root, and there is no sudo. As root, run: apt-get install $lines"
fi
log=$(mktemp "${TMPDIR:-/tmp}/gossipchat-setup.XXXXXX")
install_missing "$lines"
rm -f "$log"
