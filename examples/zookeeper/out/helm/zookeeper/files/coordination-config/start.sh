#!/usr/bin/env bash
# Starts a server whose number is that of its pod: zookeeper-0 is server 1.
set -euo pipefail

echo $((${HOSTNAME##*-} + 1)) >/data/myid
# The server keeps its view of the ensemble beside its configuration.
cp /etc/zookeeper/zoo.cfg /tmp/zoo.cfg
exec zkServer.sh start-foreground /tmp/zoo.cfg
