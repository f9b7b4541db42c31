# shellcheck shell=bash disable=SC2154
# Sourced by ./sextant and ./check, which set `root` and `launcher`: installs the packages that are
# missing, then configures and builds what has changed. Everything said here goes to stderr.

readonly EXIT_UNAVAILABLE=69  # something is missing that cannot be installed or written from here
readonly EXIT_INTERNAL=70     # the build failed

readonly program=$root/build/release/bin/sextant
# Older than every source that the program was built from.
readonly stamp=$root/build/release/.built

say() { printf '%s: %s\n' "$launcher" "$*" >&2; }

# True when nothing that the program is built from has changed since then. A folder is newer when a
# file in it was added or removed; the log of HEAD, when another commit is checked out.
up_to_date() {
  [[ -x $program && -e $stamp ]] || return 1
  local -a inputs=("$root"/{CMakeLists.txt,CMakePresets.json,packages.txt}
                   "$root"/{cmake,include,sim,src,calibrate,reports/dist})
  [[ -e $root/.git/logs/HEAD ]] && inputs+=("$root/.git/logs/HEAD")
  [[ -z $(find "${inputs[@]}" -newer "$stamp" -print -quit) ]]
}

# One build at a time. The lock goes with the process that took it.
lock_build_folder() {
  if ! mkdir -p "$root/build/release" 2>/dev/null || [[ ! -w $root/build/release ]]; then
    say "cannot write to $root/build: copy the repository to a folder of yours"
    exit "$EXIT_UNAVAILABLE"
  fi
  exec 9>"$root/build/.lock"
  flock --nonblock 9 || { say "waiting for another build"; flock 9; }
}

# packages KIND...: the names of these kinds in packages.txt, one a line.
packages() {
  awk -v kinds=" $* " '$1 != "#" && $2 == "#" && index(kinds, " " $3 " ") { print $1 }' \
    "$root/packages.txt"
}

# missing_packages KIND...: those of them that are neither installed nor provided by a package that
# is, one a line: other builds of nodejs than Debian's bring npm along, and conflict with its own.
missing_packages() {
  { dpkg-query -W -f '${db:Status-Status} ${Package}, ${Provides}\n' 2>/dev/null || true
    packages "$@" | sed 's/^/wanted /'
  } | awk -F '[ ,]+' '$1 == "installed" { for (i = 2; i <= NF; ++i) have[$i] = 1 }
                      $1 == "wanted" && !have[$2] { print $2 }'
}

# install_packages KIND...: installs what is missing; exits with the exact command when it cannot.
install_packages() {
  if ! command -v dpkg-query >/dev/null; then
    say "this is not Debian: building with what is here (packages.txt lists what Sextant needs)"
    return
  fi
  local -a missing
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0

  local -a install=(apt-get install -y --no-install-recommends "${missing[@]}")
  local by_hand="apt-get update && ${install[*]}"
  local -a as_root=(env DEBIAN_FRONTEND=noninteractive LC_ALL=C)
  if ((EUID != 0)); then
    as_root=(sudo "${as_root[@]}")
    if ! command -v sudo >/dev/null || { [[ ! -t 0 ]] && ! sudo -n true 2>/dev/null; }; then
      say "Debian packages are missing (${#missing[@]}). Run this as root, then start again:"
      printf '    %s\n' "$by_hand" >&2
      exit "$EXIT_UNAVAILABLE"
    fi
  fi

  say "installing Debian packages and what they need: ${missing[*]}"
  local log=$root/build/packages.log started=$SECONDS
  # Without a network the update fails, but apt may have the packages already.
  "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 update </dev/null >"$log" 2>&1 || true
  if ! "${as_root[@]}" "${install[@]}" -o DPkg::Lock::Timeout=300 </dev/null >>"$log" 2>&1; then
    grep -E '^(E|W|Err)' "$log" | tail -n 20 >&2 || true
    say "apt-get failed (full log: $log). Run this as root, then start again:"
    printf '    %s\n' "$by_hand" >&2
    exit "$EXIT_UNAVAILABLE"
  fi
  say "packages installed in $((SECONDS - started)) s"
}

# Reads ninja's "[finished/total] step" lines, keeps them in the log, and shows one line: on a
# terminal it moves, elsewhere a new one appears at every quarter.
show_progress() {
  local log=$1 line finished total left quarter shown=0 started=$SECONDS
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
    finished=${BASH_REMATCH[1]} total=${BASH_REMATCH[2]}
    if [[ -t 2 ]]; then
      left=$(((SECONDS - started) * (total - finished) / (finished > 0 ? finished : 1)))
      printf '\r%s: building, %d of %d steps, %d s, about %d s left \033[K' \
        "$launcher" "$finished" "$total" $((SECONDS - started)) "$left" >&2
    else
      quarter=$((4 * finished / total))
      if ((quarter > shown && SECONDS - started >= 5)); then
        say "building, $finished of $total steps, $((SECONDS - started)) s"
        shown=$quarter
      fi
    fi
  done
  if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
}

# As many jobs as cores, but no more than there is memory for: a C++ file needs up to 1 GB.
build_jobs() {
  local memory_gb jobs
  jobs=$(nproc)
  memory_gb=$(awk '/^MemAvailable/ { print int($2 / 1048576) }' /proc/meminfo 2>/dev/null || true)
  if [[ $memory_gb ]] && ((jobs > memory_gb)); then jobs=$((memory_gb > 1 ? memory_gb : 1)); fi
  echo "$jobs"
}

# build_preset PRESET "CMAKE OPTIONS" TARGET...: configures and builds in build/PRESET.
build_preset() {
  local preset=$1 options=$2 folder=$root/build/$1 log=$root/build/$1.log started=$SECONDS
  shift 2
  # A folder that was copied or moved remembers where it was configured.
  if [[ -e $folder/CMakeCache.txt ]] &&
      ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt"; then
    options+=" --fresh"
  fi
  # shellcheck disable=SC2086  # options are words
  if ! (cd "$root" && cmake --preset "$preset" $options) >"$log" 2>&1; then
    grep -A 12 -E 'CMake Error' "$log" | head -n 40 >&2 || true
    say "configuring preset $preset failed; full log: $log"
    exit "$EXIT_INTERNAL"
  fi
  if ! NINJA_STATUS='[%f/%t] ' ninja -C "$folder" -j "$(build_jobs)" "$@" 2>&1 |
      show_progress "$log"; then
    grep -A 30 -m 1 -E '^FAILED' "$log" | cut -c 1-400 >&2 || true
    say "building preset $preset failed; full log: $log"
    exit "$EXIT_INTERNAL"
  fi
  say "built preset $preset in $((SECONDS - started)) s"
}

# build_release "CMAKE OPTIONS" TARGET...: the preset that ./sextant runs, and its stamp.
build_release() {
  touch "$stamp.started"
  build_preset release "$@"
  mv "$stamp.started" "$stamp"
}
