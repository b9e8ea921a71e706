# The services as separate processes of one person, on one machine, without systemd: `tools/snp up`, `down`, `status`. Sourced by tools/snp, which
# gives top (the checkout), build, json, say and die.
#
# Everything lives in build/up: Redis' data, logs, pid files, the development issuer's key. Only processes noted there are ever signalled.
# shellcheck shell=bash disable=SC2154

up=$build/up
services=(registry matcher regulation)

# The socket's path must stay below 108 characters: a deep checkout gets a private folder under /tmp instead.
redis_socket() {
  local socket=$up/redis.sock folder
  if [ ${#socket} -gt 100 ]; then
    folder=/tmp/snp-$(id -u)-$(printf %s "$top" | cksum | cut -d' ' -f1)
    mkdir -p "$folder"
    chmod 700 "$folder" 2>/dev/null || true
    if [ ! -O "$folder" ]; then die "$folder belongs to somebody else"; fi
    socket=$folder/redis.sock
  fi
  echo "$socket"
}

# A process is ours when the pid file's pid still has the start time that we noted: pids are used again.
started_at() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
own_pid() {
  local pid since
  read -r pid since 2>/dev/null <"$up/$1.pid" || return 1
  if [ -n "$since" ] && [ "$(started_at "$pid")" = "$since" ]; then echo "$pid"; else return 1; fi
}

start_process() {
  local name=$1 pid
  shift
  if own_pid "$name" >/dev/null; then return 0; fi
  setsid "$@" </dev/null >>"$up/$name.log" 2>&1 9>&- &
  pid=$!
  echo "$pid $(started_at "$pid")" >"$up/$name.pid"
}

stop_process() {
  local name=$1 pid turn
  pid=$(own_pid "$name") || { rm -f "$up/$name.pid"; return 0; }
  kill -TERM "$pid" 2>/dev/null || true
  for turn in $(seq 1 150); do
    if ! own_pid "$name" >/dev/null; then break; fi
    if [ "$turn" = 150 ]; then kill -KILL "$pid" 2>/dev/null || true; fi
    sleep 0.1
  done
  rm -f "$up/$name.pid"
  say "$name ended"
}

# The given port, or the next one that nobody listens on.
free_port() {
  local port=$1
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 10)); done
  echo "$port"
}

start_all() {
  local name socket port metrics address=() turn
  umask 077
  mkdir -p "$up/redis"
  socket=$(redis_socket)
  if [ ! -f "$up/dev-key.pem" ]; then
    # The development issuer's key: tokens of this installation only, readable by its owner only.
    openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$up/dev-key.pem" 2>/dev/null ||
      openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$up/dev-key.pem" 2>/dev/null
    openssl pkey -in "$up/dev-key.pem" -pubout -out "$up/dev-key.pub.pem"
  fi
  start_process redis redis-server "$top/deploy/redis/redis.conf" --unixsocket "$socket" --unixsocketperm 700 --dir "$up/redis"
  for turn in $(seq 1 100); do
    if [ "$(redis-cli -s "$socket" ping 2>/dev/null)" = PONG ]; then break; fi
    own_pid redis >/dev/null || die "redis-server ended: see $up/redis.log"
    if [ "$turn" = 100 ]; then die "redis-server does not answer: see $up/redis.log"; fi
    sleep 0.1
  done
  port=7701 metrics=9101
  for name in "${services[@]}"; do
    if ! own_pid "$name" >/dev/null; then
      echo "127.0.0.1:$(free_port $port) 127.0.0.1:$(free_port $metrics)" >"$up/$name.address"
    fi
    port=$((port + 1)) metrics=$((metrics + 1))
  done
  for name in "${services[@]}"; do
    read -r -a address <"$up/$name.address"
    local flags=(--listen "${address[0]}" --metrics-listen "${address[1]}" --redis "unix:$socket" --token-key "$up/dev-key.pub.pem" --communes "$top/tools/scenario/data/communes.csv" --reflection)
    case $name in
      matcher) flags+=(--departments 95 --policies "$top/services/matcher/policies") ;;
      regulation)
        flags+=(--departments 95 --registry "$(cut -d' ' -f1 "$up/registry.address")" --matcher "$(cut -d' ' -f1 "$up/matcher.address")" --service-key "$up/dev-key.pem")
        ;;
    esac
    start_process "$name" "$build/release/services/$name/snp-$name" "${flags[@]}"
  done
  wait_serving
}

# SERVING as the service's own metrics endpoint says.
health_of() {
  local pid address=()
  if ! pid=$(own_pid "$1"); then echo down; return; fi
  if [ "$1" = redis ]; then
    if [ "$(redis-cli -s "$(redis_socket)" ping 2>/dev/null)" = PONG ]; then echo serving; else echo starting; fi
    return
  fi
  read -r -a address <"$up/$1.address"
  case $(http_get "${address[1]}" /metrics | sed -n 's/^snp_serving\({[^}]*}\)\? //p') in
    1 | 1.0) echo serving ;;
    '') echo starting ;;
    *) echo "not serving" ;;
  esac
}
http_get() {
  (
    exec 3<>"/dev/tcp/${1%:*}/${1##*:}" || exit 1
    printf 'GET %s HTTP/1.0\r\nHost: %s\r\n\r\n' "$2" "$1" >&3
    timeout 2 cat <&3 | tr -d '\r'
  ) 2>/dev/null || true
}

wait_serving() {
  local name turn
  for name in "${services[@]}"; do
    for turn in $(seq 1 300); do
      if [ "$(health_of "$name")" = serving ]; then break; fi
      own_pid "$name" >/dev/null || { tail -5 "$up/$name.log" >&2; die "$name ended: see $up/$name.log"; }
      if [ "$turn" = 300 ]; then die "$name does not serve after 30 s: see $up/$name.log"; fi
      sleep 0.1
    done
  done
}

# One line per process; exit status 0 only when all serve.
show_status() {
  local name health line address=() all=0 objects=()
  for name in redis "${services[@]}"; do
    health=$(health_of "$name")
    if [ "$health" != serving ]; then all=1; fi
    address=(unix:"$(redis_socket)" "")
    if [ "$name" != redis ]; then read -r -a address 2>/dev/null <"$up/$name.address" || address=("" ""); fi
    line=$(printf '%-11s %-12s pid %-8s %s' "$name" "$health" "$(own_pid "$name" || echo -)" "${address[0]}")
    if [ "$name" != redis ] && [ -n "${address[1]}" ]; then line+="  metrics http://${address[1]}/metrics"; fi
    if [ $json = 0 ]; then echo "$line"; else say "$line"; fi
    objects+=("\"$name\":{\"state\":\"$health\",\"address\":\"${address[0]}\"}")
  done
  if [ $json = 1 ]; then (IFS=,; echo "{${objects[*]}}"); fi
  return $all
}

# What snpctl must know to talk to the services of `up`, when they are there.
export_addresses() {
  local name
  for name in "${services[@]}"; do
    if own_pid "$name" >/dev/null; then export "SNP_${name^^}=$(cut -d' ' -f1 "$up/$name.address")"; fi
  done
}

# use_token ROLE[=PLACE]: a token of the development issuer, unless the caller brings one.
use_token() {
  local role=${1%%=*} places=()
  if [ -n "${SNP_TOKEN:-}" ] || [ ! -f "$up/dev-key.pem" ]; then return 0; fi
  if [ "$role" != "$1" ]; then places=(--places "${1#*=}"); fi
  SNP_TOKEN=$("$build/release/tools/snpctl/snpctl" token --key-file "$up/dev-key.pem" --role "$role" --subject "dev-$role" "${places[@]}") ||
    die "no token for '$1'"
  export SNP_TOKEN
}
