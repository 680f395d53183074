#!/usr/bin/env bash
# Counts instructions of an update through the driver and by hand; what both need to start is subtracted.
set -euo pipefail
cd "$(dirname "$0")"
cargo build --release --quiet --bin instructions
binary=${CARGO_TARGET_DIR:-target}/release/instructions
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$binary" "$1" "$2" 2>&1 | awk '/Collected/ {print $4}'
}
for how in driven by-hand; do
    few=$(count $how 1000)
    many=$(count $how 3000)
    each=$(( (many - few) / 2000 ))
    echo "$how: $each instructions an update"
    [ "$how" = driven ] && driven=$each
done
echo "the driver adds $(( (driven - each) * 1000 / each )) per mille"
