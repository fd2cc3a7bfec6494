#!/usr/bin/env bash
@HEADER@
#
# Builds the images of the platform's own services, and pushes them. Asks nothing.
# Prints one line for each image that was pushed, which `kgen render ENV` takes as an argument:
#   --image=NAME=REPOSITORY@sha256:…
# Needs bash 4.4 and docker.
set -euo pipefail

usage() {
  cat <<'END'
usage: build-images.sh [OPTIONS] [NAME …]

NAME: @NAMES@ [all]

  --registry R   registry, with the path in it, of images whose spec names none [REGISTRY, or @REGISTRY@]
  --tag TAG      tag of all images [TAG, or that of the spec]
  --source DIR   the platform's folder, which the folders of the source are relative to [SOURCE, or that of out/]
  --push         push, and print the digests

Exit codes: 0 done, 1 failed, 2 wrong arguments. Variables of `.env` in the current folder are read first.
END
}

say() { printf '%s\n' "$*" >&2; }

wrong() {
  say "build-images.sh: $*"
  say "build-images.sh --help says more"
  exit 2
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [ -f .env ]; then
  set -a
  # shellcheck source=/dev/null
  . ./.env
  set +a
fi

registry=${REGISTRY:-@REGISTRY@}
tag=${TAG:-}
source=${SOURCE:-$here/../..}
push=false
names=()
# shellcheck disable=SC2034 # every image may name its registry itself
while [ $# -gt 0 ]; do
  case "$1" in
  --registry | --tag | --source)
    [ $# -ge 2 ] || wrong "$1 needs a value"
    case "$1" in
    --registry) registry=$2 ;;
    --tag) tag=$2 ;;
    --source) source=$2 ;;
    esac
    shift
    ;;
  --push) push=true ;;
  -h | --help | help)
    usage
    exit 0
    ;;
  -*) wrong "there is no option $1" ;;
  *) names+=("$1") ;;
  esac
  shift
done
known=(@NAMES_WORDS@)
[ ${#names[@]} -gt 0 ] || names=("${known[@]}")

# build NAME REGISTRY REPOSITORY TAG FOLDER DOCKERFILE [ARGUMENT …]
# REGISTRY is empty where the spec names none, DOCKERFILE where the source has one.
build() {
  local name=$1 host=${2:-$registry} image digest folder=$source/$5 dockerfile=$6
  local repository=${host:+$host/}$3
  image=$repository:${tag:-$4}
  shift 6
  [ -d "$folder" ] || {
    say "build-images.sh: there is no source of $name in $folder"
    exit 1
  }
  say "== $image"
  docker build --pull --tag "$image" --file "${dockerfile:-$folder/Dockerfile}" "$@" "$folder" >&2
  if $push; then
    docker push "$image" >&2
    digest=$(docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$image" |
      grep -F -m 1 "$repository@" || true)
    [ -n "$digest" ] || {
      say "build-images.sh: the registry gave no digest of $image"
      exit 1
    }
    printf -- '--image=%s=%s\n' "$name" "$digest"
  fi
}

for name in "${names[@]}"; do
  case "$name" in
@CASES@
  *) wrong "there is no image $name" ;;
  esac
done
