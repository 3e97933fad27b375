#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Breaks one rule of the library at a time and sees a test turn red.

tests/mutations.txt lists the rules, and tests/leaks.txt ways in which a bound user could learn what is not his to see: for each a piece of text
that stands once in a source file, what takes its place, and the test programs of which one at least has to fail then. Copies of the tree, one for each processor, are built and tested as they are; then each rule is
broken, built and tested by itself. A rule whose tests stay green is not tested. The last line is "N passed, N failed".

    scripts/mutate.py [BEGIN ...]      BEGIN: only the rules whose name begins so

For the files of tests/flips.txt nothing may be left to chance: the test programs named there take each of their branches both ways (as gcov
counts them), and where one condition of such a file is turned round, whichever it is, one of them fails.

    scripts/mutate.py --flips [FILE ...]
"""
import concurrent.futures
import dataclasses
import json
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import flips

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLES = [ROOT / "tests" / "mutations.txt", ROOT / "tests" / "leaks.txt"]
FLIPS = ROOT / "tests" / "flips.txt"
# Test programs find the library when they start, so a change of it alone does not link them again.
OPTIONS = ["-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_C_FLAGS_DEBUG=-O0 -w", "-DCRM_EXAMPLES=OFF", "-DCMAKE_LINK_DEPENDS_NO_SHARED=ON"]
WORKERS = os.cpu_count() or 1
TREE_BYTES = 1 << 30  # what a tree takes at the most
SECONDS = 60  # that a test program may take
FLIP_SECONDS = 3  # and besides as long as it takes else, three times: with a condition turned round it may well not end


@dataclasses.dataclass
class Mutation:
    line: str
    name: str
    file: str
    tests: list[str]
    old: str = ""
    new: str = ""


def read_table(table: pathlib.Path) -> list[Mutation]:
    """The form is described at the head of tests/mutations.txt."""
    mutations: list[Mutation] = []
    file, tests = "", []
    for number, line in enumerate(table.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("file: "):
            file = line[6:]
        elif line.startswith("tests: "):
            tests = line[7:].split()
        elif line.startswith("- ") and mutations:
            mutations[-1].old = line[2:].replace(r"\n", "\n")
        elif line.startswith("+") and mutations:
            mutations[-1].new = line[2:].replace(r"\n", "\n")
        elif line and not line.startswith("#"):
            mutations.append(Mutation(f"{table.name}:{number}", line, file, tests))
    return mutations


def read_tables() -> list[Mutation]:
    mutations = [mutation for table in TABLES for mutation in read_table(table)]
    names = [mutation.name for mutation in mutations]
    for mutation in mutations:
        if mutation.old == mutation.new or names.count(mutation.name) > 1:
            sys.exit(f"{mutation.line}: changes nothing, or stands there twice: {mutation.name}")
    return mutations


def end_all(scratch: str) -> None:
    """What a test has started can be in a session of its own, and hold its output open: all have its folder."""
    for environment in pathlib.Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"TMPDIR={scratch}".encode() in environment.read_bytes().split(b"\0"):
                os.kill(int(environment.parent.name), signal.SIGKILL)
        except OSError:
            pass  # it has ended, or is somebody else's


def run(command: list[str], folder: pathlib.Path, seconds: float | None = None, **variables: str) -> tuple[int, str]:
    """Exit code and output. What takes too long is ended together with all that it has started. Shared data is not asked for."""
    environment = {key: value for key, value in os.environ.items() if key not in ("CI", "CRM_TEST_DATA")} | variables
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               errors="replace", start_new_session=True)
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        if "TMPDIR" in variables:
            end_all(variables["TMPDIR"])
        output, _ = process.communicate()
    return process.returncode, output


def in_memory() -> str | None:
    """Where stores don't wait for a disk, if that has room for the trees: most of a test's time is such waiting."""
    folder = "/dev/shm"
    return folder if os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > WORKERS * TREE_BYTES else None


class Tree:
    """A copy of the project, built with some of its test programs."""

    def __init__(self, folder: pathlib.Path, tests: list[str], prepare=None, jobs: int = 1) -> None:
        self.folder = folder
        self.jobs = jobs
        self.scratch = folder / "build" / "scratch"
        _, files = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT)
        for name in filter(None, files.split("\0")):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        self.scratch.mkdir(parents=True)
        if prepare:
            prepare(folder)
        code, output = run(["cmake", "-S", ".", "-B", "build", "-G", "Ninja", *OPTIONS], folder)
        problem = output if code else self.build(tests)
        if problem:
            raise RuntimeError(f"without any change: {problem}")

    def build(self, tests: list[str]) -> str:
        """What went wrong; empty where nothing did."""
        programs = ["crmdb"] if "io_xlsx_hostile" in tests else []
        code, output = run(["ninja", "-C", "build", f"-j{self.jobs}", "crm", *programs, *tests], self.folder)
        return "\n".join(["does not build", *(line for line in output.splitlines() if " error: " in line)]) if code else ""

    def test(self, test: str, seconds: float = SECONDS, **variables: str) -> str:
        """What a test program says that fails; empty where it does not."""
        sizes = [["--color=never", "-j1", "--fail-fast"]]
        if test.startswith(("twins", "stress_")):  # no programs of Criterion
            sizes = [[], ["--size", "gate"]] if test == "twins" else [[]]
        for arguments in sizes:  # what the small size of the twin worlds does not meet the gate's does
            command = [f"build/{test}", *arguments]
            code, output = run(command, self.folder, seconds, CRM_SOURCE=str(self.folder), CRMDB=str(self.folder / "build" / "crmdb"),
                               TMPDIR=str(self.scratch), **variables)
            if code:
                return f"{test} ends with {code}\n{output}"
        return ""

    def judge(self, mutation: Mutation) -> str:
        """Breaks the rule, tests it and mends it. Why it is not tested; empty where it is."""
        path = self.folder / mutation.file
        text = path.read_text(encoding="utf-8")
        if text.count(mutation.old) != 1:
            return f"stands {text.count(mutation.old)} times in {mutation.file}: {mutation.old}"
        path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
        problem = self.build(mutation.tests)
        if not problem and not any(self.test(test) for test in sorted(mutation.tests, key="twins".__eq__)):  # they take longest
            problem = f"stays green: {' '.join(mutation.tests)}"
        path.write_text(text, encoding="utf-8")
        return problem


def judge_all(mutations: list[Mutation], folder: pathlib.Path) -> int:
    """How many rules are not tested."""
    tests = sorted({test for mutation in mutations for test in mutation.tests})
    trees: queue.Queue[Tree] = queue.Queue()
    bad = 0

    def in_tree(function, argument):
        tree = trees.get()
        try:
            return function(tree, argument)
        finally:
            trees.put(tree)

    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        for tree in pool.map(lambda number: Tree(folder / str(number), tests), range(WORKERS)):
            trees.put(tree)
        red = "".join(pool.map(lambda test: in_tree(Tree.test, test), tests))
        if red:
            raise RuntimeError(f"without any change: {red}")
        for mutation, problem in zip(mutations, pool.map(lambda mutation: in_tree(Tree.judge, mutation), mutations)):
            bad += bool(problem)
            if problem:
                print(f"FAILED: {mutation.name}: {problem}", flush=True)
    return bad


# --- every branch of some files ---


@dataclasses.dataclass
class Flipped:
    """A file of tests/flips.txt."""

    name: str
    tests: list[str] = dataclasses.field(default_factory=list)
    same: dict[str, int] = dataclasses.field(default_factory=dict)  # "function: operand" and its line, of which nobody could tell the turning
    never: dict[str, int] = dataclasses.field(default_factory=dict)  # a source line one of whose branches nothing can take, and its line
    source: flips.File | None = None


def read_flips() -> list[Flipped]:
    """The table's form is described at its head."""
    files: list[Flipped] = []
    for number, line in enumerate(FLIPS.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("file: "):
            files.append(Flipped(line[6:]))
        elif line.startswith("tests: "):
            files[-1].tests = line[7:].split()
        elif line.startswith("same: "):
            files[-1].same[line[6:]] = number
        elif line.startswith("never: "):
            files[-1].never[line[7:]] = number
        elif line and not line.startswith(("#", "  ")):
            sys.exit(f"{FLIPS.name}:{number}: what is that? {line}")
    first = 1
    for file in files:
        file.source = flips.File((ROOT / file.name).read_text(encoding="utf-8"), first)
        first += len(file.source.flips)
    return files


def prepare_flips(files: list[Flipped]):
    """Puts the conditions of the files, each of which can be turned round, into a copy of the tree; gcov counts their branches."""

    def prepare(folder: pathlib.Path) -> None:
        for file in files:
            (folder / file.name).write_text(file.source.patched(), encoding="utf-8")
        names = " ".join(file.name for file in files)
        with open(folder / "CMakeLists.txt", "a", encoding="utf-8") as lists:
            lists.write(f'\nset_source_files_properties({names} PROPERTIES COMPILE_OPTIONS "--coverage")\n')
            lists.write("target_link_options(crm PRIVATE --coverage)\ntarget_link_options(crm_static PUBLIC --coverage)\n")

    return prepare


def count_branches(tree: Tree, file: Flipped) -> list[str]:
    """The branches that no test has taken."""
    counted = next(tree.folder.glob(f"build/CMakeFiles/*/{file.name}.gcda"), None)
    if not counted:
        return [f"{file.name}: no test runs it"]
    _, output = run(["gcov", "--branch-probabilities", "--json-format", "--stdout", str(counted)], counted.parent)
    source = (ROOT / file.name).read_text(encoding="utf-8").splitlines()
    missing: list[str] = []
    listed = dict(file.never)
    for entry in json.loads(output)["files"]:
        for line in entry["lines"] if entry["file"].endswith(file.name) else ():
            text = source[line["line_number"] - 1].strip() if line["line_number"] <= len(source) else ""
            never = sum(not branch["count"] for branch in line["branches"])
            if text and never and never != (text in file.never):
                missing.append(f"{file.name}:{line['line_number']}: {never} branches are never taken: {text}")
            elif text and never:
                listed.pop(text, 0)
    missing += [f"{FLIPS.name}:{line}: stands nowhere, or is taken: {text}" for text, line in listed.items()]
    return missing


def judge_flips(files: list[Flipped], folder: pathlib.Path) -> tuple[int, int]:
    """How many branches and flips are tested, and how many are not."""
    tests = sorted({test for file in files for test in file.tests})
    tree = Tree(folder, tests, prepare_flips(files), WORKERS)
    good, problems, seconds, seen = 0, [], {}, {}

    def try_all(test: str) -> str:
        start, note = time.monotonic(), folder / test
        note.touch()
        problem = tree.test(test, CRM_FLIP_SEEN=str(note))
        seconds[test] = FLIP_SECONDS + 3 * (time.monotonic() - start)
        seen[test] = {int(number) for number in note.read_text(encoding="utf-8").split()}
        return problem

    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        red = "".join(pool.map(try_all, tests))
        if red:
            raise RuntimeError(f"without any change: {red}")
        for file in files:
            missing = count_branches(tree, file)
            problems += missing
            good += not missing

        def judge(job: tuple[Flipped, flips.Flip]) -> str:
            file, flip = job
            caught = any(tree.test(test, seconds[test], CRM_FLIP=str(flip.number)) for test in file.tests if flip.number in seen[test])
            same = file.same.pop(f"{flip.function}: {flip.text}", 0)
            if caught == (not same):
                return ""
            what = "is seen, and called the same" if caught else "stays green"
            return f"{file.name}:{flip.line}: {flip.function}: {flip.text}: {what}"

        found = list(pool.map(judge, [(file, flip) for file in files for flip in file.source.flips]))
    problems += [problem for problem in found if problem]
    problems += [f"{FLIPS.name}:{line}: stands nowhere: {same}" for file in files for same, line in file.same.items()]
    for problem in problems:
        print(f"FAILED: {problem}")
    return good + found.count(""), len(problems)


def main() -> int:
    flipping = sys.argv[1:2] == ["--flips"]
    chosen = sys.argv[2:] if flipping else sys.argv[1:]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="crm-mutate-", dir=in_memory()))
    good, bad = 0, 1
    try:
        if flipping:
            good, bad = judge_flips([file for file in read_flips() if not chosen or file.name in chosen], folder)
        else:
            mutations = [mutation for mutation in read_tables() if mutation.name.startswith(tuple(chosen) or ("",))]
            bad = judge_all(mutations, folder)
            good = len(mutations) - bad
    except RuntimeError as error:
        print(error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{good} passed, {bad} failed")
    return 1 if bad or not good else 0


if __name__ == "__main__":
    sys.exit(main())
