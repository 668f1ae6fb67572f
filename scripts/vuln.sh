#!/usr/bin/env bash
# vuln.sh: known vulnerabilities in what the program calls.
#
#   VULNDB=<folder or .tgz>   an offline copy of the Go vulnerability database
#   VULNDB unset              the public database; when it cannot be reached, "not scanned" and success
#
# A result is worth as much as its database is young, so the date stands beside it.
set -eu
cd "$(dirname "$0")/.."
: "${TOOLS:?run it by make check}"
scan=$TOOLS/govulncheck

# folder_of ARCHIVE: unpacks it once, into the cache.
folder_of() {
  local folder
  folder=.cache/vulndb/$(basename "$1" .tgz)
  if [ ! -d "$folder" ]; then
    mkdir -p "$folder.new"
    tar -xzf "$1" -C "$folder.new"
    mv "$folder.new" "$folder"
  fi
  echo "$folder"
}

# date_of INDEX: the date that the database gives itself; a copy made by hand may carry it in its name only.
date_of() {
  local date
  date=$(sed -n 's/.*"modified" *: *"\([0-9-]*\)T.*/\1/p' "$1" | head -n 1)
  case $date in '' | 0001-*) date=$(basename "$VULNDB" | grep -oE '[0-9]{4}-[0-9]{2}-[0-9]{2}' || true) ;; esac
  echo "${date:-an unknown date}"
}

if [ -n "${VULNDB:-}" ]; then
  folder=$VULNDB
  [ -d "$folder" ] || folder=$(folder_of "$VULNDB")
  index=$(find "$folder" -path '*/index/db.json' | head -n 1)
  [ -n "$index" ] || { echo "VULNDB: no index/db.json in $VULNDB"; exit 1; }
  database=$(cd "$(dirname "$index")/.." && pwd)
  status=0
  "$scan" -db "file://$database" ./... || status=$?
  case $status in
    0) echo "no called vulnerability known as of $(date_of "$index") (offline database)" ;;
    3) echo "vulnerabilities that are called, as of $(date_of "$index") (offline database): see above" ;;
    *) echo "not a result: the scan itself went wrong (status $status)" ;;
  esac
  exit "$status"
fi

if report=$("$scan" ./... 2>&1); then
  date=$("$scan" -version 2>/dev/null | sed -n 's/^DB updated: \([0-9-]*\).*/\1/p')
  printf '%s\nno called vulnerability known as of %s\n' "$report" "${date:-today}"
  exit 0
fi
if printf '%s' "$report" | grep -qE 'fetching vulnerabilities|dial tcp|no such host|proxyconnect|i/o timeout|TLS handshake'; then
  echo 'not scanned: the vulnerability database cannot be reached (VULNDB=<folder> gives an offline copy)'
  exit 0
fi
printf '%s\n' "$report"
exit 1
