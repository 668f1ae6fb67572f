#!/usr/bin/env bash
# check-gen.sh: are the generated files those that `make gen` writes now? It runs in a copy of the tree, so that a check
# never changes what it checks.
set -eu
cd "$(dirname "$0")/.."
root=$PWD

copy=$(mktemp -d)
trap 'rm -rf "$copy" "$copy.before" "$copy.log"' EXIT

git ls-files -z --cached --others --exclude-standard |
  while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done |
  tar -cf - --null -T - | tar -xf - -C "$copy"
cp -R "$copy" "$copy.before"

# What was fetched already serves the copy as well (-o: it is never fetched again there).
ln -s "$root/web/node_modules" "$copy/web/node_modules"
if ! "${MAKE:-make}" -C "$copy" --no-print-directory -o web/node_modules/.package-lock.json gen >"$copy.log" 2>&1; then
  cat "$copy.log"
  exit 1
fi

# Beside the links and what was built, all that differs was generated.
changes=$(cd "$(dirname "$copy")" && diff -ruN -x node_modules -x bin -x .cache "$(basename "$copy").before" "$(basename "$copy")") && exit 0
printf '%s\n' "$changes" | head -n 60
echo 'generated files are out of date; run: make gen'
exit 1
