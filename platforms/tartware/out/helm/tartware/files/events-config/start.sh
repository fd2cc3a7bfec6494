#!/usr/bin/env bash
# Starts a broker under the name of its pod; the brokers give each other their numbers.
set -euo pipefail

host=$HOSTNAME.$SERVICE.$POD_NAMESPACE.svc
# Read only while the cluster comes into being.
cp /etc/redpanda-config/bootstrap.yaml /etc/redpanda/.bootstrap.yaml
exec rpk redpanda start \
  --kafka-addr "PLAINTEXT://0.0.0.0:9092" --advertise-kafka-addr "PLAINTEXT://$host:9092" \
  --rpc-addr 0.0.0.0:33145 --advertise-rpc-addr "$host:33145" --seeds "$SEEDS" \
  --set redpanda.empty_seed_starts_cluster=false --set redpanda.data_directory=/var/lib/redpanda/data \
  --smp "$CORES" --memory "${MEMORY}M" --reserve-memory 0M --overprovisioned --lock-memory=false --check=false "$@"
