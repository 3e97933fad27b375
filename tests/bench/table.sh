#!/bin/sh
# SPDX-License-Identifier: MIT
# The table of docs/benchmarks.md out of what tests/bench.sh printed: table.sh LOG. A cell has the ratio, the lowest and highest of the rounds, and
# the figures of libcrm and SQLite (of the feed: with and without it); what was not run is empty.
set -eu
awk '
function value(text) { sub(/^[^=]*=/, "", text); return text }
function unit(text) { match(text, /[a-zA-Z\/]+$/); return substr(text, 1, RSTART - 1) " " substr(text, RSTART) }
function note(what, text) { cell[what, kind] = text }
/^# names: / { kind = $3; sub(/;$/, "", kind); kinds[kind] = 1 }
$1 == "BENCH" && $2 !~ /_wall$/ {
    range = NF > 5 && value($6) != value($7) ? " (" value($6) "–" value($7) ")" : ""
    note($2, value($5) range ": " unit(value($3)) ", " unit(value($4)))
}
$1 == "RAW" { note("raw", value($4)) }
$1 == "MEMORY" { note("memory_" $2, unit(value($3)) ", " unit(value($4))) }
$1 == "MAINTAIN" { note($2, unit(value($3)) ", " unit(value($4))) }
function row(title, asked, what) { printf "| %s | %s | %s | %s |\n", title, asked, cell[what, "short"], cell[what, "zipf"] }
END {
    print "| work | asked for | short lists | 750,000 words |"
    print "|---|---|---|---|"
    row("`get`", "1.5 times faster", "get")
    row("`get` to two raw lookups", "at most 1.3 times", "raw")
    row("`quote`", "3 times faster", "quote")
    row("`file`", "3 times faster", "file")
    row("`options`, 10,000", "under 5 ms", "options")
    row("`import`", "2.5 times faster", "import")
    row("its processor time", "", "import_cpu")
    row("its memory (RssAnon)", "under 768 MB", "memory_import")
    row("`csv`", "", "csv")
    row("its processor time", "", "csv_cpu")
    row("`add`", "3 times faster", "add")
    row("its processor time", "", "add_cpu")
    row("memory of both", "", "memory_csv")
    row("`size` after `csv` and `add`", "at most 1.4 times as large", "size_csv")
    row("`size`, filled at once", "at most 1.4 times as large", "size_load")
    row("`create`", "0.4 times as many", "create")
    row("`feed`: an import", "at most 1.03 times the processor time", "feed_csv")
    row("`feed`: a customer", "at most 1.03 times the processor time", "feed_create")
    row("`directory`, first page", "", "directory_begin")
    row("`directory`, a page in the middle", "", "directory_middle")
    row("`directory`, last page", "", "directory_end")
    row("opening, quick: time, memory", "", "open_quick")
    row("opening, every page", "", "open_full")
    row("`verify`", "", "verify")
    row("`backup`", "", "backup")
    row("`reindex`", "", "reindex")
}' "$1"
