# SPDX-License-Identifier: MIT
"""Every public C function is reachable from Python, or there is a reason why it need not be."""
import re

from conftest import BINDING
from crm import _prototypes

IN_TABLES = "the generated tables say it without a call"
OWN_CSV = "Python has a csv module of its own"
DUMPS = "for formats of a host in C; crm_export_dump() is JSON Lines"
EXPORTS = "files from C; the package has its own ways to write rows"
UNUSED = {
    "crm_blockers_json": "the values are read one by one",
    "crm_csv_cell_count": OWN_CSV,
    "crm_csv_cell_text": OWN_CSV,
    "crm_csv_next": OWN_CSV,
    "crm_csv_read": "crm_csv_feed() reads what crm_csv_open_bytes() has opened",
    "crm_csv_read_file": "crm_csv_feed() reads what crm_csv_open() has opened",
    "crm_csv_row": OWN_CSV,
    "crm_domain_closed": IN_TABLES,
    "crm_domain_code": IN_TABLES,
    "crm_domain_count": IN_TABLES,
    "crm_domain_label": IN_TABLES,
    "crm_domain_name": IN_TABLES,
    "crm_dump_begin": DUMPS,
    "crm_dump_free": DUMPS,
    "crm_dump_identity": DUMPS,
    "crm_dump_next": DUMPS,
    "crm_error_report": "for libraries in C that are built on libcrm",
    "crm_export_row": EXPORTS,
    "crm_export_table": EXPORTS,
    "crm_feature_supported": "the package needs all features",
    "crm_field_domain": IN_TABLES,
    "crm_field_find": IN_TABLES,
    "crm_field_flags": IN_TABLES,
    "crm_field_next": IN_TABLES,
    "crm_field_since": "all that the package knows is as old as itself",
    "crm_iter_next": "crm_iter_next_many() gives them in one call",
    "crm_kind_next": IN_TABLES,
    "crm_load_begin": DUMPS,
    "crm_load_finish": DUMPS,
    "crm_load_free": DUMPS,
    "crm_load_put": DUMPS,
    "crm_load_record": DUMPS,
    "crm_load_stub": DUMPS,
    "crm_plan_change": "crm_plan_json() has them all",
    "crm_plan_change_count": "crm_plan_json() has them all",
    "crm_plan_row": "crm_plan_json() has them all",
    "crm_plan_row_count": "crm_plan_json() has them all",
    "crm_status_text": "errors have the text of their own failure",
    "crm_sync_ignore": "for readers of files in C",
    "crm_sync_flags": "for readers of files",
    "crm_sync_has_heading": "for programs that take mappings from a command line",
    "crm_sync_heading": "crm_sync_sheet_heading() tells it of every sheet",
    "crm_sync_if_exists": EXPORTS,
    "crm_sync_if_not_exists": EXPORTS,
    "crm_sync_new": "crm_sync_new_in() knows the custom fields too",
    "crm_sync_role": EXPORTS,
    "crm_sync_sheet_count": "who made the sheets knows them",
    "crm_sync_sheet_shape": "who made the sheets knows them",
    "crm_sync_source": EXPORTS,
    "crm_sync_target": "crm_sync_sheet_target() tells it of every sheet",
    "crm_txn_abort": "crm_txn_free() aborts too",
    "crm_version": "crm_version_text() says it as text",
}


def test_every_function_is_used_or_has_a_reason():
    sources = [path.read_text("utf-8") for path in (BINDING / "crm").glob("*.py") if path.name != "_prototypes.py"]
    used = {a or b for text in sources for a, b in re.findall(r'\b_?lib(?:_io)?\.(crm_\w+)|"(crm_\w+)"', text)}
    functions = set(_prototypes.FUNCTIONS) | set(_prototypes.IO_FUNCTIONS)
    assert used - functions == set()
    assert functions - used == set(UNUSED)
