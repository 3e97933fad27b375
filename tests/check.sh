#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds everything and runs all tests. The very last line is the sum: "N passed, N failed".
#   tests/check.sh          the optimised build: C tests, examples, Python tests with the wheel, crmdb, the README's
#                           programs, and a user's programs on an installed tree
#   tests/check.sh --asan   the C, crmdb and Python tests under the address, leak and undefined-behaviour sanitizers
#   tests/check.sh --tsan   the test programs with threads under the thread sanitizer
#   tests/check.sh --gate   those tests alone that have a larger size, at the size that a change has to pass
#   tests/check.sh --long   the same, larger: 1,000 twin worlds of 1,000 calls; what was interrupted goes on where it was
# Names of test programs behind it: these alone. Tests on real data run where CRM_TEST_DATA names its folder.
set -u
cd "$(dirname "$0")/.." || exit 1
root=$PWD

preset=check
size=
case "${1:-}" in
'' | [!-]*) ;;
--asan) preset=asan ;;
--tsan) preset=tsan ;;
--gate) size=gate ;;
--long) size=long ;;
*)
    echo "usage: tests/check.sh [--asan | --tsan | --gate | --long] [PROGRAM ...]" >&2
    exit 2
    ;;
esac
case "${1:-}" in -*) shift ;; esac
only=$*
build=$root/build/$preset
reports=$build/reports
passed=0
failed=0
python=/usr/bin/python3
export CTEST_PARALLEL_LEVEL="${CTEST_PARALLEL_LEVEL:-$(nproc)}"

# That a store lasts on a disk is tested by --gate and --long; the others keep theirs in memory where that has room and runs programs.
memory=
if [ -z "$size" ] && [ -z "${TMPDIR:-}" ] && [ "$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 2000000 ] 2>/dev/null; then
    memory=$(mktemp -d /dev/shm/crm-check.XXXXXX)
    trap 'rm -rf "$memory"' EXIT
    cp /bin/true "$memory/true" && "$memory/true" && export TMPDIR="$memory"
fi

finish() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}
# Runs a stage beside what follows. What it prints and, as the last line, its sums are kept for join.
beside() {
    (
        passed=0
        failed=0
        "$@"
        echo "$passed $failed"
    ) >"$build/beside.log" 2>&1 &
}
join() {
    wait
    sed '$d' "$build/beside.log"
    sums=$(tail -n 1 "$build/beside.log")
    passed=$((passed + ${sums% *}))
    failed=$((failed + ${sums#* }))
}
# Counts one test by the exit code of its command; shows what it said where it failed.
one() {
    name=$1
    shift
    if "$@" >"$build/one.log" 2>&1; then
        passed=$((passed + 1))
    else
        echo "FAILED: $name"
        tail -n 60 "$build/one.log"
        failed=$((failed + 1))
    fi
}

# Criterion's sums and the exit codes of plain programs, from ctest's log: "passed failed".
sum_ctest() {
    awk '
        /^[0-9]+\/[0-9]+ Test: /  { seen = 0; good = 0; bad = 0 }
        /Synthesis: Tested: /     { seen = 1; n = split($0, part, /[:|]/)
                                    for (i = 1; i < n; i++) { if (part[i] ~ /Passing/) good = part[i + 1] + 0
                                                              if (part[i] ~ /Failing/) bad = part[i + 1] + 0 } }
        /^Test Passed\.$/         { passed += seen ? good : 1; failed += bad }
        /^Test Failed\.$/         { passed += good; failed += bad ? bad : 1 }
        END                       { print passed + 0, failed + 0 }' "$1"
}
# What the failed tests said, the last lines of each.
show_failed() {
    awk '
        /^[0-9]+\/[0-9]+ Test: / { name = $3; n = 0 }
        { line[n++] = $0 }
        /^Test Failed\.$/ { print "FAILED: " name; for (i = n > 60 ? n - 60 : 0; i < n - 1; i++) print line[i] }' "$1"
}

# Builds these targets, or ends.
build_some() {
    # shellcheck disable=SC2086 # several names
    cmake --preset "$preset" >"$build/workflow.log" 2>&1 && cmake --build --preset "$preset" --target $1 >>"$build/workflow.log" 2>&1 && return
    tail -n 80 "$build/workflow.log"
    echo "FAILED: build"
    failed=1
    finish
}

run_c() {
    log=$build/Testing/Temporary/LastTest.log
    rm -rf "$log" "$reports" # not what ctest knows of how long each test takes: it begins with the longest
    mkdir -p "$reports"
    if [ "$only" ]; then
        build_some "$only"
        ctest --preset "$preset" -R "^($(echo "$only" | tr ' ' '|'))\$" >>"$build/workflow.log" 2>&1
    else
        cmake --workflow --preset "$preset" >"$build/workflow.log" 2>&1
    fi
    code=$?
    if [ ! -s "$log" ]; then
        grep -v '^\[[0-9]*/[0-9]*\] ' "$build/workflow.log" | tail -n 80
        echo "FAILED: build"
        failed=1
        finish
    fi
    sums=$(sum_ctest "$log")
    passed=$((passed + ${sums% *}))
    failed=$((failed + ${sums#* }))
    [ "${sums#* }" -eq 0 ] || show_failed "$log"
    if [ "$code" -ne 0 ] && [ "${sums#* }" -eq 0 ]; then
        tail -n 20 "$build/workflow.log"
        echo "FAILED: ctest says so with $code"
        failed=$((failed + 1))
    fi
    grep -h '^skipped: ' "$log" | sort | uniq -c
}

run_python() {
    [ -d tests/python ] || return
    CRM_LIBRARY=$build/libcrm.so CRMDB=$build/crmdb "$@" "$python" -B -m pytest -q -p no:cacheprovider -rs tests/python \
        >"$build/pytest.log" 2>&1
    code=$?
    last=$(tail -n 1 "$build/pytest.log")
    good=$(echo "$last" | grep -o '[0-9]* passed' | cut -d' ' -f1)
    bad=$(($(echo "$last" | grep -oE '[0-9]+ (failed|error)' | cut -d' ' -f1 | paste -sd+ - | sed 's/^$/0/')))
    [ "$code" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
    passed=$((passed + ${good:-0}))
    failed=$((failed + bad))
    if [ "$bad" -gt 0 ]; then
        tail -n 80 "$build/pytest.log"
        echo "FAILED: Python tests"
    else
        grep -h '^SKIPPED' "$build/pytest.log"
    fi
}

# The tests that have sizes; all else is left to the other options.
run_sized() {
    build_some "${only:-twins programs_import_kill io_export_identity io_bounded io_xlsx_corpus unit_verify_planted stress}"
    mkdir -p "$build/stress.long"
    for program in "$build"/stress_*; do
        case " ${only:-${program##*/}} " in *" ${program##*/} "*) ;; *) continue ;; esac
        if [ "$size" = long ]; then
            one "${program##*/}, long" "$program" --long "$build/stress.long"
        else
            one "${program##*/}, gate" "$program" --gate
        fi
    done
    [ -z "$only" ] || return
    set -- "$build/twins" --size "$size" --jobs "$(nproc)"
    [ "$size" = long ] && set -- "$@" --state "$build/twins.long"
    one "twin worlds, $size" env "CRM_SOURCE=$root" "$@"
    one "imports that are killed, $size" "$build/programs_import_kill" --size "$size"
    around=2000
    [ "$size" = long ] && around=20000
    one "planted damages, $size" env "CRM_TEST_AROUND=$around" "$build/unit_verify_planted"
    stores=2000
    [ "$size" = long ] && stores=50000
    one "stores there and back, $size" env "CRM_TEST_STORES=$stores" "$build/io_export_identity"
    one "memory of workbooks, $size" env CRM_TEST_ROWS=400000 "$build/io_bounded"
    one "workbooks of many programs, $size" env CRM_TEST_WHOLE=1 "CRM_SOURCE=$root" "$build/io_xlsx_corpus"
}

# What takes too long under the sanitizer, beside other work, is measured again; a race that it met is told all the same.
again() { "$@" || "$@" || "$@"; }

run_threads() {
    threads="programs_threads programs_definitions unit_engine_threads unit_engine_copy unit_base_handle unit_base_thread unit_engine_bulk unit_rebuild unit_definitions api_txn api_maintain unit_sync_ahead stress_multi"
    build_some "${only:-$threads}"
    rm -rf "$reports"
    mkdir -p "$reports"
    export TSAN_OPTIONS="log_path=$reports/report:die_after_fork=0" CRM_SOURCE="$root"
    for program in ${only:-$threads}; do
        rounds=
        [ "$program" = stress_multi ] && rounds="--rounds 4"
        # shellcheck disable=SC2086 # two words or none
        one "$program, threads" again "$build/$program" $rounds
    done
}

# Every "ok" and "not ok" line of a script is a test: the consumer's, and those of crmdb and the Python examples.
run_lines() {
    script=$1
    log=$build/$2.log
    shift 2
    "$@" sh "$script" "$build" >"$log" 2>&1
    code=$?
    passed=$((passed + $(grep -c '^ok ' "$log")))
    bad=$(grep -c '^not ok ' "$log")
    [ "$code" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
    failed=$((failed + bad))
    [ "$bad" -eq 0 ] && return
    grep -v '^ok ' "$log" | tail -n 60
    echo "FAILED: $script"
}

# Each report of a sanitizer is a failure, whatever the program said: Criterion does not fail a test that leaks.
count_reports() {
    for report in "$reports"/*; do
        [ -e "$report" ] || continue
        head -n 40 "$report"
        echo "FAILED: sanitizer report ${report##*/}"
        failed=$((failed + 1))
    done
}

sh scripts/deps.sh test || { echo "FAILED: packages"; failed=1; finish; }
mkdir -p "$build"
if [ "$size" ]; then
    run_sized
elif [ "$preset" = tsan ]; then
    run_threads
    count_reports
elif [ "$preset" = asan ]; then
    common="log_path=$reports/report:abort_on_error=0:allocator_may_return_null=1"
    export ASAN_OPTIONS="$common:detect_leaks=1:detect_stack_use_after_return=1" UBSAN_OPTIONS="$common:print_stacktrace=1"
    run_c
    if [ -z "$only" ]; then
        beside run_python env "ASAN_OPTIONS=$common:detect_leaks=0" PYTHONMALLOC=malloc \
            "LD_PRELOAD=$(cc -print-file-name=libasan.so) $(cc -print-file-name=libubsan.so)"
        run_lines tests/cli/run.sh cli env "CRMDB=$build/crmdb" CRM_SANITIZED=1
        join
    fi
    count_reports
elif [ "$only" ]; then
    run_c
else
    run_c
    beside run_python env
    one "exported names" sh scripts/exports.sh check "$build"
    one "README, C" sh tests/readme.sh c "$build"
    one "README, Python" sh tests/readme.sh python "$build"
    run_lines tests/cli/run.sh cli env "CRMDB=$build/crmdb"
    run_lines tests/consumer/run.sh consumer env
    join
fi
finish
