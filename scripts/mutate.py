#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Breaks one rule of the library at a time and sees a test turn red.

tests/mutations.txt lists the rules, and tests/leaks.txt ways in which a bound user could learn what is not his to see: for each a piece of text
that stands once in a source file, what takes its place, and the test programs of which one at least has to fail then. Copies of the tree, one for each processor, are built and tested as they are; then each rule is
broken, built and tested by itself. A rule whose tests stay green is not tested. The last line is "N passed, N failed".

    scripts/mutate.py [BEGIN ...]      BEGIN: only the rules whose name begins so
"""
import concurrent.futures
import dataclasses
import os
import pathlib
import queue
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLES = [ROOT / "tests" / "mutations.txt", ROOT / "tests" / "leaks.txt"]
# Test programs find the library when they start, so a change of it alone does not link them again.
OPTIONS = ["-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_C_FLAGS_DEBUG=-O0 -w", "-DCRM_EXAMPLES=OFF", "-DCMAKE_LINK_DEPENDS_NO_SHARED=ON"]
WORKERS = os.cpu_count() or 1
SECONDS = 60  # that a test program may take


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


def run(command: list[str], folder: pathlib.Path, seconds: int | None = None, **variables: str) -> tuple[int, str]:
    """Exit code and output. What takes too long is ended together with all that it has started. Shared data is not asked for."""
    environment = {key: value for key, value in os.environ.items() if key not in ("CI", "CRM_TEST_DATA")} | variables
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               errors="replace", start_new_session=True)
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
    return process.returncode, output


class Tree:
    """A copy of the project, built with some of its test programs."""

    def __init__(self, folder: pathlib.Path, tests: list[str]) -> None:
        self.folder = folder
        self.scratch = folder / "build" / "scratch"
        _, files = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT)
        for name in filter(None, files.split("\0")):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        self.scratch.mkdir(parents=True)
        code, output = run(["cmake", "-S", ".", "-B", "build", "-G", "Ninja", *OPTIONS], folder)
        problem = output if code else self.build(tests)
        if problem:
            raise RuntimeError(f"without any change: {problem}")

    def build(self, tests: list[str]) -> str:
        """What went wrong; empty where nothing did."""
        code, output = run(["ninja", "-C", "build", "-j1", "crm", *tests], self.folder)
        return "\n".join(["does not build", *(line for line in output.splitlines() if " error: " in line)]) if code else ""

    def test(self, test: str) -> str:
        """What a test program says that fails; empty where it does not."""
        command = [f"build/{test}", *([] if test == "twins" else ["--color=never", "-j1", "--fail-fast"])]
        code, output = run(command, self.folder, SECONDS, CRM_SOURCE=str(self.folder), TMPDIR=str(self.scratch))
        return f"{test} ends with {code}\n{output}" if code else ""

    def judge(self, mutation: Mutation) -> str:
        """Breaks the rule, tests it and mends it. Why it is not tested; empty where it is."""
        path = self.folder / mutation.file
        text = path.read_text(encoding="utf-8")
        if text.count(mutation.old) != 1:
            return f"stands {text.count(mutation.old)} times in {mutation.file}: {mutation.old}"
        path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")
        problem = self.build(mutation.tests)
        if not problem and not any(self.test(test) for test in mutation.tests):
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


def main() -> int:
    begins = tuple(sys.argv[1:]) or ("",)
    mutations = [mutation for mutation in read_tables() if mutation.name.startswith(begins)]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="crm-mutate-"))
    bad = len(mutations)
    try:
        bad = judge_all(mutations, folder)
    except RuntimeError as error:
        print(error)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{len(mutations) - bad} passed, {bad} failed")
    return 1 if bad or not mutations else 0


if __name__ == "__main__":
    sys.exit(main())
