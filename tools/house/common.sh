# Shared by the house scripts: where things are, how they talk, how a step runs. Sourced by ./minglu, which sets `root`.
# All talk goes to standard error, so that the standard output of a command is its result and nothing else.
# shellcheck shell=bash

house="$root/tools/house"
logs="$root/build/logs"
started=$SECONDS

if [[ -t 2 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
  bold=$'\e[1m' red=$'\e[31m' plain=$'\e[0m' live=1
else
  bold='' red='' plain='' live=''
fi

# say WORDS: one line of progress with the seconds since the start.
say() { printf '%s[%4ds]%s %s\n' "$bold" $((SECONDS - started)) "$plain" "$*" >&2; }

# die SENTENCE: says what to do, and ends.
die() {
  printf '%sminglu: %s%s\n' "$red" "$*" "$plain" >&2
  exit 1
}

# step TITLE LOG COMMAND...: runs a command quietly, its output in build/logs/LOG. A terminal sees the log's last line
# move; other outputs get a sign of life every 60 s. Returns the command's status.
step() {
  local title=$1 log=$2 begin=$SECONDS status=0 pid shown=''
  shift 2
  mkdir -p "$logs"
  say "$title ..."
  "$@" >"$logs/$log" 2>&1 </dev/null &
  pid=$!
  # shellcheck disable=SC2064  # the process id of now is meant
  trap "kill $pid 2>/dev/null; exit 130" INT TERM
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    if [[ -n $live ]]; then
      shown=1
      printf '\r\e[K[%4ds] %.100s' $((SECONDS - started)) "$(tail -n 1 "$logs/$log" | tr -d '\r')" >&2
    elif ((SECONDS - begin > 0 && (SECONDS - begin) % 60 == 0)); then
      say "$title: $((SECONDS - begin)) s so far"
      sleep 0.9
    fi
  done
  wait "$pid" || status=$?
  trap - INT TERM
  [[ -z $shown ]] || printf '\r\e[K' >&2
  if ((status == 0)); then
    say "$title: done in $((SECONDS - begin)) s"
  else
    say "$title: ${red}failed${plain} (exit $status) after $((SECONDS - begin)) s; log: build/logs/$log"
  fi
  return "$status"
}

# packages LIST...: the packages of packages-LIST.txt, without those whose (command) is here from elsewhere.
packages() {
  local list package command
  for list in "$@"; do
    [[ -f $house/packages-$list.txt ]] || die "there is no package list '$list'; allowed: build, test, torture, lint, bench, browser."
    while read -r package command; do
      [[ $command == '('*')' ]] && command -v "${command:1:-1}" >/dev/null && continue
      echo "$package"
    done < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "$house/packages-$list.txt")
  done
}

# jobs_max: parallel compilers: one per core, and 1.5 GiB of memory each.
jobs_max() {
  local cores by_memory
  cores=$(nproc)
  by_memory=$(awk '/^MemAvailable:/ {print int($2 / 1572864)}' /proc/meminfo)
  ((by_memory >= 1)) || by_memory=1
  echo $((cores < by_memory ? cores : by_memory))
}

# enough_disk GIB: stops when the project's file system has less.
enough_disk() {
  local free
  free=$(df -Pk "$root" | awk 'NR == 2 {print int($4 / 1048576)}')
  ((free >= $1)) || die "only $free GiB are free where the project stands and $1 GiB are needed; free some space and run the same command again."
}
