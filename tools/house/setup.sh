# ./minglu setup [LIST...]: installs what is missing, LIST being build, test, torture or lint (default: build test).
# A run that finds everything in place asks no network and takes well under two seconds.
# shellcheck shell=bash

# as_root COMMAND...: directly as root, else through sudo with the proxy settings kept.
as_root() {
  local keep=() name
  for name in http_proxy https_proxy no_proxy; do [[ -z ${!name:-} ]] || keep+=("$name=${!name}"); done
  if ((EUID == 0)); then
    env DEBIAN_FRONTEND=noninteractive "${keep[@]}" "$@"
  else
    sudo -n env DEBIAN_FRONTEND=noninteractive "${keep[@]}" "$@"
  fi
}

may_install() {
  local id='' version=''
  local os_release=${MINGLU_OS_RELEASE:-/etc/os-release}  # another file: for the tests of this script
  if [[ -r $os_release ]]; then
    id=$(source "$os_release" && echo "${ID:-}")
    version=$(source "$os_release" && echo "${VERSION_ID:-}")
  fi
  [[ $id == debian && $version == 12 ]] ||
    die "packages are missing ($1) and this machine is '${id:-unknown} ${version}', not Debian 12; install them by hand or use Debian 12."
  ((EUID != 0)) || return 0
  command -v sudo >/dev/null ||
    die "packages are missing and need root to install; run './minglu setup' once as root, or install sudo."
  sudo -n true 2>/dev/null && return 0
  [[ -t 0 && -z ${CI:-} ]] && sudo -v && return 0
  die "packages are missing and sudo asks for a password; run 'sudo -v' first, or './minglu setup' once as root."
}

# apt_failed LOG WHAT: turns the usual failures of apt into a sentence.
apt_failed() {
  local log="$logs/$1"
  if grep -qiE 'could not get lock|unable to (acquire|lock)|is another process using' "$log"; then
    die "another program holds apt's lock; wait until it is done (or see which: 'fuser /var/lib/dpkg/lock-frontend') and run the same command again."
  elif grep -qiE 'no space left|not enough free space|enough free space' "$log"; then
    die "the disk is full while installing packages; free at least 5 GiB and run the same command again."
  elif grep -qiE 'temporary failure resolving|could not resolve|could not connect|unable to connect|network is unreachable|failed to fetch|timed out' "$log"; then
    die "Debian's package server cannot be reached; check the network, the proxy (http_proxy) and apt's sources, then run the same command again (log: build/logs/$1)."
  elif grep -qiE 'unable to locate package|no installation candidate' "$log"; then
    die "apt does not know one of the packages: $(grep -ioE "(unable to locate package|package) .*" "$log" | head -n 1); check that apt's sources name Debian 12 'main'."
  fi
  die "$2 failed: $(grep -E '^E:' "$log" | head -n 1); see build/logs/$1, then run the same command again."
}

# The tests start PostgreSQL themselves: its package must not create and start a cluster here.
no_cluster() {
  [[ " $* " == *" postgresql-15 "* && ! -e /etc/postgresql-common/createcluster.conf ]] || return 0
  as_root mkdir -p /etc/postgresql-common
  echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
}

apt_options=(-qq -y --no-install-recommends -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 -o APT::Update::Error-Mode=any
  -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0)

install_packages() {
  say "missing packages ($#): $*"
  may_install "$*"
  enough_disk 5
  if [[ -n $(dpkg --audit 2>/dev/null) ]]; then
    step 'finishing an interrupted installation' apt-resume.log as_root dpkg --configure -a ||
      apt_failed apt-resume.log 'dpkg --configure -a'
  fi
  step 'reading package lists' apt-update.log as_root apt-get "${apt_options[@]}" update || apt_failed apt-update.log 'apt-get update'
  no_cluster "$@"
  step "installing $# packages" apt-install.log as_root apt-get "${apt_options[@]}" install "$@" ||
    apt_failed apt-install.log 'apt-get install'
}

# setup LIST...
setup() {
  local names wanted present missing=()
  names=$(packages "$@") || exit 1
  mapfile -t wanted <<<"$names"
  command -v dpkg-query >/dev/null ||
    die "this machine has no dpkg; the set-up knows Debian 12 only. Needed: ${wanted[*]}."
  present=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null | sed -n 's/ installed$//p' || true)
  mapfile -t missing < <(printf '%s\n' "${wanted[@]}" | grep -vxF -f <(printf '%s\n' "${present:-none}") || true)
  if ((${#missing[@]} > 0)); then
    install_packages "${missing[@]}"
  else
    say "setup: all ${#wanted[@]} packages for '$*' are installed"
  fi
  fetch_deps
}

# The DuckDB library comes through npm; deps/fetch.sh leaves it in deps/, checks its digest, and does nothing when it is there.
fetch_deps() {
  step 'DuckDB library' deps.log "$root/deps/fetch.sh" ||
    die "the DuckDB library could not be fetched: $(grep 'fetch.sh:' "$logs/deps.log" | sed 's/.*fetch.sh: //' | tr '\n' ' ')(log: build/logs/deps.log)"
}
