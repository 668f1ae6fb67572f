# Sourced by check.sh and test.sh: runs named steps one after the other, goes on after a failed one, and tells all in
# a table at the end.
#
#   step NAME COMMAND...   runs the command, remembers its time and whether it failed
#   steps_report TITLE     prints the table; fails when a step has failed

steps_table=''
steps_failed=0

step() {
  local name=$1 began=$SECONDS verdict=ok
  shift
  printf -- '--- %s\n' "$name"
  if ! "$@"; then
    verdict=FAILED
    steps_failed=$((steps_failed + 1))
  fi
  steps_table+=$(printf '%-28s %-6s %5d s' "$name" "$verdict" $((SECONDS - began)))$'\n'
}

steps_report() {
  printf '\n%s\n%s' "$1" "$steps_table"
  [ "$steps_failed" -eq 0 ]
}
