#!/usr/bin/env bash
# Kills the host at random moments and compares what is left with an undisturbed run: kill.sh [KILLS] [STEPS]
set -euo pipefail
cd "$(dirname "$0")"
kills=${1:-50} steps=${2:-4000}
cargo build --release --quiet --bin endure
endure=${CARGO_TARGET_DIR:-target}/release/endure
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

start=$(date +%s%N)
"$endure" "$folder/undisturbed" "$steps"
took=$(( ($(date +%s%N) - start) / 1000000 ))
expected=$("$endure" --digest "$folder/undisturbed")
echo "undisturbed: $took ms, $expected"

killed=0
while [ "$killed" -lt "$kills" ]; do
    "$endure" "$folder/killed" "$steps" & host=$!
    # Most lives are short, so that the whole run is cut into pieces.
    sleep "$(awk -v most=$(( took * 2 / kills )) -v seed=$RANDOM 'BEGIN {srand(seed); printf "%.4f", rand() * most / 1000}')"
    if kill -9 "$host" 2>/dev/null; then killed=$((killed + 1)); fi
    wait "$host" 2>/dev/null || true
    if [ "$("$endure" --digest "$folder/killed" 2>/dev/null)" = "$expected" ]; then
        echo "done after $killed kills: start again"
        cp "$folder/killed" "$folder/finished.$killed" && rm -f "$folder"/killed*
    fi
done
"$endure" "$folder/killed" "$steps"
found=$("$endure" --digest "$folder/killed")
echo "killed $killed times: $found"
[ "$found" = "$expected" ]
echo "the same"
