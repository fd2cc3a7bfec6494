#!/usr/bin/env bash
# Makes the topics that are missing; those that are there already stay as they are.
set -euo pipefail

while read -r topic partitions copies settings; do
  options=()
  for setting in $settings; do options+=(--config "$setting"); done
  /opt/kafka/bin/kafka-topics.sh --bootstrap-server "$BOOTSTRAP" --create --if-not-exists \
    --topic "$topic" --partitions "$partitions" --replication-factor "$copies" "${options[@]}"
done </etc/kafka-topics/topics
