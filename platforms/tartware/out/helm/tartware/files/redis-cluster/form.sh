#!/bin/sh
# Forms the cluster: the nodes meet, the first ones share the slots, the others become their replicas.
# What is done already is refused by the nodes and stays as it is, so that it can run again.
set -eu

last=$((NODES - 1))
# usage: at NODE COMMAND...
at() {
  host="$NAME-$1.$SERVICE"
  shift
  redis-cli -h "$host" "$@"
}
# The master that a node has, or that it is.
master() { at "$1" cluster nodes | awk '/myself/ { print $4 == "-" ? $1 : $4 }'; }

for n in $(seq 0 "$last"); do
  until [ "$(at "$n" ping)" = PONG ]; do sleep 2; done
done
for n in $(seq 1 "$last"); do
  at 0 cluster meet "$(getent hosts "$NAME-$n.$SERVICE" | cut -d ' ' -f 1)" 6379
done
for n in $(seq 0 "$last"); do
  until [ "$(at "$n" cluster nodes | grep -c -v handshake)" -ge "$NODES" ]; do sleep 1; done
done
for n in $(seq 0 $((MASTERS - 1))); do
  at "$n" cluster addslotsrange $((16384 * n / MASTERS)) $((16384 * (n + 1) / MASTERS - 1))
done
for n in $(seq "$MASTERS" "$last"); do
  at "$n" cluster replicate "$(master $((n % MASTERS)))"
done
until at 0 cluster info | grep -q cluster_state:ok; do sleep 1; done
at 0 cluster nodes
