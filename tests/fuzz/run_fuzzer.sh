#!/bin/sh
# Runs one fuzzer: run_fuzzer.sh PROGRAM SECONDS CORPUS FAIL SEEDS. SEXTANT_FUZZ_SECONDS of the
# environment goes before SECONDS. Found inputs stay in CORPUS; those that fail go to FAIL.
set -eu
program=$1 seconds=${SEXTANT_FUZZ_SECONDS:-$2} corpus=$3 fail=$4 seeds=$5
mkdir -p "$corpus" "$fail"
dictionary=$(dirname "$0")/$(basename "$program").dict
set -- -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
  -print_final_stats=1 -artifact_prefix="$fail/"
if [ -f "$dictionary" ]; then
  set -- "$@" -dict="$dictionary"
fi
exec "$program" "$@" "$corpus" "$seeds" "$fail"
