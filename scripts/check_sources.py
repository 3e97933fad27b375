#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What the sources hold to and no compiler tells: layers, documented functions, text without leftovers.

Prints one line a finding and ends with 1 where there is any. Run by scripts/checks.sh.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAYERS = ["base", "codec", "schema", "engine", "store", "index", "model", "match", "sync", "api"]
# On the public headers only, beside their own folder.
OUTSIDE = ["exchange", "cli"]
# Numbers only, and the one list of limits: everybody may read it.
CONSTANTS = "schema/limits.h"
# Functions that return an int which is an answer and not a status: they have no errors to document.
ANSWERS = {"crm_error_status", "crm_status_class_of", "crm_domain_closed", "crm_feature_supported", "crm_sync_error_status"}
# Statuses that need a disk, a memory or another version that fails: the tests of engine and store have them.
UNPROVOKED = {"NOMEM", "IO", "CORRUPT", "VERSION", "FULL", "CONFLICT", "COMMIT_UNKNOWN"}
# What any call may return: see error.h.
ANY_CALL = UNPROVOKED | {"INVALID", "ENDED", "FORKED", "THREAD", "UTF8", "TOO_BIG", "READ_ONLY"}
# What no test gets at: a limit that takes too long to reach; values that no settable field has yet; what only ever fails.
UNREACHED = {("crm_export_customers", "TOO_BIG"), ("crm_file_get", "TOO_BIG"), ("crm_record_set_bytes", "TOO_BIG"), ("crm_record_set_time", "RANGE"),
             ("crm_verify", "BUSY")}
UNKEPT = {"crm_record_bytes", "crm_record_set_bytes", "crm_record_set_time", "crm_error_report"}
# Pacemaker's libraries export crm_* too: these groups of names are theirs.
FOREIGN = re.compile(r"crm_(log|ipc|element|xml|str|meta|exit)(_|$)|crm_strdup_printf$|crm_is_true$")
MAX_LINES = 1000
findings = []


def finding(path, line, text):
    findings.append(f"{path}:{line}: {text}")


def tracked():
    """The files of the project: known to git, or new and not ignored."""
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [p for p in map(pathlib.PurePosixPath, sorted(set(out.splitlines()))) if (ROOT / p).is_file()]


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def allowed(layer, name):
    target = name.split("/")[0]
    if layer in OUTSIDE:
        return target == layer or name == CONSTANTS
    return target in LAYERS and LAYERS.index(target) <= LAYERS.index(layer)


def check_layers(path):
    """Includes go downwards only; LMDB is known to the engine alone."""
    layer = path.parts[1]
    for number, line in enumerate(read(path).splitlines(), 1):
        include = re.match(r'\s*#\s*include\s+(["<])([^">]+)[">]', line)
        if not include:
            continue
        quoted, name = include[1] == '"', include[2]
        if quoted and "/" not in name:
            finding(path, number, f'write "{layer}/{name}", with its layer')
        elif quoted and not allowed(layer, name):
            finding(path, number, f"{layer} may not include {name}")
        elif name == "lmdb.h" and not (layer == "engine" and path.name.startswith("lmdb")):
            finding(path, number, "only src/engine/lmdb* includes lmdb.h")


def check_shared_tests(path):
    """tests/api and tests/io see what a user sees."""
    for number, line in enumerate(read(path).splitlines(), 1):
        include = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if include and not include[1].startswith("support/"):
            finding(path, number, f"a test of the public interface may not include {include[1]}")


def functions(text):
    """Of a header: where each public function begins, its name, declaration and comment."""
    for match in re.finditer(r"(/\*\*(?:(?!\*/).)*\*/[ \t]*\n)?^CRM_API ([^;]*);", text, re.S | re.M):
        declaration = " ".join(match[2].split())
        line = text.count("\n", 0, match.start(2)) + 1
        yield line, re.search(r"(\w+)\(", declaration)[1], declaration, match[1] or ""


def check_documented(path):
    """Each public function says who may call it, since when, and how it fails; "none" is an answer, nothing is not."""
    for line, name, declaration, comment in functions(read(path)):
        wanted = ["@threads", "@since"]
        if declaration.startswith("int ") and name not in ANSWERS:
            wanted.append("@errors")
        if FOREIGN.match(name):
            finding(path, line, f"{name} is among the names of Pacemaker's libraries")
        missing = [word for word in wanted if word not in comment]
        if missing:
            finding(path, line, f"{name} lacks {', '.join(missing)}")
        if re.search(r"\.\.\.|\b(long|bool|time_t|off_t|double|float)\b|\benum \w+ \w+[,)]", declaration):
            finding(path, line, f"{name} has a type that bindings can't rely on")


def check_errors(headers, tests):
    """Each status after @errors is provoked by a line of tests/support/errors.h, and no line provokes one that is not there."""
    named, follows, place = {}, {}, {}
    for path in headers:
        for line, name, _, comment in functions(read(path)):
            said = re.search(r"@errors(.*?)(?=@(?!errors)|\*/)", comment, re.S)
            if said:
                place[name] = (path, line)
                named[name] = set(re.findall(r"\bCRM_E_(\w+)", said[1]))
                follows[name] = set(re.findall(r"\b(crm_\w+)\(\)", said[1]))
    provoked, kept = {}, set()
    for path in tests:
        text = read(path)
        kept.update(re.findall(r"\bKEEPS\((\w+),", text))
        for status, name in re.findall(r"\b(?:REFUSES|FAILS)\(CRM_E_(\w+),\s*(\w+),", text):
            provoked.setdefault(name, set()).add(status)
    for name, (path, line) in place.items():
        inherited = set().union(*(named.get(other, set()) for other in follows[name]))
        for status in sorted(named[name] - UNPROVOKED - provoked.get(name, set())):
            if (name, status) not in UNREACHED:
                finding(path, line, f"{name}: no test provokes CRM_E_{status}: add REFUSES() or FAILS()")
        for status in sorted(provoked.get(name, set()) - named[name] - inherited - ANY_CALL):
            finding(path, line, f"{name}: CRM_E_{status} is provoked by a test and not named")
        if name not in kept | UNKEPT:
            finding(path, line, f"{name}: no test says that it leaves the thread's error alone: add KEEPS()")


def check_quote_page(page, policy):
    """The page's table of levels is the built-in policy."""
    words = {"given": "EXPLICIT", "price list": "PRICE_LIST"}
    built_in = {field.lower(): levels.split(", ") for field, levels in re.findall(r"^CRM_POLICY\((\w+), (.*)\)$", read(policy), re.M)}
    said = {}
    table = read(page).partition("| field | levels |")[2].partition("\n\n")[0]
    for names, levels in re.findall(r"^\| (`.*`) \| (.*) \|$", table, re.M):
        said.update({name: [words.get(level, level.upper()) for level in levels.split(", ")] for name in re.findall(r"`(\w+)`", names)})
    for name in sorted(set(built_in) | set(said)):
        if built_in.get(name) != said.get(name):
            finding(page, 1, f"{name}: the page says {said.get(name)}, {policy} {built_in.get(name)}")


def check_text(path):
    """No unfinished work, no path of one machine, no stray white space."""
    try:
        text = read(path)
    except UnicodeDecodeError:
        finding(path, 1, "not UTF-8")
        return
    lines = text.splitlines()
    code = path.suffix in {".c", ".h", ".def", ".sh", ".py", ".cmake"} or path.name == "CMakeLists.txt"
    if code and "SPDX-License-Identifier: MIT" not in "\n".join(lines[:3]) and path.suffix != ".def":
        finding(path, 1, "no SPDX line")
    if path.suffix in {".c", ".h"} and len(lines) > MAX_LINES:
        finding(path, 1, f"{len(lines)} lines, more than {MAX_LINES}")
    if text and not text.endswith("\n"):
        finding(path, len(lines), "no line end at the end")
    for number, line in enumerate(lines, 1):
        if path.suffix != ".csv" and line != line.rstrip():
            finding(path, number, "white space at the end of the line")
        if re.search(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b", line):
            finding(path, number, "unfinished work")
        if re.search(r"(?<![\w.])/(work|home|root)/\w", line):
            finding(path, number, "a path of one machine")


def main():
    paths = tracked()
    check_errors([p for p in paths if p.parts[0] == "include"], [p for p in paths if p.parts[0] == "tests" and p.suffix == ".c"])
    check_quote_page(pathlib.PurePosixPath("docs/quote.md"), pathlib.PurePosixPath("src/model/quote_policy.def"))
    for path in paths:
        if path.parts[0] == "src" and path.suffix in {".c", ".h"}:
            check_layers(path)
        if path.parts[:2] in {("tests", "api"), ("tests", "io")} and path.suffix == ".c":
            check_shared_tests(path)
        if path.parts[0] == "include":
            check_documented(path)
        if "corpus" not in path.parts:
            check_text(path)
    print("\n".join(findings))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
