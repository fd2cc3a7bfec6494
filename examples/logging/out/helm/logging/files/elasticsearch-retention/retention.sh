#!/bin/sh
# Deletes the indices that were made longer ago than they are kept. It may run at any time, any number of times.
set -eu
cutoff=$((($(date +%s) - KEEP_SECONDS) * 1000))
set -- --fail --silent --show-error --max-time 60 --retry 5 --retry-connrefused
if [ -n "${ELASTIC_PASSWORD:-}" ]; then
  set -- "$@" --user "elastic:$ELASTIC_PASSWORD"
fi
curl "$@" --output /tmp/indices "$ELASTICSEARCH_URL/_cat/indices/$INDICES?h=creation.date,index&s=creation.date"
while read -r created index; do
  # The oldest come first.
  if [ "$created" -ge "$cutoff" ]; then break; fi
  echo "deleting $index"
  curl "$@" --output /dev/null --request DELETE "$ELASTICSEARCH_URL/$index" || echo "$index stays" >&2
done < /tmp/indices
