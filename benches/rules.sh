#!/usr/bin/env bash
# Counts the instructions that one rule takes for a record; what the preparation needs is subtracted.
set -euo pipefail
cd "$(dirname "$0")"
cargo build --release --quiet --bin rules
binary=${CARGO_TARGET_DIR:-target}/release/rules
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$binary" count "$1" "$2" 2>&1 | awk '/Collected/ {print $4}'
}
nothing=$(count mixed 0)
for case in all-hold mixed traced explained from-json; do
    echo "$case: $(( ($(count "$case" 1) - nothing) / 10000 )) instructions a record and rule"
done
