#!/bin/sh
# Fails if shellcheck finds something in a shell script of the project.
set -eu
cd "$(dirname "$0")/.."
if ! command -v shellcheck >/dev/null 2>&1; then
    echo "NOT RUN check.shell: shellcheck is not installed"
    exit 77
fi
# Every file whose first line names a shell; libraries name theirs in a directive.
find tools tests .ci \( -name node_modules -o -name target \) -prune -o -type f -size -200k -print |
    while IFS= read -r file; do
        ! head -n 1 "$file" | grep -Eqa '^#!.*[/ ](sh|bash)$|^# shellcheck shell=' || echo "$file"
    done | xargs shellcheck --external-sources --source-path=SCRIPTDIR
echo "shell: ok"
