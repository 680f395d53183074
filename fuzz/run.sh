#!/usr/bin/env bash
# Runs fuzz targets on stable Rust, each for a number of seconds; new inputs go to target/corpus, findings to artifacts.
#
# usage: fuzz/run.sh [SECONDS [TARGET…]]      (30 seconds, all targets)
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:-30}
shift $(($# > 0 ? 1 : 0))
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    for file in fuzz_targets/*.rs; do targets+=("$(basename "$file" .rs)"); done
fi

# Coverage counters for libFuzzer, through flags that stable accepts. With --target they stay away from build scripts.
flags="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
flags+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
flags+=" -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1"
host=$(rustc -vV | sed -n 's/^host: //p')
built=${CARGO_TARGET_DIR:-target}
RUSTFLAGS="$flags" cargo build --release --bins --target "$host"

failed=0
for target in "${targets[@]}"; do
    mkdir -p "target/corpus/$target" "artifacts/$target"
    log="target/corpus/$target.log"
    # An input may take a second and half a gigabyte, no more.
    if ! "$built/$host/release/$target" -max_total_time="$seconds" -timeout=1 -rss_limit_mb=512 -print_final_stats=1 \
        -artifact_prefix="artifacts/$target/" "target/corpus/$target" "corpus/$target" >"$log" 2>&1; then
        failed=1
        grep -E "panicked|assertion|left:|right:|ERROR|Test unit" -A1 "$log" | head -20 || true
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
    found=$(find "artifacts/$target" -type f | wc -l)
    printf '%-16s %12s runs %9s a second %4s findings\n' "$target" "${runs:-?}" "${rate:-?}" "$found"
done
exit "$failed"
