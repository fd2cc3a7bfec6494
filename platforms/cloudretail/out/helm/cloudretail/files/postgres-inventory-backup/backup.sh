#!/bin/sh
# Writes the database into a file of its own, and deletes files that are too old.
# Back again: pg_restore --clean --if-exists --dbname=DATABASE FILE
set -eu

file=/backup/$PGDATABASE-$(date -u +%Y%m%dT%H%M%SZ).dump
# A dump that was cut off never gets the name of a whole one.
pg_dump --format=custom --file="$file.part"
mv "$file.part" "$file"
if [ -n "${KEEP_MINUTES:-}" ]; then
  find /backup -name "$PGDATABASE-*.dump*" -mmin "+$KEEP_MINUTES" -delete
fi
ls -l /backup
