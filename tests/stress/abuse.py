#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes a table of all functions of the public headers in C, for api_abuse.c: how each is called, what it gives and what it takes.

Usage: abuse.py OUTPUT
"""
import re
import sys
from pathlib import Path

from pycparser import c_ast, c_generator, c_parser

ROOT = Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "bindings/python/tools"), str(ROOT / "scripts")]
import check_sources
import generate

TEXT = c_generator.CGenerator()
NUMBERS = {"int", "uint32_t", "uint64_t", "int64_t", "size_t", "crm_id", "crm_field"}
SIZES = re.compile(r"^(len|size|cap|\w+_len)$")


def of_type(node):
    """A type as words: "const char *"."""
    named = node
    while not isinstance(named, c_ast.TypeDecl):
        named = named.type
    named.declname = None
    return TEXT.visit(node).replace("* *", "**").replace("**", " **").replace("  ", " ").strip()


def argument(name, kind, before):
    """What an argument is: a value of enum in api_abuse.c. before: the argument before it."""
    plain = kind.replace("const ", "").strip()
    if plain in NUMBERS:
        if name == "count" and before == "ARRAY":
            return "COUNT"
        if SIZES.match(name) and plain == "size_t":
            return {"TEXT": "LENGTH", "BYTES": "SIZE", "ROOM": "CAPACITY"}[before]
        return {"crm_id": "ID", "crm_field": "FIELD", "int64_t": "WIDE", "size_t": "PLACE"}.get(plain, plain.replace("_t", "").upper())
    if plain.endswith("_fn"):
        return "FUNCTION"
    if plain == "void *" and name == "data":
        return "DATA"
    if plain == "char *" and kind.startswith("const"):
        return "TEXT"
    if plain == "void *" and kind.startswith("const"):
        return "BYTES"
    if plain in ("char *", "void *"):
        return "ROOM"
    if plain.endswith("**") and plain != "char **":
        return "OUT_HANDLE"
    if name in ("codes", "cells", "headings", "levels", "lens", "released", "fields"):
        return "ARRAY"
    if plain.endswith(("_options *", "_format *", "_query *")):
        return "OPTIONS"
    if plain[:-2] in NUMBERS | {"uint8_t"}:
        return "OUT"
    if plain.startswith("crm_") and plain.endswith(" *"):
        return "HANDLE"
    raise SystemExit(f"abuse: {kind} {name} is of an unknown sort")


def result(name, declaration, kind):
    """What a function gives."""
    if kind == "int" and "@errors" in declaration and name not in check_sources.ANSWERS | {"crm_record_has", "crm_record_bool"}:
        return "STATUS"
    return "NOTHING" if kind == "void" else "POINTER" if kind.endswith("*") else "NUMBER"


def members(struct):
    """Of an options struct: the places that may hold any number, and any text."""
    rows = []
    for member in struct.decls:
        kind = of_type(member.type)
        sort = {"uint32_t": "UINT32", "int32_t": "UINT32", "uint64_t": "UINT64", "int64_t": "WIDE", "const char *": "TEXT"}.get(kind)
        if sort and member.name != "size":
            rows.append(f'    {{"{struct.name}", "{member.name}", {sort}, offsetof({struct.name}, {member.name})}},')
    return rows


def main(out):
    comments, functions, structs = {}, {}, {}
    for path in sorted((ROOT / "include/libcrm").glob("*.h")):
        for _, name, declaration, comment in check_sources.functions(path.read_text("utf-8")):
            comments[name] = comment
    for header in ("crm.h", "io.h"):
        for node in c_parser.CParser().parse(generate.preprocess(header), header).ext:
            if isinstance(node, c_ast.Decl) and isinstance(node.type, c_ast.FuncDecl) and node.name in comments:
                functions[node.name] = node.type
            elif isinstance(node, c_ast.Typedef) and isinstance(node.type.type, c_ast.Struct) and node.type.type.decls:
                structs[node.name] = node.type.type
    calls, table = [], []
    for name, function in functions.items():
        kinds, rows, before = [], [], ""
        for parameter in function.args.params if function.args else []:
            kind = of_type(parameter.type)
            if kind == "void":
                continue
            before = argument(parameter.name, kind, before)
            of = re.sub(r"^const |\W+$", "", kind)
            kinds.append(kind)
            rows.append(f'{{"{parameter.name}", "{of}", {before}}}')
        arguments = ", ".join(f"({kind})a[{i}]" for i, kind in enumerate(kinds))
        gives = of_type(function.type)
        call = f"{name}({arguments})"
        calls.append(f"static uint64_t call_{name}(const uint64_t *a) {{ (void)a; " + (f"{call}; return 0; }}" if gives == "void" else f"return (uint64_t){call}; }}"))
        table.append(f'    {{"{name}", call_{name}, {result(name, comments[name], gives)}, {len(rows)}, {{{", ".join(rows)}}}}},')
    lines = [*calls, "static const struct function functions[] = {", *table, "};"]
    lines += ["static const struct member members[] = {", *[row for struct in structs.values() for row in members(struct)], "};"]
    lines += ["static const struct input inputs[] = {", *[f'    {{"{name}", sizeof({name})}},' for name in structs], "};"]
    Path(out).write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
