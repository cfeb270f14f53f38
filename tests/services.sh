#!/usr/bin/env bash
# Real services for tests, from Debian packages, on loopback, with private data.
#
#   tests/services.sh start --file ENVFILE --folder DIR SERVICE...
#   tests/services.sh stop  --folder DIR
#
# SERVICE: registry registry-auth registry-tls docker docker26 podman buildah tools
# OPENFAAS_TEST_DOCKER26_BRIDGE=yes gives docker26 a network of its own, for steps that cannot be told to do without.
# ENVFILE gets one `export NAME=value` a line; OPENFAAS_TEST_STARTED names what is up, OPENFAAS_TEST_MISSING what is not.
# A service whose endpoint variable is already set is the caller's: it is neither started nor stopped.
# Exit code 0 also where a service could not be started: that is said loudly, and the tests' requirements decide.
set -uo pipefail

cache=${OPENFAAS_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/openfaas-build-tests}
verb=${1:-}; shift || true
file='' folder='' services=()
while [ $# -gt 0 ]; do
  case "$1" in
    --file) file=$2; shift 2 ;;
    --folder) folder=$2; shift 2 ;;
    -*) echo "services.sh: unknown option $1" >&2; exit 2 ;;
    *) services+=("$1"); shift ;;
  esac
done
[ -n "$folder" ] || { sed -n 2,11p "$0" >&2; exit 2; }
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
# A Unix socket's path holds 107 bytes; the longest name below the folder takes 40 of them.
[ ${#folder} -le 65 ] || { echo "services.sh: $folder is too long for sockets" >&2; exit 2; }

say() { echo "services: $*" >&2; }
loud() { printf '\n*** services: %s\n\n' "$*" >&2; }
publish() { printf 'export %s=%q\n' "$1" "$2" >>"$file"; }
log_of() { echo "--- last lines of $1" >&2; tail -n 15 "$1" >&2; }

# until_ready SECONDS PID COMMAND...: waits until the command succeeds; fails early when the process is gone.
until_ready() {
  local deadline=$((SECONDS + $1)) pid=$2; shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] && kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.1
  done
}

# run_in_background NAME COMMAND...: output to NAME.log (NAME.out for standard output), process id to NAME.pid.
run_in_background() {
  local name=$1; shift
  setsid "$@" >"$folder/$name.out" 2>"$folder/$name.log" </dev/null &
  echo $! >"$folder/$name.pid"
}

apt_updated=''
update_apt() {
  [ -z "$apt_updated" ] || return 0
  apt_updated=yes
  apt-get update -qq >"$folder/apt.log" 2>&1 || say "apt-get update failed; going on with the lists at hand"
}

# need COMMAND=PACKAGE...: installs the packages whose command is missing.
need() {
  local missing=() pair
  for pair in "$@"; do
    PATH="$PATH:/usr/sbin:/sbin" command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  [ "$(id -u)" -eq 0 ] || { say "not root: install by hand: ${missing[*]}"; return 1; }
  update_apt
  # A package must not start a daemon of its own here: the policy file says so to its installer.
  local policy=/usr/sbin/policy-rc.d own=''
  [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy; chmod 755 $policy; own=yes; }
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >>"$folder/apt.log" 2>&1
  local status=$?
  [ -z "$own" ] || rm -f $policy
  [ $status -eq 0 ] || log_of "$folder/apt.log"
  return $status
}

# start_registry NAME VARIABLE HTTP AUTH: one docker-registry on a port of the system's choice; HTTP and AUTH are yaml for its configuration.
# Standard output is its access log: what was sent is read there.
start_registry() {
  local name=$1 variable=$2 http=$3 auth=$4
  mkdir -p "$folder/$name"
  cat >"$folder/$name.yml" <<YAML
version: 0.1
log: { level: info, accesslog: { disabled: false } }
storage: { filesystem: { rootdirectory: $folder/$name }, delete: { enabled: true }, maintenance: { uploadpurging: { enabled: false } } }
http: { addr: "127.0.0.1:0"$http }
$auth
YAML
  run_in_background "$name" docker-registry serve "$folder/$name.yml"
  local pid; pid=$(cat "$folder/$name.pid")
  until_ready 20 "$pid" grep -q 'listening on 127' "$folder/$name.log" || { log_of "$folder/$name.log"; return 1; }
  local address; address=$(grep -oE 'listening on 127\.0\.0\.1:[0-9]+' "$folder/$name.log" | head -1 | grep -oE '127.*')
  publish "$variable" "$address"
  publish "${variable}_LOG" "$folder/$name.out"
  publish "${variable}_FOLDER" "$folder/$name"
}

start_registry_plain() { need docker-registry=docker-registry && start_registry registry OPENFAAS_TEST_REGISTRY '' ''; }

start_registry_auth() {
  need docker-registry=docker-registry htpasswd=apache2-utils openssl=openssl || return 1
  local password; password=$(openssl rand -hex 12)
  htpasswd -Bbn tester "$password" >"$folder/htpasswd" 2>/dev/null || return 1
  start_registry registry-auth OPENFAAS_TEST_REGISTRY_AUTH '' "auth: { htpasswd: { realm: tests, path: $folder/htpasswd } }" || return 1
  publish OPENFAAS_TEST_REGISTRY_AUTH_USER tester
  publish OPENFAAS_TEST_REGISTRY_AUTH_PASSWORD "$password"
}

start_registry_tls() {
  need docker-registry=docker-registry openssl=openssl || return 1
  local c="$folder/certificates"
  mkdir -p "$c"
  {
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout "$c/ca.key" -out "$c/ca.crt" -subj '/CN=tests private authority' \
      -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign &&
    openssl req -newkey rsa:2048 -nodes -keyout "$c/server.key" -out "$c/server.csr" -subj /CN=localhost &&
    openssl x509 -req -in "$c/server.csr" -CA "$c/ca.crt" -CAkey "$c/ca.key" -CAcreateserial -days 2 -out "$c/server.crt" \
      -extfile <(printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n')
  } >"$folder/openssl.log" 2>&1 || { log_of "$folder/openssl.log"; return 1; }
  start_registry registry-tls OPENFAAS_TEST_REGISTRY_TLS ", tls: { certificate: $c/server.crt, key: $c/server.key }" '' || return 1
  publish OPENFAAS_TEST_REGISTRY_TLS_CA "$c/ca.crt"
}

# wrapper NAME COMMAND...: an executable that runs the command with the caller's arguments after its own.
wrapper() {
  local path="$folder/$1"; shift
  { echo '#!/bin/sh'; printf 'exec'; printf ' %q' "$@"; echo ' "$@"'; } >"$path"
  chmod 755 "$path"
}

# Engines of several runs share the machine: a bridge and a subnet nobody has yet.
make_bridge() {
  local n
  for n in $(seq 10 99); do
    ip link add "ofb$n" type bridge 2>/dev/null || continue
    echo "ofb$n" >"$folder/bridge"
    # With an address of its own it keeps it: else it takes over the lowest of its ports, and every container that
    # starts or ends makes the others talk to an address that is gone.
    ip link set "ofb$n" address "02:42:ac:1e:$(printf %02x "$n"):01" && ip addr add "172.30.$n.1/24" dev "ofb$n" && ip link set "ofb$n" up && return 0
  done
  return 1
}

start_docker() {
  need dockerd=docker.io runc=runc iptables=iptables ip=iproute2 || return 1
  [ "$(id -u)" -eq 0 ] || { say "dockerd needs root"; return 1; }
  make_bridge || { say "no bridge can be made"; return 1; }
  local d="$folder/docker"
  mkdir -p "$d"
  run_in_background dockerd env PATH="$PATH:/usr/sbin:/sbin" dockerd --data-root "$d/data" --exec-root "$d/exec" -H "unix://$d/docker.sock" \
    --pidfile "$d/dockerd.pid" --bridge "$(cat "$folder/bridge")" --insecure-registry 127.0.0.0/8
  until_ready 60 "$(cat "$folder/dockerd.pid")" curl -sf --unix-socket "$d/docker.sock" http://d/_ping || { log_of "$folder/dockerd.log"; return 1; }
  wrapper docker-cli /usr/bin/env "DOCKER_CONFIG=$d/config" /usr/bin/docker -H "unix://$d/docker.sock"
  publish OPENFAAS_TEST_DOCKER "unix://$d/docker.sock"
  publish OPENFAAS_TEST_DOCKER_CLI "$folder/docker-cli"
  publish OPENFAAS_TEST_DOCKER_PROGRAM /usr/bin/docker
  publish OPENFAAS_TEST_DOCKER_CONFIG "$d/config"
}

# Debian 13's engine in a folder of its own; the sources list is the machine's own with the other release's name.
fetch_docker26() {
  local root="$cache/docker26" state
  [ ! -x "$root/usr/sbin/dockerd" ] || return 0
  state=$(mktemp -d "$folder/apt.XXXXXX")
  mkdir -p "$state/lists/partial" "$state/archives/partial" "$state/download" "$cache"
  local uri keyring
  uri=$(grep -rhoE '^(URIs:|deb( \[[^]]*\])?) *[a-z]+://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | grep -oE '[a-z]+://[^ ]+' | head -1)
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -n "$uri" ] && [ -e $keyring ] || { say "no Debian source found on this machine"; return 1; }
  echo "deb [signed-by=$keyring] $uri trixie main" >"$state/sources.list"
  local options=(-o "Dir::Etc::sourcelist=$state/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$state/lists"
    -o "Dir::Cache=$state" -o Dir::State::status=/dev/null -o APT::Sandbox::User=root)
  say "fetching the Docker engine of Debian 13"
  (
    cd "$state/download" &&
    apt-get "${options[@]}" update -qq &&
    apt-get "${options[@]}" download -qq docker.io containerd docker-cli docker-buildx
  ) >>"$folder/apt.log" 2>&1 || { log_of "$folder/apt.log"; return 1; }
  local package
  for package in "$state"/download/*.deb; do dpkg -x "$package" "$state/root" || return 1; done
  rm -f "$state/root/usr/sbin/runc" "$state/root/usr/bin/runc"
  mv -T "$state/root" "$root" 2>/dev/null || [ -x "$root/usr/sbin/dockerd" ] || return 1
  rm -rf "$state"
}

start_docker26() {
  [ "$(id -u)" -eq 0 ] || { say "dockerd needs root"; return 1; }
  need runc=runc iptables=iptables ip=iproute2 && fetch_docker26 || return 1
  local d="$folder/docker26" root="$cache/docker26"
  # Without rules for the machine's packets: another engine's stay as they are, and two engines that start at once do not
  # both make the same chain, which ends one of them.
  local network=(--iptables=false --ip6tables=false --ip-masq=false --bridge)
  if [ -z "${OPENFAAS_TEST_DOCKER26_BRIDGE:-}" ]; then network+=(none); else make_bridge && network+=("$(cat "$folder/bridge")") || return 1; fi
  local path="$root/usr/bin:$root/usr/sbin:$PATH:/usr/sbin:/sbin"
  mkdir -p "$d/config"
  cat >"$d/containerd.toml" <<TOML
version = 2
root = "$d/croot"
state = "$d/cstate"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "$d/c.sock"
TOML
  run_in_background containerd26 env PATH="$path" "$root/usr/bin/containerd" -c "$d/containerd.toml"
  until_ready 30 "$(cat "$folder/containerd26.pid")" test -S "$d/c.sock" || { log_of "$folder/containerd26.log"; return 1; }
  echo '{"features":{"containerd-snapshotter":true},"insecure-registries":["127.0.0.0/8"]}' >"$d/d.json"
  run_in_background dockerd26 env PATH="$path" "$root/usr/sbin/dockerd" --config-file "$d/d.json" --containerd "$d/c.sock" --data-root "$d/data" \
    --exec-root "$d/exec" -H "unix://$d/docker.sock" --pidfile "$d/dockerd.pid" "${network[@]}"
  until_ready 60 "$(cat "$folder/dockerd26.pid")" curl -sf --unix-socket "$d/docker.sock" http://d/_ping || { log_of "$folder/dockerd26.log"; return 1; }
  echo "{\"cliPluginsExtraDirs\":[\"$root/usr/libexec/docker/cli-plugins\"]}" >"$d/config/config.json"
  wrapper docker26-cli /usr/bin/env "DOCKER_CONFIG=$d/config" "$root/usr/bin/docker" -H "unix://$d/docker.sock"
  publish OPENFAAS_TEST_DOCKER26 "unix://$d/docker.sock"
  publish OPENFAAS_TEST_DOCKER26_CLI "$folder/docker26-cli"
  publish OPENFAAS_TEST_DOCKER26_PROGRAM "$root/usr/bin/docker"
  publish OPENFAAS_TEST_DOCKER26_CONFIG "$d/config"
  publish OPENFAAS_TEST_DOCKER26_CONTAINERD "$d/c.sock"
  publish OPENFAAS_TEST_DOCKER26_CTR "$root/usr/bin/ctr"
}

start_podman() {
  need podman=podman runc=runc iptables=iptables /usr/lib/podman/netavark=netavark || return 1
  local d="$folder/podman"
  mkdir -p "$d"
  local own=(--runtime runc --root "$d/data" --runroot "$d/run" --network-config-dir "$d/networks" --network-backend netavark --cgroup-manager cgroupfs --events-backend file)
  # Podman asks for limits above its own, which a machine without CAP_SYS_RESOURCE refuses.
  printf '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n' >"$d/containers.conf"
  run_in_background podman env "CONTAINERS_CONF=$d/containers.conf" podman "${own[@]}" system service --time 0 "unix://$d/podman.sock"
  until_ready 30 "$(cat "$folder/podman.pid")" curl -sf --unix-socket "$d/podman.sock" http://d/_ping || { log_of "$folder/podman.log"; return 1; }
  wrapper podman-cli /usr/bin/env "CONTAINERS_CONF=$d/containers.conf" podman "${own[@]}"
  publish OPENFAAS_TEST_PODMAN "unix://$d/podman.sock"
  publish OPENFAAS_TEST_PODMAN_CLI "$folder/podman-cli"
}

start_buildah() {
  need buildah=buildah runc=runc || return 1
  wrapper buildah-cli buildah --root "$folder/buildah/data" --runroot "$folder/buildah/run" --storage-driver vfs
  publish OPENFAAS_TEST_BUILDAH "$folder/buildah-cli"
}

# Command-line tools that tests check results with, the packages that base images are made of, and the compiler that links the native worker.
start_tools() { need skopeo=skopeo umoci=umoci busybox=busybox-static git=git curl=curl jq=jq sshd=openssh-server gcc=gcc gencat=libc6-dev; publish OPENFAAS_TEST_TOOLS yes; }

start() {
  [ -n "$file" ] || { say "--file is missing"; exit 2; }
  : >"$file"
  need curl=curl || true
  local service started=() missing=() variable
  for service in "${services[@]}"; do
    variable=OPENFAAS_TEST_$(echo "$service" | tr 'a-z-' 'A-Z_')
    if [ -n "${!variable:-}" ]; then say "$service: given by $variable"; started+=("$service"); continue; fi
    local begin=$SECONDS function=start_${service//-/_}
    [ "$service" != registry ] || function=start_registry_plain
    declare -F "$function" >/dev/null || { say "unknown service $service"; exit 2; }
    if $function; then
      started+=("$service"); say "$service: up after $((SECONDS - begin)) s"
    else
      missing+=("$service"); loud "$service COULD NOT BE STARTED on this machine; tests that need it are skipped or fail as OPENFAAS_TEST_REQUIRE says"
    fi
  done
  publish OPENFAAS_TEST_STARTED "$(IFS=,; echo "${started[*]-}")"
  publish OPENFAAS_TEST_MISSING "$(IFS=,; echo "${missing[*]-}")"
}

# end_process PID SECONDS: TERM, then KILL.
end_process() {
  kill -TERM "$1" 2>/dev/null || return 0
  local deadline=$((SECONDS + $2))
  while kill -0 "$1" 2>/dev/null; do
    [ $SECONDS -lt $deadline ] || { kill -KILL "$1" 2>/dev/null; break; }
    sleep 0.1
  done
}

# own_processes: ids of container shims, monitors and containerds that name this folder in their arguments.
own_processes() {
  local process
  for process in /proc/[0-9]*; do
    case "$({ tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null)" in
      *services.sh*) ;;
      *containerd*"$folder/"*|*conmon*"$folder/"*) echo "${process#/proc/}" ;;
    esac
  done
}

# forget_bridge NAME: removes the bridge and the rules that the engine left for it.
forget_bridge() {
  local table rule
  for table in nat filter; do
    iptables -t $table -S 2>/dev/null | grep -w -- "$1" | sed 's/^-A/-D/' | while read -r rule; do
      # shellcheck disable=SC2086 # a rule is a list of words
      iptables -t $table $rule 2>/dev/null
    done
  done
  ip link del "$1" 2>/dev/null
}

stop() {
  local name process mount names=(dockerd dockerd26 containerd26 podman registry registry-auth registry-tls)
  if [ -x "$folder/podman-cli" ]; then "$folder/podman-cli" rm -af -t 0 >/dev/null 2>&1; fi
  for name in docker docker26; do
    if [ -x "$folder/$name-cli" ]; then "$folder/$name-cli" ps -aq 2>/dev/null | xargs -r "$folder/$name-cli" rm -f >/dev/null 2>&1; fi
  done
  # All are told first, so that they end side by side; containerd goes after the engine that uses it.
  for name in "${names[@]}"; do
    [ ! -e "$folder/$name.pid" ] || [ "$name" = containerd26 ] || kill -TERM "$(cat "$folder/$name.pid")" 2>/dev/null
  done
  for name in "${names[@]}"; do
    [ ! -e "$folder/$name.pid" ] || end_process "$(cat "$folder/$name.pid")" 20
  done
  for process in $(own_processes); do end_process "$process" 5; done
  [ ! -e "$folder/bridge" ] || forget_bridge "$(cat "$folder/bridge")"
  awk -v root="$folder/" 'index($5, root) == 1 { print $5 }' /proc/self/mountinfo | sort -r | while read -r mount; do umount -l "$mount" 2>/dev/null; done
  rm -rf "${folder:?}"
}

case "$verb" in
  start) start ;;
  stop) stop ;;
  *) sed -n 2,11p "$0" >&2; exit 2 ;;
esac
