#!/usr/bin/env bash
# foreground.sh COMMAND...: runs a server under make so that Ctrl-C reaches it alone.
#
# Make would take the same Ctrl-C and end with "interrupted" although the server drained and stopped as it should. On a
# terminal the server therefore gets a process group of its own, in the foreground; its exit status is ours. Without a
# terminal (or without ps to ask) this is a plain exec.
set -u

group=$(ps -o pgid= -p $$ 2>/dev/null)
if [ -t 0 ] && [ -n "$group" ] && [ "$group" = "$(ps -o tpgid= -p $$ 2>/dev/null)" ]; then
  set -m
  "$@" &
  server=$!
  trap 'kill -TERM "$server" 2>/dev/null' EXIT
  fg %1 >/dev/null
  exit
fi
exec "$@"
