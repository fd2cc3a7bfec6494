#!/bin/sh
# Starts a node of the cluster, and tells the others where it is: addresses change with every start.
set -eu

meet() {
  until [ "$(redis-cli ping)" = PONG ]; do sleep 1; done
  for n in $(seq 0 $((NODES - 1))); do
    [ "$NAME-$n" != "$(hostname)" ] || continue
    address=$(getent hosts "$NAME-$n.$SERVICE" | cut -d ' ' -f 1)
    [ -z "$address" ] || redis-cli cluster meet "$address" 6379
  done
}

meet >/dev/null 2>&1 &
exec "$@"
