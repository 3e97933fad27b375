#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Plants the faults of tests/plants.txt in a copy of the tree, one at a time, and sees the stage of tests/check.sh turn red that has to find
it; without a fault each of these stages is green. The copy, build/self_test, stays, so that the next time builds what has changed alone. The
last line is "N passed, N failed".

    scripts/self_test.py [BEGIN ...]      BEGIN: only the faults whose name begins so
"""
import os
import shutil
import sys

import mutate

TABLE = mutate.ROOT / "tests" / "plants.txt"
FOLDER = mutate.ROOT / "build" / "self_test"


def copy_tree() -> None:
    """The files of the project as they are; what is the same already keeps its time."""
    _, listed = mutate.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], mutate.ROOT)
    names = {name for name in listed.split("\0") if name and (mutate.ROOT / name).is_file()}
    for name in names:
        here, there = mutate.ROOT / name, FOLDER / name
        if there.is_file() and there.read_bytes() == here.read_bytes():
            continue
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(here, there)
    for path in [path for path in FOLDER.rglob("*") if path.is_file() or path.is_symlink()]:
        name = str(path.relative_to(FOLDER))
        if name not in names and not name.startswith("build/"):
            path.unlink()


def stage(arguments: list[str]) -> tuple[bool, str]:
    """Whether a stage is green, and what it said."""
    code, output = mutate.run(["sh", "tests/check.sh", *arguments], FOLDER, 300)
    return code == 0, output


def judge(plant: mutate.Mutation) -> str:
    """Why a fault is not found; empty where it is."""
    path = FOLDER / plant.file
    text = path.read_text(encoding="utf-8")
    if text.count(plant.old) != 1:
        return f"stands {text.count(plant.old)} times in {plant.file}: {plant.old}"
    path.write_text(text.replace(plant.old, plant.new), encoding="utf-8")
    green, output = stage(plant.tests)
    path.write_text(text, encoding="utf-8")
    if green:
        return "stays green"
    return output if "FAILED: build" in output else ""


def main() -> int:
    plants = [plant for plant in mutate.read_table(TABLE) if plant.name.startswith(tuple(sys.argv[1:]) or ("",))]
    for name in ("CRM_WERROR", "CRM_TEST_DATA", "CI"):
        os.environ.pop(name, None)
    FOLDER.mkdir(parents=True, exist_ok=True)
    copy_tree()
    good = bad = 0
    for arguments in sorted({tuple(plant.tests) for plant in plants}):
        green, output = stage(list(arguments))
        good, bad = good + green, bad + (not green)
        if not green:
            print(f"FAILED: without any fault: {' '.join(arguments)}\n{output}", flush=True)
    for plant in plants:
        problem = judge(plant)
        good, bad = good + (not problem), bad + bool(problem)
        if problem:
            print(f"FAILED: {plant.name}: tests/check.sh {' '.join(plant.tests)}: {problem}", flush=True)
    print(f"{good} passed, {bad} failed")
    return 1 if bad or not plants else 0


if __name__ == "__main__":
    sys.exit(main())
