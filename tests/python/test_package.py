# SPDX-License-Identifier: MIT
"""The package: generated files, what the library says of itself, the wheel, finding the library."""
import ast
import ctypes
import ctypes.util
import inspect
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import crm
from conftest import BINDING, ROOT
from crm import _field, _prototypes, _tables, constants
from crm._library import lib

SANITIZED = "libasan" in os.environ.get("LD_PRELOAD", "")


def python(*arguments, **environment):
    """Another Python, without this one's paths."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [sys.executable, "-B", *arguments], env={**clean, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def test_generated_files_are_current():
    answer = python(str(BINDING / "tools" / "generate.py"), "--check")
    assert answer.returncode == 0, answer.stdout


def test_a_file_that_is_not_current_is_found(tmp_path):
    """The check itself can fail: in a copy whose constants were changed by hand."""
    for folder in ("bindings/python/tools", "bindings/python/crm", "include"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    changed = tmp_path / "bindings/python/crm/constants.py"
    changed.write_text(changed.read_text("utf-8").replace("E_STALE = -7", "E_STALE = -8"), "utf-8")
    tool = str(tmp_path / "bindings/python/tools/generate.py")
    answer = python(tool, "--check")
    assert answer.returncode == 1 and "constants.py is not current" in answer.stdout
    assert python(tool).returncode == 0 and python(tool, "--check").returncode == 0
    assert changed.read_text("utf-8") == (BINDING / "crm/constants.py").read_text("utf-8")
    assert python(tool, "--what").returncode == 2


def test_every_declared_function_has_a_prototype():
    declared = set()
    for header in (ROOT / "include" / "libcrm").glob("*.h"):
        declared |= set(re.findall(r"^CRM_API [^;(]*?\b(crm_\w+)\(", header.read_text("utf-8"), re.M))
    assert declared == set(_prototypes.FUNCTIONS) | set(_prototypes.IO_FUNCTIONS)


def test_option_structs_have_the_sizes_of_the_compiler(tmp_path):
    source = tmp_path / "sizes.c"
    structs = {name: one for name, one in vars(_prototypes).items() if isinstance(one, type) and getattr(one, "_fields_", None)}
    lines = []
    for name, one in structs.items():
        places = "".join(f", offsetof({name}, {field[0]})" for field in one._fields_)
        lines.append(f'printf("{name} %zu{" %zu" * len(one._fields_)}\\n", sizeof({name}){places});')
    source.write_text("#include <libcrm/crm.h>\n#include <libcrm/io.h>\n#include <stdio.h>\nint main(void) {" + "\n".join(lines) + "}\n")
    subprocess.run([os.environ.get("CC", "cc"), "-I", str(ROOT / "include"), "-o", str(tmp_path / "sizes"), str(source)], check=True)
    clean = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    said = subprocess.run([str(tmp_path / "sizes")], check=True, stdout=subprocess.PIPE, text=True, env=clean).stdout.splitlines()
    own = [
        " ".join(map(str, [name, ctypes.sizeof(one), *(getattr(one, field[0]).offset for field in one._fields_)]))
        for name, one in structs.items()
    ]
    assert said == own and own


def test_tables_say_what_the_library_says():
    kinds, number = {}, lib.crm_kind_next(0)
    while number:
        kinds[lib.crm_kind_name(number).decode()] = number
        number = lib.crm_kind_next(number)
    assert kinds == _tables.KINDS
    for kind, number in kinds.items():
        said, field = [], lib.crm_field_next(number, 0)
        while field:
            said.append(
                (
                    lib.crm_field_name(field).decode(),
                    field,
                    lib.crm_field_type(field),
                    lib.crm_field_flags(field),
                    (lib.crm_field_domain(field) or b"").decode() or None,
                )
            )
            field = lib.crm_field_next(number, field)
        own = [
            (name, one.number, getattr(constants, f"TYPE_{one.type.upper()}"), one.flags, one.domain)
            for name, one in crm.kind(kind).record.FIELDS.items()
        ]
        assert said == own
    assert [lib.crm_domain_name(index).decode() for index in range(lib.crm_domain_count())] == list(crm.domains())
    for name, (number, _, text) in _tables.STATUSES.items():
        assert lib.crm_status_name(number).decode() == f"CRM_{name}" and lib.crm_status_text(number).decode() == text


def test_no_field_hides_an_attribute_of_its_class():
    for kind in crm.kinds():
        properties = {f"{name}_" if hasattr(crm.Record, name) else name: field for name, field in kind.record.FIELDS.items()}
        assert all(getattr(kind.record, name) is field for name, field in properties.items())
        assert all(getattr(kind.record, name) is getattr(crm.Record, name) for name in ("fields", "copy", "to_dict", "id", "revision"))
    assert not set(crm.QuoteValues.FIELDS) & set(vars(crm.Quote))


def test_the_stub_has_every_class_and_field():
    stub = ast.parse((BINDING / "crm" / "records.pyi").read_text("utf-8"))
    classes = {
        node.name: {one.target.id for one in node.body if isinstance(one, ast.AnnAssign)}
        for node in stub.body
        if isinstance(node, ast.ClassDef)
    }
    for kind in crm.kinds():
        assert classes[kind.record.__name__] == {f"{name}_" if hasattr(crm.Record, name) else name for name in kind.record.FIELDS}
    assert {f"_{kind.capitalize()}Field" for kind in _field.ACCESS} <= set(classes)


def test_everything_public_is_documented_and_typed():
    for name in crm.__all__:
        thing = getattr(crm, name)
        if not inspect.isclass(thing) and not inspect.isfunction(thing):
            continue
        assert thing.__doc__, name
        for member, function in inspect.getmembers(thing, inspect.isfunction) if inspect.isclass(thing) else [(name, thing)]:
            if function.__module__.startswith("crm.") and not member.startswith("_"):
                assert "return" in function.__annotations__, f"{name}.{member}"
    assert sorted(crm.__all__) == crm.__all__
    assert (BINDING / "crm" / "py.typed").is_file()
    assert crm.version() == crm.__version__ == "1.0.0" and Path(crm.library_path()).is_file()


@pytest.mark.skipif(SANITIZED, reason="the wheel is tested in the optimised build")
def test_the_wheel(tmp_path):
    """Builds without network, holds what it should, and works where it is installed."""
    source = shutil.copytree(BINDING, tmp_path / "source", ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    options = ["--no-build-isolation", "--no-deps", "--no-index", "--disable-pip-version-check"]
    built = python("-m", "pip", "wheel", str(source), *options, "-w", str(tmp_path / "dist"))
    assert built.returncode == 0, built.stdout
    wheel = tmp_path / "dist" / "crm-1.0.0-py3-none-any.whl"
    files = {name for name in zipfile.ZipFile(wheel).namelist() if not name.startswith("crm-1.0.0.dist-info/")}
    assert files == {f"crm/{file.name}" for file in (BINDING / "crm").iterdir() if file.is_file()}
    venv = python("-m", "venv", "--without-pip", str(tmp_path / "venv"))
    assert venv.returncode == 0, venv.stdout
    target = next((tmp_path / "venv" / "lib").glob("python*")) / "site-packages"
    installed = python(
        "-m", "pip", "install", "--no-deps", "--no-index", "--disable-pip-version-check", "--target", str(target), str(wheel)
    )
    assert installed.returncode == 0, installed.stdout
    program = "import crm, sys\nwith crm.open(sys.argv[1], create=True) as db:\n  print(crm.__file__, db.sync([{'Firma': 'x'}]).created)"
    run = subprocess.run(
        [str(tmp_path / "venv" / "bin" / "python"), "-c", program, str(tmp_path / "store")],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        env={"CRM_LIBRARY": crm.library_path(), "PATH": os.defpath},
    )
    assert run.returncode == 0 and str(target) in run.stdout and run.stdout.endswith(" 1\n")


def test_finding_the_library(tmp_path):
    """By CRM_LIBRARY; beside the package; and a clear word where there is none."""
    package = shutil.copytree(BINDING / "crm", tmp_path / "crm", ignore=shutil.ignore_patterns("__pycache__"))
    say = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import crm; print(crm.Party, crm.library_path())"
    missing = python("-c", say, CRM_LIBRARY=str(tmp_path / "none.so"))
    assert missing.returncode and "ImportError" in missing.stdout and "CRM_LIBRARY" in missing.stdout
    os.symlink(Path(crm.library_path()).resolve(), package / "libcrm.so.1")
    beside = python("-c", say, CRM_LIBRARY="")
    assert beside.returncode == 0 and str(package / "libcrm.so.1") in beside.stdout, beside.stdout
    alien = python("-c", say, CRM_LIBRARY=_any_other_library())
    assert alien.returncode and "ImportError" in alien.stdout


def _any_other_library():
    return ctypes.util.find_library("c")


def test_importing_needs_no_library():
    """Classes, constants and tables are there before the library is."""
    answer = python(
        "-c",
        f"import sys; sys.path.insert(0, {str(BINDING)!r}); import crm; print(crm.Party.name.number, crm.codes('role', 'de'))",
        CRM_LIBRARY="/none.so",
    )
    assert answer.returncode == 0 and answer.stdout.startswith("1002"), answer.stdout


@pytest.mark.parametrize("page", ["docs/python.md", "bindings/python/README.md"])
def test_programs_of_the_docs_run(page, tmp_path):
    program = re.search(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.S)[1]
    shutil.copy(ROOT / "examples" / "data" / "customers.csv", tmp_path)
    run = python("-c", f"import os, sys; os.chdir({str(tmp_path)!r}); sys.path.insert(0, {str(BINDING)!r})\n{program}")
    assert run.returncode == 0 and len(run.stdout.splitlines()) >= 2, run.stdout
