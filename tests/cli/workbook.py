# SPDX-License-Identifier: MIT
"""Makes an Excel workbook of texts: workbook.py FILE SHEET=TABLE ... with rows divided by ';' and cells by '|'; a hidden sheet is !SHEET."""
import sys
import zipfile
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

sheets = [sheet.split("=", 1) for sheet in sys.argv[2:]]
with zipfile.ZipFile(sys.argv[1], "w") as book:
    book.writestr("[Content_Types].xml", f"<Types><Override PartName='/xl/workbook.xml' ContentType='{TYPE}'/></Types>")
    start = f"<Relationship Id='r' Type='{RELATIONS}/officeDocument' Target='xl/workbook.xml'/>"
    book.writestr("_rels/.rels", f"<Relationships>{start}</Relationships>")
    links = "".join(f"<Relationship Id='r{i}' Type='{RELATIONS}/worksheet' Target='{i}.xml'/>" for i in range(len(sheets)))
    book.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{links}</Relationships>")
    names = "".join(f"<sheet name={quoteattr(name.lstrip('!'))} state='{'hidden' if name[0] == '!' else 'visible'}' sheetId='{i + 1}' r:id='r{i}'/>" for i, (name, _) in enumerate(sheets))
    book.writestr("xl/workbook.xml", f"<workbook xmlns='{MAIN}' xmlns:r='{RELATIONS}'><sheets>{names}</sheets></workbook>")
    for i, (_, table) in enumerate(sheets):
        rows = (row.split("|") for row in table.split(";") if row)
        cells = ("".join(f"<c t='str'><v>{escape(cell)}</v></c>" if cell else "<c/>" for cell in row) for row in rows)
        content = "".join(f"<row>{row}</row>" for row in cells)
        book.writestr(f"xl/{i}.xml", f"<worksheet xmlns='{MAIN}'><sheetData>{content}</sheetData></worksheet>")
