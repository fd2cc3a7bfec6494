#!/usr/bin/env bash
@HEADER@
#
# Makes the cluster of an environment, from the cluster that manages it: what Rancher needs, Rancher, then the machines.
# That is another context than the platform's, so it must be named. `cluster.sh help` says more.
# Needs bash 4.4 and kubectl 1.31.
set -euo pipefail

usage() {
  cat <<'END'
usage: cluster.sh VERB ENV [OPTIONS]

  check ENV    what is missing in the managing cluster; changes nothing
  apply ENV    installs what is to be installed there, makes the cluster, and waits until it is ready
  status ENV   whether the cluster is ready; exit code 1 if it is not

ENV: @ENVIRONMENTS@

  --context NAME   context of kubectl of the managing cluster [CLUSTER_CONTEXT]; there is no default
  --timeout SEC    longest wait for each thing [1800]

Exit codes: 0 done, 1 failed, 2 wrong arguments. Variables of `.env` in the current folder are read first.
END
}

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "cluster.sh: $*"
  exit 1
}

wrong() {
  say "cluster.sh: $*"
  say "cluster.sh help says more"
  exit 2
}

out=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [ -f .env ]; then
  set -a
  # shellcheck source=/dev/null
  . ./.env
  set +a
fi

context=${CLUSTER_CONTEXT:-}
timeout=1800
arguments=()
while [ $# -gt 0 ]; do
  case "$1" in
  --context | --timeout)
    [ $# -ge 2 ] || wrong "$1 needs a value"
    case "$1" in
    --context) context=$2 ;;
    --timeout) timeout=$2 ;;
    esac
    shift
    ;;
  -h | --help | help)
    usage
    exit 0
    ;;
  -*) wrong "there is no option $1" ;;
  *) arguments+=("$1") ;;
  esac
  shift
done
[ ${#arguments[@]} = 2 ] || wrong "a verb and an environment are needed"
verb=${arguments[0]}
environment=${arguments[1]}
[ -n "$context" ] || wrong "name the context of the managing cluster: --context NAME, or CLUSTER_CONTEXT"
case "$timeout" in
'' | *[!0-9]*) wrong "--timeout is a number of seconds" ;;
esac

# What is there for each environment, below cluster/ENV.
#   charts        what is installed first, in this order: NAME FILE NAMESPACE, and the namespace of its pods
#   files         machines and clusters: FILE NAMESPACE
#   clusters      what is waited for: NAME NAMESPACE
#   credentials   secrets that Rancher keeps, by which it makes machines: NAME NAMESPACE
case "$environment" in
@CASES@
*) wrong "no cluster is made for $environment: @ENVIRONMENTS@" ;;
esac
files_of=$out/cluster/$environment

# kube NAMESPACE ARGUMENTS…
kube() {
  kubectl --context "$context" --namespace "$@"
}

serves() {
  [[ $(kube default get --raw "/apis/$1" 2>/dev/null) == *"\"kind\":\"$2\""* ]]
}

check() {
  command -v kubectl >/dev/null || fail "kubectl is not installed"
  kube default get --raw /readyz >/dev/null || fail "the managing cluster does not answer: is the context right?"
  say "managing cluster: context $context"
  if [ ${#charts[@]} -gt 0 ]; then
    serves helm.cattle.io/v1 HelmChart ||
      fail "the managing cluster installs no charts: RKE2 and K3s bring the controller that does"
  else
    serves provisioning.cattle.io/v1 Cluster || fail "there is no Rancher in the managing cluster"
    credentials_there
  fi
}

credentials_there() {
  local entry name namespace
  for entry in "${credentials[@]}"; do
    read -r name namespace <<<"$entry"
    [ -n "$(kube "$namespace" get secret "$name" --ignore-not-found --output name)" ] ||
      fail "Rancher has no credential $namespace:$name; make it there, then run this again. Nothing else is missing"
  done
}

install_charts() {
  local entry name file namespace target
  for entry in "${charts[@]}"; do
    read -r name file namespace target <<<"$entry"
    kube "$namespace" apply --server-side --filename "$files_of/$file"
    # A Job of this name installs it, and upgrades it later.
    kube "$namespace" wait --for=create "job/helm-install-$name" --timeout="${timeout}s"
    kube "$namespace" wait --for=condition=complete "job/helm-install-$name" --timeout="${timeout}s" ||
      fail "$name was not installed: kubectl -n $namespace logs job/helm-install-$name says why"
    kube "$target" wait --for=condition=Available deployment --all --timeout="${timeout}s"
  done
}

apply() {
  local entry file namespace
  check
  install_charts
  # Rancher brings the definitions of clusters when it starts.
  kube default wait --for=create crd/clusters.provisioning.cattle.io --timeout="${timeout}s"
  kube default wait --for=condition=Established crd/clusters.provisioning.cattle.io --timeout="${timeout}s"
  credentials_there
  # Conflicts are not forced: who scales the pools has changed their size, and would lose the machines.
  for entry in "${files[@]}"; do
    read -r file namespace <<<"$entry"
    kube "$namespace" apply --server-side --filename "$files_of/$file"
  done
  ready "$timeout"
}

# ready SECONDS: waits for the clusters.
ready() {
  local entry name namespace
  for entry in "${clusters[@]}"; do
    read -r name namespace <<<"$entry"
    kube "$namespace" wait --for=condition=Ready "clusters.provisioning.cattle.io/$name" --timeout="$1s" ||
      fail "the cluster $name is not ready"
  done
}

status() {
  local entry name namespace
  for entry in "${clusters[@]}"; do
    read -r name namespace <<<"$entry"
    kube "$namespace" get "clusters.provisioning.cattle.io/$name"
  done
  ready 1
}

case "$verb" in
check | apply | status) "$verb" ;;
*) wrong "there is no verb $verb" ;;
esac
