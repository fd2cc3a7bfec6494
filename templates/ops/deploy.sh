#!/usr/bin/env bash
@HEADER@
#
# Brings the platform into a cluster, looks after it and takes it away. Asks nothing: everything is an
# argument, and every command names the context and the namespace. `deploy.sh help` says more.
# Needs bash 4.4 and kubectl; helm for `--form helm`.
set -euo pipefail

usage() {
  cat <<'END'
usage: deploy.sh VERB ENV [OPTIONS] [ARGUMENTS]

  check ENV                what is missing in the cluster before a deploy
  deploy ENV               checks, applies everything, and waits until it is ready
  status ENV               what runs there; exit code 1 if something is not ready
  ask ENV SERVICE [PATH]   what a Service answers over HTTP; SERVICE:PORT for another port than the first
  update ENV               shows what differs from the cluster, and deploys that
  update ENV NAME=IMAGE …  gives Deployments, StatefulSets or DaemonSets another image until the next deploy
  rollback ENV NAME …      takes them back to their revision before; --all takes all of them
  switch ENV NAME          blue-green: gives the traffic to the other colour, at once; again, and it is back
  destroy ENV --yes        deletes everything but namespaces and claims

ENV: @ENVIRONMENTS@

  --context NAME    context of kubectl [KUBE_CONTEXT, or the current one]
  --form FORM       what is applied: raw (in waves), kustomize or helm [@FORM@]
  --timeout SEC     longest wait for each thing [600]
  --workloads-only  do not wait for custom resources, e.g. where no operator looks after them
  --undo            deploy, update: if something does not get ready, take what changed back to its revision before
  --all             rollback: everything
  --with-data       destroy: claims and namespaces as well
  --yes             destroy: yes

Exit codes: 0 done, 1 failed, 2 wrong arguments. Variables of `.env` in the current folder are read first.
END
}

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "deploy.sh: $*"
  exit 1
}

wrong() {
  say "deploy.sh: $*"
  say "deploy.sh help says more"
  exit 2
}

platform=@PLATFORM@
out=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if [ -f .env ]; then
  set -a
  # shellcheck source=/dev/null
  . ./.env
  set +a
fi

context=${KUBE_CONTEXT:-}
form=@FORM@
timeout=600
undo=false workloads_only=false all=false with_data=false yes=false
arguments=()
while [ $# -gt 0 ]; do
  case "$1" in
  --context | --form | --timeout)
    [ $# -ge 2 ] || wrong "$1 needs a value"
    case "$1" in
    --context) context=$2 ;;
    --form) form=$2 ;;
    --timeout) timeout=$2 ;;
    esac
    shift
    ;;
  --undo) undo=true ;;
  --workloads-only) workloads_only=true ;;
  --all) all=true ;;
  --with-data) with_data=true ;;
  --yes) yes=true ;;
  -h | --help | help)
    usage
    exit 0
    ;;
  -*) wrong "there is no option $1" ;;
  *) arguments+=("$1") ;;
  esac
  shift
done
[ ${#arguments[@]} -ge 2 ] || wrong "a verb and an environment are needed"
verb=${arguments[0]}
environment=${arguments[1]}
names=("${arguments[@]:2}")
case "$form" in
raw | kustomize | helm) ;;
*) wrong "there is no form $form: raw, kustomize or helm" ;;
esac
case "$timeout" in
'' | *[!0-9]*) wrong "--timeout is a number of seconds" ;;
esac

# What the platform has in each environment. Everything below is the same for all of them.
#   waves     what is applied together, below raw/ENV; FILE@NAMESPACE is not in the platform's namespace
#   awaited   what must be ready before the next wave: KIND/NAME, with @NAMESPACE and =CONDITION where needed
#   jobs      name and file of each Job
#   beside    name and file of each namespace that the platform makes beside its own
#   secrets   name and keys of each secret that somebody else fills; NAME@NAMESPACE as above
#   kinds     API version and kinds that must be installed in the cluster
#   colors    what is blue and green: NAME SERVICE PREVIEW BUDGET AUTOSCALER; `-` where there is none
case "$environment" in
@CASES@
*) wrong "there is no environment $environment: @ENVIRONMENTS@" ;;
esac
raw=$out/raw/$environment

kube() {
  kubectl ${context:+--context "$context"} --namespace "$namespace" "$@"
}

# kubectl for NAME or NAME@NAMESPACE, which stands for the argument `@`.
on() {
  local name=${1%@*} namespace=$namespace word
  local -a words=()
  [[ $1 != *@* ]] || namespace=${1#*@}
  for word in "${@:2}"; do
    [ "$word" != @ ] || word=$name
    words+=("$word")
  done
  kube "${words[@]}"
}

helm_() {
  helm ${context:+--kube-context "$context"} --namespace "$namespace" "$@"
}

# Everything that is awaited, one a line; of the wave with this number, or of all.
everything() {
  local wave item
  for wave in ${1-"${!awaited[@]}"}; do
    for item in ${awaited[wave]}; do
      ! $workloads_only || [[ $item != *=* ]] || continue
      printf '%s\n' "$item"
    done
  done
}

# What of it has revisions: no Jobs, and nothing that an operator looks after.
workloads() {
  local item
  for item in $(everything); do
    case "$item" in
    deployment/* | statefulset/* | daemonset/*) printf '%s\n' "$item" ;;
    esac
  done
}

check() {
  local bad=0 entry name version keys known key kind
  local -a needed
  command -v kubectl >/dev/null || fail "kubectl is not installed"
  [ "$form" != helm ] || command -v helm >/dev/null || fail "helm is not installed"
  kube get --raw /readyz >/dev/null || fail "the cluster does not answer: is the context right?"
  say "context ${context:-$(kubectl config current-context)}, namespace $namespace"
  for entry in "${kinds[@]}"; do
    read -ra needed <<<"$entry"
    version=${needed[0]}
    known=$(kube get --raw "/apis/$version" 2>/dev/null) || known=
    for kind in "${needed[@]:1}"; do
      if [[ $known != *"\"kind\":\"$kind\""* ]]; then
        say "missing: the cluster does not serve $kind ($version); install what brings it"
        bad=1
      fi
    done
  done
  for entry in "${secrets[@]}"; do
    read -ra needed <<<"$entry"
    name=${needed[0]}
    # shellcheck disable=SC2016 # the variables are those of kubectl's template
    keys=$(on "$name" get secret @ --ignore-not-found \
      --output 'go-template={{range $key, $value := .data}}{{if $value}}{{$key}}{{"\n"}}{{end}}{{end}}')
    for key in "${needed[@]:1}"; do
      if ! grep -qxF -- "$key" <<<"$keys"; then
        [[ $name == *@* ]] || name+=@$namespace
        say "missing: the secret ${name%@*} has no $key in namespace ${name#*@}: see secrets/${name%@*}.yaml.example"
        bad=1
      fi
    done
  done
  [ $bad = 0 ] || fail "nothing was applied"
}

# A Job's pods cannot be changed: one that differs is deleted, so that it is made and run anew.
replace_jobs() {
  local entry name file answer
  for entry in "${jobs[@]}"; do
    read -r name file <<<"$entry"
    [ -n "$(kube get job "$name" --ignore-not-found --output name)" ] || continue
    answer=$(kube apply --server-side --force-conflicts --dry-run=server --filename "$raw/$file" 2>&1) && continue
    [[ $answer == *immutable* ]] || fail "the Job $name cannot be applied: $answer"
    say "the Job $name differs and runs anew"
    kube delete job "$name" --wait --timeout="${timeout}s"
  done
}

# Applies the wave with this number. What the files say wins over what somebody changed by hand.
# Workloads come last, so that their pods find their accounts, configs and claims.
apply_wave() {
  local item file
  local -a files=() last=()
  for item in ${waves[$1]}; do
    case "$item" in
    *@*)
      kubectl ${context:+--context "$context"} --namespace "${item#*@}" \
        apply --server-side --force-conflicts --filename "$raw/${item%@*}" || return 1
      ;;
    *)
      while read -r file; do
        case "${file##*/}" in
        deployment* | statefulset* | daemonset* | rollout* | job* | cronjob*) last+=(--filename "$file") ;;
        *) files+=(--filename "$file") ;;
        esac
      done < <(find "$raw/$item" -name '*.yaml' | sort)
      ;;
    esac
  done
  files+=("${last[@]}")
  if [ ${#files[@]} -gt 0 ]; then
    kube apply --server-side --force-conflicts "${files[@]}"
  fi
}

await() {
  local item=$1 end=$((SECONDS + timeout)) failed generation phase
  case "$item" in
  job/*)
    # `kubectl wait` knows one condition: short waits for success, and a look at failure between them.
    until kube wait --for=condition=complete "$item" --timeout=10s >/dev/null 2>&1; do
      failed=$(kube get "$item" --output 'jsonpath={.status.conditions[?(@.type=="Failed")].status}') || return 1
      if [ "$failed" = True ] || [ $SECONDS -ge $end ]; then
        say "the $item did not complete"
        kube logs "$item" --tail=50 >&2 || true
        return 1
      fi
    done
    ;;
  rollout.argoproj.io/*)
    # What it says first may be about the revision before.
    generation=$(kube get "$item" --output 'jsonpath={.metadata.generation}') || return 1
    kube wait --for="jsonpath={.status.observedGeneration}=$generation" "$item" --timeout="${timeout}s" || return 1
    until kube wait --for='jsonpath={.status.phase}=Healthy' "$item" --timeout=10s >/dev/null 2>&1; do
      phase=$(kube get "$item" --output 'jsonpath={.status.phase}') || return 1
      case "$phase" in
      Paused)
        say "the $item is ready for a look: it waits to be promoted"
        return
        ;;
      Degraded)
        say "the $item did not get ready"
        return 1
        ;;
      esac
      if [ $SECONDS -ge $end ]; then
        say "the $item is still $phase"
        return 1
      fi
    done
    ;;
  *=*) on "${item%%=*}" wait --for="${item#*=}" @ --timeout="${timeout}s" ;;
  *) on "$item" rollout status @ --timeout="${timeout}s" ;;
  esac
}

await_all() {
  local item
  for item in $(everything); do
    await "$item" || return 1
  done
}

apply_all() {
  local wave item
  case "$form" in
  raw)
    for wave in "${!waves[@]}"; do
      apply_wave "$wave" || return 1
      for item in $(everything "$wave"); do
        await "$item" || return 1
      done
    done
    ;;
  kustomize)
    kube apply --server-side --force-conflicts --kustomize "$out/kustomize/overlays/$environment" || return 1
    await_all
    ;;
  helm)
    # The namespace comes first, with its labels; a release cannot bring the one that it is kept in.
    kube apply --server-side --force-conflicts --filename "$raw/cluster/namespace.yaml" || return 1
    adopt || return 1
    helm_ upgrade --install "$platform" "$out/helm/$platform" --values "$out/helm/$platform/values-$environment.yaml" ||
      return 1
    await_all
    ;;
  esac
}

# Namespaces beside the platform's own belong to the release, also where somebody made them first to put secrets there.
adopt() {
  local entry name file
  for entry in "${beside[@]}"; do
    read -r name file <<<"$entry"
    kube apply --server-side --force-conflicts --filename "$raw/$file" || return 1
    kube label namespace "$name" --overwrite app.kubernetes.io/managed-by=Helm || return 1
    kube annotate namespace "$name" --overwrite \
      "meta.helm.sh/release-name=$platform" "meta.helm.sh/release-namespace=$namespace" || return 1
  done
}

# The newest revision of a workload; nothing if it is not there.
revision() {
  { on "$1" rollout history @ 2>/dev/null || true; } | awk '$1 ~ /^[0-9]+$/ { last = $1 } END { print last }'
}

deploy() {
  check
  replace_jobs
  roll_out
}

roll_out() {
  local n item
  local -a known=() before=()
  if $undo && [ "$form" != helm ]; then
    for item in $(workloads); do
      known+=("$item")
      before+=("$(revision "$item")")
    done
  fi
  if apply_all; then
    say "$platform is ready in $namespace"
    return
  fi
  say "something did not get ready"
  kube get events --field-selector type=Warning --sort-by=.lastTimestamp >&2 || true
  $undo || exit 1
  if [ "$form" = helm ]; then
    helm_ rollback "$platform" --wait --timeout "${timeout}s"
  fi
  for n in "${!known[@]}"; do
    item=${known[n]}
    if [ -n "${before[n]}" ] && [ "$(revision "$item")" != "${before[n]}" ]; then
      on "$item" rollout undo @ --to-revision="${before[n]}"
      await "$item" || true
    fi
  done
  fail "what changed has its revision before"
}

# The workload of a name, as KIND/NAME.
workload() {
  local item name
  for item in $(workloads); do
    name=${item%@*}
    if [ "${name#*/}" = "$1" ]; then
      printf '%s\n' "$item"
      return
    fi
  done
  wrong "$environment has no Deployment, StatefulSet or DaemonSet $1"
}

set_images() {
  local pair item container
  local -a changed=()
  for pair in "$@"; do
    [[ $pair == *?=?* ]] || wrong "$pair is not NAME=IMAGE"
    item=$(workload "${pair%%=*}") || exit 2
    container=$(on "$item" get @ --output 'jsonpath={.spec.template.spec.containers[0].name}')
    on "$item" set image @ "$container=${pair#*=}"
    changed+=("$item")
  done
  for item in "${changed[@]}"; do
    if ! await "$item"; then
      $undo || fail "$item did not get ready"
      on "$item" rollout undo @
      await "$item" || true
      fail "$item did not get ready, and has its revision before"
    fi
  done
}

update() {
  local answer=0 wave item
  local -a files=()
  if [ ${#names[@]} -gt 0 ]; then
    set_images "${names[@]}"
    return
  fi
  check
  replace_jobs
  if [ "$form" != helm ]; then
    for wave in "${waves[@]}"; do
      for item in $wave; do
        if [[ $item == *@* ]]; then
          on "@${item#*@}" diff --server-side --force-conflicts --filename "$raw/${item%@*}" || answer=$?
          [ $answer -le 1 ] || fail "the difference cannot be told"
        else
          files+=(--filename "$raw/$item")
        fi
      done
    done
    kube diff --server-side --force-conflicts "${files[@]}" || answer=$?
    [ $answer -le 1 ] || fail "the difference cannot be told"
    if [ $answer = 0 ]; then
      say "nothing differs"
      await_all || fail "something is not ready"
      return
    fi
  fi
  roll_out
}

rollback() {
  local item
  local -a chosen=()
  if [ "$form" = helm ] && [ ${#names[@]} = 0 ]; then
    helm_ rollback "$platform" --wait --timeout "${timeout}s"
    return
  fi
  if $all; then
    for item in $(workloads); do
      if [ "$(on "$item" rollout history @ | grep -c '^[0-9]')" -gt 1 ]; then
        chosen+=("$item")
      else
        say "$item has one revision only"
      fi
    done
  else
    [ ${#names[@]} -gt 0 ] || wrong "name what goes back, or say --all"
    for item in "${names[@]}"; do
      item=$(workload "$item") || exit 2
      chosen+=("$item")
    done
  fi
  for item in "${chosen[@]}"; do
    on "$item" rollout undo @
  done
  for item in "${chosen[@]}"; do
    await "$item" || fail "$item did not get ready"
  done
}

status() {
  local item bad=0
  kube get deployments,statefulsets,daemonsets,jobs,cronjobs,horizontalpodautoscalers,pods,services,persistentvolumeclaims
  for item in "${beside[@]}"; do
    on "@${item%% *}" get daemonsets,deployments,statefulsets,pods,services
  done
  for item in $(everything); do
    case "$item" in
    job/*)
      # A Job that was deleted after its end is done.
      [ -n "$(kube get "$item" --ignore-not-found --output name)" ] || continue
      kube wait --for=condition=complete "$item" --timeout=1s || bad=1
      ;;
    rollout.argoproj.io/*)
      case $(kube get "$item" --output 'jsonpath={.status.phase}') in
      Healthy | Paused) ;;
      *) bad=1 ;;
      esac
      ;;
    *=*) on "${item%%=*}" wait --for="${item#*=}" @ --timeout=1s || bad=1 ;;
    *) on "$item" rollout status @ --timeout=1s || bad=1 ;;
    esac
  done
  [ $bad = 0 ] || fail "something is not ready"
}

switch() {
  local entry name service preview budget scaler now next pods
  for entry in "${colors[@]}"; do
    read -r name service preview budget scaler <<<"$entry"
    [ "$name" = "${names[0]:-}" ] || continue
    now=$(kube get service "$service" --output 'jsonpath={.spec.selector.color}')
    next=blue
    [ "$now" != blue ] || next=green
    # The other colour first gets as many pods as have the traffic now.
    pods=$(kube get deployment "$name-$now" --output 'jsonpath={.spec.replicas}')
    kube scale "deployment/$name-$next" --replicas="$pods"
    await "deployment/$name-$next" || fail "$name-$next did not get ready; nothing was switched"
    kube patch service "$service" --type=merge --patch="{\"spec\":{\"selector\":{\"color\":\"$next\"}}}"
    kube patch service "$preview" --type=merge --patch="{\"spec\":{\"selector\":{\"color\":\"$now\"}}}"
    [ "$budget" = - ] ||
      kube patch poddisruptionbudget "$budget" --type=merge \
        --patch="{\"spec\":{\"selector\":{\"matchLabels\":{\"color\":\"$next\"}}}}"
    [ "$scaler" = - ] ||
      kube patch horizontalpodautoscaler "$scaler" --type=merge \
        --patch="{\"spec\":{\"scaleTargetRef\":{\"name\":\"$name-$next\"}}}"
    say "$next has the traffic of $name; write \`active: $next\` into the spec, or the next deploy switches back"
    return
  done
  wrong "switch needs the NAME of something that is blue and green"
}

# Through a port of this machine that nobody uses; it is waited for, and closed by the id of its process.
ask() {
  local service=${names[0]:-} path=${names[1]:-/} port local='' pid log tries alive=true
  [ -n "$service" ] || wrong "ask needs a SERVICE"
  port=${service#*:}
  if [ "$port" = "$service" ]; then
    port=$(kube get service "$service" --output 'jsonpath={.spec.ports[0].port}')
  fi
  log=$(mktemp)
  kube port-forward "service/${service%%:*}" ":$port" >"$log" 2>&1 &
  pid=$!
  # shellcheck disable=SC2064 # the values of now
  trap "kill $pid 2>/dev/null || true; rm -f '$log'" EXIT
  for ((tries = 0; tries < 100; tries++)); do
    # Asked before the log is read: what ends right after has said all that it says.
    kill -0 "$pid" 2>/dev/null || alive=false
    local=$(sed -n 's/^Forwarding from 127\.0\.0\.1:\([0-9]*\) .*/\1/p' "$log")
    [ -z "$local" ] || break
    $alive || fail "$(cat "$log")"
    sleep 0.1
  done
  [ -n "$local" ] || fail "the port of $service does not open"
  curl --fail --silent --show-error --max-time 10 "http://127.0.0.1:$local$path"
}

destroy() {
  local wave item kept='^kind: (Namespace|PersistentVolumeClaim)$' file
  local -a files
  $yes || wrong "destroy deletes $platform in $namespace: say --yes"
  if [ "$form" = helm ]; then
    $with_data || wrong "a release takes its claims with it: say --with-data, or --form raw"
    helm_ uninstall "$platform" --wait --timeout "${timeout}s"
  fi
  $with_data && kept='^kind: Namespace$'
  for ((wave = ${#waves[@]} - 1; wave >= 0; wave--)); do
    files=()
    for item in ${waves[wave]}; do
      while read -r file; do
        if [[ $item == *@* ]]; then
          kubectl ${context:+--context "$context"} --namespace "${item#*@}" \
            delete --ignore-not-found --filename "$file"
        else
          files+=(--filename "$file")
        fi
      done < <(find "$raw/${item%@*}" -name '*.yaml' -exec grep -LE "$kept" {} + | sort)
    done
    if [ ${#files[@]} -gt 0 ]; then
      kube delete --ignore-not-found --timeout="${timeout}s" "${files[@]}"
    fi
  done
  if $with_data; then
    for item in "${beside[@]}"; do
      kube delete namespace "${item%% *}" --ignore-not-found --timeout="${timeout}s"
    done
    kube delete namespace "$namespace" --ignore-not-found --timeout="${timeout}s"
  fi
}

case "$verb" in
check | deploy | status | ask | update | rollback | switch | destroy) "$verb" ;;
*) wrong "there is no verb $verb" ;;
esac
