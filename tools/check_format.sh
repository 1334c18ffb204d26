#!/bin/sh
# Fails if a C file is not formatted as .clang-format says.
# usage: check_format.sh [FILE...]     without files: all of src, include, tests and tools
set -eu
cd "$(dirname "$0")/.."
if ! command -v clang-format-14 >/dev/null 2>&1; then
    echo "NOT RUN check.format: clang-format-14 is not installed"
    exit 77
fi
if [ $# -gt 0 ]; then
    clang-format-14 --dry-run --Werror "$@"
else
    find src include tests tools \( -name node_modules -o -name target \) -prune -o -name '*.[ch]' -print0 |
        xargs -0 clang-format-14 --dry-run --Werror
fi
echo "format: ok"
