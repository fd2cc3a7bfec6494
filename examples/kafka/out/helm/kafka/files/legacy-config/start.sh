#!/usr/bin/env bash
# Starts a broker whose number is that of its pod: kafka-0 is broker 0.
set -euo pipefail

id=${HOSTNAME##*-}
# Clients and other brokers come back to this broker by its own name.
host=$HOSTNAME.$SERVICE.$POD_NAMESPACE.svc
config=/tmp/server.properties
own() { printf '%s\n' "$@" >>"$config"; }

cp /etc/kafka-config/server.properties "$config"
own "advertised.listeners=PLAINTEXT://$host:9092"
if [ -z "${CLUSTER_ID:-}" ]; then
  own "broker.id=$id" "listeners=PLAINTEXT://:9092"
else
  own "node.id=$id"
  if [ "$id" -lt "$CONTROLLERS" ]; then
    own "process.roles=broker,controller" "listeners=PLAINTEXT://:9092,CONTROLLER://:9093"
  else
    own "process.roles=broker" "listeners=PLAINTEXT://:9092"
  fi
  /opt/kafka/bin/kafka-storage.sh format --ignore-formatted --cluster-id "$CLUSTER_ID" --config "$config"
fi
exec /opt/kafka/bin/kafka-server-start.sh "$config"
