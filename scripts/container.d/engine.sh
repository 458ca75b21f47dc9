# shellcheck shell=bash
# What scripts/test-container needs of a container engine, over podman, docker or $CONTAINER_IMAGE_TOOL.
# All containers run on the host's network, so that addresses are the same for each of them.

engine=${CONTAINER_IMAGE_TOOL:-$(command -v podman || command -v docker || true)}
if [[ -z $engine ]]; then
  echo "no podman, no docker, no \$CONTAINER_IMAGE_TOOL" >&2
  exit 77
fi
is_tool=${CONTAINER_IMAGE_TOOL:+yes}
export BUILDAH_FORMAT=docker  # podman's and buildah's own format has no HEALTHCHECK
declare -A started=()
: "${work:?is set by scripts/test-container}"

build_image() {  # NAME CONTEXT
  "$engine" build -t "$1" "$2"
}

image_mib() {
  if [[ $is_tool ]]; then
    "$engine" size "$1"
  else
    "$engine" image inspect --format '{{.Size}}' "$1" | awk '{ print int($1 / 1048576 + 0.5) }'
  fi
}

# NAME [-v HOST:DIR[:ro]]... -- COMMAND...; the command's exit code.
run_image() {
  local image=$1 volumes=()
  shift
  while [[ $1 != -- ]]; do
    volumes+=("$1")
    shift
  done
  shift
  if [[ $is_tool ]]; then
    "$engine" run "$image" "${volumes[@]}" -- "$@"
  else
    "$engine" run --rm --network host "${volumes[@]}" --entrypoint "$1" "$image" "${@:2}"
  fi
}

# CONTAINER IMAGE [-v ...] -- COMMAND...: in the background, output in $work/CONTAINER.out.
start() {
  local name=$1
  shift
  run_image "$@" >"$work/$name.out" 2>&1 &
  started[$name]=$!
}

descendants() {  # PID: itself and all below it
  local child
  echo "$1"
  for child in $(pgrep -P "$1" || true); do descendants "$child"; done
}

# The process headgate of a container: a descendant of the engine's client, or for a daemon's container, the one whose
# command line is ours.
pid_of() {
  local pid
  for pid in $(descendants "${started[$1]}"); do
    if [[ $(cat "/proc/$pid/comm" 2>/dev/null) == headgate ]]; then
      echo "$pid"
      return
    fi
  done
  pgrep -f -n "^/usr/bin/headgate run --config /etc/headgate/config.json"
}

wait_for() {  # CONTAINER; its exit code
  local pid=${started[$1]}
  unset "started[$1]"
  wait "$pid"
}

stop_all() {
  local name pid
  for name in "${!started[@]}"; do
    for pid in $(descendants "${started[$name]}"); do kill -TERM "$pid" 2>/dev/null || true; done
    wait "${started[$name]}" 2>/dev/null || true
  done
}

# IMAGE FOLDER PORT: serves with every file system read-only but the logs.
test_read_only() {
  local image=$1 folder=$2 port=$3 root
  cat >"$folder/config/config.json" <<JSON
{
  "listeners": [{ "name": "web", "address": "127.0.0.1:$port" }],
  "routes": [{ "name": "all", "match": { "path_prefix": "/" }, "respond": { "body": "read-only root" } }],
  "logging": { "directory": "/var/log/headgate", "access": true }
}
JSON
  rm -f "$folder"/logs/*
  if [[ $is_tool ]]; then
    # The tool cannot: the root is copied from a container that runs, and a chroot does it.
    start donor "$image" -- /usr/bin/headgate demo-backend --listen 127.0.0.1:0 --name donor
    until_true grep -qs "listens on" "$folder/donor.out"
    root=$folder/root
    mkdir "$root"
    (cd "/proc/$(pid_of donor)/root" && cp -a usr lib* etc var "$root")
    # shellcheck disable=SC2016  # expanded inside
    unshare --mount bash -euc '
      mount --bind "$1/root" "$1/root"
      mount --bind "$1/config" "$1/root/etc/headgate"
      mount --bind "$1/logs" "$1/root/var/log/headgate"
      mount -o remount,ro,bind "$1/root"
      mount -o remount,ro,bind "$1/root/etc/headgate"
      exec chroot --userspec=65532:65532 "$1/root" /usr/bin/headgate run --config /etc/headgate/config.json
    ' - "$folder" >"$folder/read-only.out" 2>&1 &
    started[read-only]=$!
  else
    "$engine" run --rm --read-only --cap-drop ALL --security-opt no-new-privileges --network host \
      -v "$folder/config:/etc/headgate:ro" -v "$folder/logs:/var/log/headgate" "$image" \
      >"$folder/read-only.out" 2>&1 &
    started[read-only]=$!
  fi
  until_true answers / "read-only root" && until_true has_bytes "$folder/logs/access_"
}
