/* SPDX-License-Identifier: MIT */
/* The documented limits. Generated from src/schema/limits.def by tools/generate.c; do not edit. */
#ifndef CRMI_SCHEMA_LIMITS_H
#define CRMI_SCHEMA_LIMITS_H
enum crmi_limit {
    CRMI_LIMIT_TEXT_BYTES = 4096,                /**< bytes of one text value */
    CRMI_LIMIT_CODE_BYTES = 64,                  /**< bytes of a code, and of the name of a domain or scheme */
    CRMI_LIMIT_TEXTS_ITEMS = 64,                 /**< items of one list of texts */
    CRMI_LIMIT_LABEL_LANGUAGES = 64,             /**< languages of one label */
    CRMI_LIMIT_BYTES_BYTES = 32768,              /**< bytes of one bytes value */
    CRMI_LIMIT_RECORD_BYTES = 65536,             /**< bytes of one stored record, header included */
    CRMI_LIMIT_RECORD_FIELDS = 512,              /**< fields of one record */
    CRMI_LIMIT_RECORD_DEPTH = 4,                 /**< levels of nesting in a stored record */
    CRMI_LIMIT_ROOTS = 134217727,                /**< parties and groups of one store (27 bits) */
    CRMI_LIMIT_LOCALS = 262143,                  /**< records of one kind at one party (18 bits) */
    CRMI_LIMIT_CUSTOM_FIELDS = 800,              /**< custom fields of one store, deleted ones counted */
    CRMI_LIMIT_GROUP_DEPTH = 16,                 /**< groups above a group */
    CRMI_LIMIT_GROUP_DESCENDANTS = 10000,        /**< groups below a group that gets another parent */
    CRMI_LIMIT_GROUP_MEMBERSHIPS = 1000,         /**< groups of a party on one day, parents included */
    CRMI_LIMIT_ADDRESS_MOVES = 16,               /**< moves from one address to the next that are followed */
    CRMI_LIMIT_OPTION_CODES = 100000,            /**< options that are checked in one call */
    CRMI_LIMIT_PASSWORD_BYTES = 1024,            /**< bytes of a password */
    CRMI_LIMIT_PASSWORD_FAILURES = 5,            /**< failed checks of a password before further ones have to wait */
    CRMI_LIMIT_PASSWORD_WAIT_S = 60,             /**< seconds to wait after too many failed checks of a password */
    CRMI_LIMIT_RULES = 1000,                     /**< mapping rules of one store */
    CRMI_LIMIT_RULE_CONDITIONS = 16,             /**< conditions of one mapping rule */
    CRMI_LIMIT_RULE_VALUES = 1000,               /**< values in the conditions of one mapping rule */
    CRMI_LIMIT_KEY_BYTES = 511,                  /**< bytes of an engine key */
    CRMI_LIMIT_KEY_TEXT_BYTES = 400,             /**< bytes of a text in an index key before it is cut and hashed */
    CRMI_LIMIT_LIST_DEFAULT = 100,               /**< results of a list whose limit is 0 */
    CRMI_LIMIT_LIST_MAX = 10000,                 /**< results of one list; a token continues it */
    CRMI_LIMIT_DIRECTORY_LOOKS = 8192,           /**< parties that one page of the directory looks at */
    CRMI_LIMIT_DIRECTORY_ROWS = 65536,           /**< records that one page of the directory looks at, unless a single party has more */
    CRMI_LIMIT_DIRECTORY_FEW = 4096,             /**< parties with a town, a postal code or in a group that are put in order for a page */
    CRMI_LIMIT_DIRECTORY_SAMPLE = 4096,          /**< parties that a number of parties is estimated from */
    CRMI_LIMIT_FILE_RECORDS = 100000,            /**< records of a customer file read at once */
    CRMI_LIMIT_QUOTE_CANDIDATES = 1000,          /**< candidates that an ambiguous field of a quote lists */
    CRMI_LIMIT_SYNC_ROWS = 100000,               /**< rows of one import applied in one transaction */
    CRMI_LIMIT_SYNC_JOB_ROWS = 4000000,          /**< rows of one import that is a job of several transactions */
    CRMI_LIMIT_SYNC_ERRORS = 100000,             /**< errors that a job of several transactions lists */
    CRMI_LIMIT_SYNC_COLUMNS = 512,               /**< columns of one sheet of an import */
    CRMI_LIMIT_SYNC_SHEETS = 64,                 /**< sheets of one import */
    CRMI_LIMIT_SYNC_BYTES = 536870912,           /**< bytes of the cells of one import or batch, and 40 more for each */
    CRMI_LIMIT_SYNC_CELL_BYTES = 32768,          /**< bytes of one cell */
    CRMI_LIMIT_CSV_ROW_BYTES = 1048576,          /**< bytes of one CSV row */
    CRMI_LIMIT_DUMP_LINE_BYTES = 1048576,        /**< bytes of one line of a dump or of JSON Lines, and of a mapping file */
    CRMI_LIMIT_XLSX_ROWS = 1048576,              /**< rows of a sheet of a workbook, as in Excel */
    CRMI_LIMIT_XLSX_COLUMNS = 16384,             /**< columns of a sheet of a workbook, as in Excel */
    CRMI_LIMIT_XLSX_CELL_CHARS = 32767,          /**< UTF-16 units of the text of a cell of a workbook, as in Excel */
    CRMI_LIMIT_XLSX_ROW_BYTES = 8388608,         /**< bytes of one row of a workbook, shared texts not counted */
    CRMI_LIMIT_XLSX_SHEET_BYTES = 1073741824,    /**< bytes of one sheet of a workbook, unpacked */
    CRMI_LIMIT_XLSX_STRINGS_BYTES = 268435456,   /**< bytes of the shared texts of a workbook, unpacked */
    CRMI_LIMIT_XLSX_PART_BYTES = 16777216,       /**< bytes of another part of a workbook that is read, unpacked */
    CRMI_LIMIT_XLSX_TOTAL_BYTES = 2147483647,    /**< bytes of all parts of a workbook together, unpacked */
    CRMI_LIMIT_XLSX_TEXT_BYTES = 1073741824,     /**< bytes of texts and values of one sheet of a workbook, shared texts not counted */
    CRMI_LIMIT_XLSX_PARTS = 10000,               /**< parts (files) in a workbook */
    CRMI_LIMIT_XLSX_RATIO = 200,                 /**< times that a longer part of a workbook, or all, may be unpacked what it is packed */
    CRMI_LIMIT_XLSX_RATIO_FREE_BYTES = 16777216, /**< bytes of a part of a workbook, or of all together, whose packing is not looked at */
    CRMI_LIMIT_XLSX_SHEETS = 10000,              /**< sheets of a workbook */
    CRMI_LIMIT_XLSX_NAME_BYTES = 255,            /**< bytes of the name of a sheet of a workbook */
    CRMI_LIMIT_XLSX_STYLES = 65536,              /**< cell formats of a workbook */
    CRMI_LIMIT_XLSX_FORMATS = 4096,              /**< number formats of a workbook */
    CRMI_LIMIT_XLSX_FORMAT_BYTES = 1024,         /**< bytes of a number format of a workbook */
    CRMI_LIMIT_XML_DEPTH = 64,                   /**< levels of elements in XML */
    CRMI_LIMIT_XML_ATTRIBUTES = 64,              /**< attributes of an element in XML */
    CRMI_LIMIT_XML_NAME_BYTES = 256,             /**< bytes of the name of an element or attribute in XML */
    CRMI_LIMIT_XML_TOKEN_BYTES = 1048576,        /**< bytes of one tag or comment in XML */
    CRMI_LIMIT_CSV_FILE_BYTES = 1073741824,      /**< bytes of one CSV file, and of JSON Lines */
    CRMI_LIMIT_TRANSACT_TRIES = 20,              /**< times that crm_transact() runs its callback at most */
    CRMI_LIMIT_WRITER_WAIT_MS = 5000,            /**< milliseconds that a writer waits where the options say nothing */
    CRMI_LIMIT_READERS = 1022,                   /**< snapshots open at once over all processes where the options say nothing */
    CRMI_LIMIT_MAP_GIB = 64                      /**< GiB of address space reserved where the options say nothing */
};
#endif
