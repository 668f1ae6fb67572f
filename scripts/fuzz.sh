#!/usr/bin/env bash
# fuzz.sh: every fuzz target for FUZZTIME (10s), one after the other, on PARALLEL (1) cores. Called by `make fuzz`. TARGET
# chooses targets by a part of their names. What breaks one is kept below its package's testdata/fuzz, which every later
# run of the tests repeats: commit it with what mends it.
set -u
cd "$(dirname "$0")/.."
shopt -s globstar nullglob
ran=0
broken=()
for file in internal/**/*_test.go; do
  while read -r name; do
    case $name in *"${TARGET:-}"*) ;; *) continue ;; esac
    ran=$((ran + 1))
    printf '%3d  %s  %s\n' "$ran" "$(dirname "$file")" "$name"
    # The end of its time is an error to go test when it falls into an input (golang.org/issue/75804): then once more.
    for _ in 1 2; do
      output=$(go test -vet=off -run '^$' -fuzz "^$name\$" -fuzztime "${FUZZTIME:-10s}" -parallel "${PARALLEL:-1}" "./$(dirname "$file")" 2>&1) && continue 2
      [[ $output == *'context deadline exceeded'* ]] || break
    done
    printf '%s\n' "$output"
    broken+=("$name")
  done < <(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$file")
done
printf '\n%s fuzz targets, %s each, %s broken\n' "$ran" "${FUZZTIME:-10s}" "${#broken[@]}"
[ "${#broken[@]}" -eq 0 ] || printf '  %s\n' "${broken[@]}"
[ "$ran" -gt 0 ] && [ "${#broken[@]}" -eq 0 ]
