#!/usr/bin/env bash
# Counts instructions of an update through the driver and by hand, of what is created and of an imported row; what each
# needs to start is subtracted.
set -euo pipefail
cd "$(dirname "$0")"
cargo build --release --quiet --bin instructions
binary=${CARGO_TARGET_DIR:-target}/release/instructions
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$binary" "$1" "$2" 2>&1 | awk '/Collected/ {print $4}'
}
each() {
    echo $(( ($(count "$1" 3000) - $(count "$1" 1000)) / 2000 ))
}
driven=$(each driven)
by_hand=$(each by-hand)
echo "an update: $driven, by hand $by_hand; the driver adds $(( (driven - by_hand) * 1000 / by_hand )) per mille"
echo "a contact: $(each contacts)"
echo "a lead: $(each leads)"
echo "an imported row: $(( $(each rows) - $(each no-rows) ))"
