/* SPDX-License-Identifier: MIT */
/* Generated from src/schema/fields.def by tools/generate.c; do not edit. */
/**
 * @file fields.h
 * Numbers of the kinds of records and of their fields. Released numbers never move.
 */
#ifndef LIBCRM_FIELDS_H
#define LIBCRM_FIELDS_H
#ifdef __cplusplus
extern "C" {
#endif

/** Kinds of records. */
enum crm_kind {
    CRM_KIND_PARTY = 1,          /**< Party */
    CRM_KIND_ROLE = 2,           /**< Role */
    CRM_KIND_QUOTE_DEFAULTS = 3, /**< Quote defaults */
    CRM_KIND_USAGE = 4,          /**< Usage */
    CRM_KIND_GROUP = 5,          /**< Group */
    CRM_KIND_MEMBERSHIP = 6,     /**< Membership */
    CRM_KIND_IDENTIFIER = 16,    /**< Identifier */
    CRM_KIND_ADDRESS = 17,       /**< Address */
    CRM_KIND_CONTACT = 18,       /**< Contact */
    CRM_KIND_CHANNEL = 19,       /**< Channel */
    CRM_KIND_BANK = 20,          /**< Bank account */
    CRM_KIND_BINDING = 21,       /**< User binding */
    CRM_KIND_OPTION_RULE = 22,   /**< Option rule */
    CRM_KIND_CODE = 32,          /**< Code */
    CRM_KIND_SETTING = 33,       /**< Setting */
    CRM_KIND_USER = 34,          /**< User */
    CRM_KIND_CREDENTIAL = 44,    /**< Credential */
    CRM_KIND_CUSTOM_FIELD = 36,  /**< Custom field */
    CRM_KIND_POLICY = 37,        /**< Quote policy */
    CRM_KIND_RULE = 38,          /**< Mapping rule */
    CRM_KIND_ACCESS_ROLE = 39,   /**< Access role */
    CRM_KIND_USER_ROLE = 45,     /**< Access role of a user */
    CRM_KIND_IMPORT_RUN = 46,    /**< Import run */
    CRM_KIND_CHANGE = 54,        /**< Change */
    CRM_KIND_DAMAGE = 55,        /**< Damage of a store */
    CRM_KIND_PLAN_ROW = 56,      /**< Planned row */
    CRM_KIND_PLAN_CHANGE = 57,   /**< Planned change */
    CRM_KIND_ACCESS = 58,        /**< Access decision */
    CRM_KIND_BLOCKER = 59,       /**< Blocker */
    CRM_KIND_QUOTE_CHANGE = 60,  /**< Change of a proposal */
    CRM_KIND_QUOTE_LOSER = 61,   /**< Value that was not taken */
    CRM_KIND_QUOTE = 62          /**< Quote proposal */
};

/** Fields: kind * 1000 + number inside the kind. The comments give label and type. */
enum crm_field_number {
    CRM_PARTY_TYPE = 1001,             /**< Party type: text, code of party_type */
    CRM_PARTY_NAME = 1002,             /**< Company: text */
    CRM_PARTY_NAME_ADDITION = 1003,    /**< Company addition: text */
    CRM_PARTY_SHORT_NAME = 1004,       /**< Search term: text */
    CRM_PARTY_SALUTATION = 1005,       /**< Party salutation: text, code of salutation */
    CRM_PARTY_TITLE = 1006,            /**< Party title: text */
    CRM_PARTY_FIRST_NAME = 1007,       /**< Party first name: text */
    CRM_PARTY_LAST_NAME = 1008,        /**< Party last name: text */
    CRM_PARTY_LANGUAGE = 1009,         /**< Language: text, code of language */
    CRM_PARTY_VAT_ID = 1010,           /**< VAT ID: text */
    CRM_PARTY_TAX_NUMBER = 1011,       /**< Tax number: text */
    CRM_PARTY_TAX_EXEMPT = 1012,       /**< Tax exempt: bool */
    CRM_PARTY_CATEGORY = 1013,         /**< Category: text, code of category */
    CRM_PARTY_INACTIVE = 1014,         /**< Inactive: bool */
    CRM_PARTY_SPECIAL_WISHES = 1015,   /**< Special wishes: text */
    CRM_PARTY_LOYALTY_DISCOUNT = 1016, /**< Loyalty discount: amount */
    CRM_PARTY_CREDIT_BALANCE = 1017,   /**< Credit balance: amount */
    CRM_PARTY_CREDIT_CURRENCY = 1018,  /**< Credit currency: text, code of currency */
    CRM_PARTY_SOURCE_CATEGORY = 1019,  /**< Source category: text, code of source_category */
    CRM_PARTY_SOURCE_DETAIL = 1020,    /**< Source detail: text */
    CRM_PARTY_REFERRER = 1021,         /**< Referrer: id of party */
    CRM_PARTY_MET_AT = 1022,           /**< Met at: text */
    CRM_PARTY_ORDER_LOCK = 1023,       /**< Order lock: bool */
    CRM_PARTY_DELIVERY_LOCK = 1024,    /**< Delivery lock: bool */
    CRM_PARTY_DUNNING_LOCK = 1025,     /**< Dunning lock: bool */
    CRM_PARTY_LOCK_REASON = 1026,      /**< Lock reason: text */
    CRM_PARTY_NOTE = 1027,             /**< Note: text */
    CRM_PARTY_ARCHIVED = 1028,         /**< Archived: bool */
    CRM_PARTY_CREATED_AT = 1029,       /**< Created at: time */

    CRM_ROLE_PARTY = 2001,           /**< Party of the role: id of party */
    CRM_ROLE_ROLE = 2002,            /**< Role: text, code of role */
    CRM_ROLE_NUMBER = 2003,          /**< Customer number: text */
    CRM_ROLE_VALID_FROM = 2004,      /**< Role valid from: date */
    CRM_ROLE_VALID_UNTIL = 2005,     /**< Role valid until: date */
    CRM_ROLE_PROSPECT_KIND = 2006,   /**< Prospect kind: text, code of prospect_kind */
    CRM_ROLE_CONVERTED_AT = 2007,    /**< Converted at: time */
    CRM_ROLE_CONVERTED_BY = 2008,    /**< Converted by: id of party */
    CRM_ROLE_SOURCE_DOCUMENT = 2009, /**< Document of the conversion: text */

    CRM_QUOTE_DEFAULTS_OWNER = 3001,              /**< Party or group of the defaults: id of party or group */
    CRM_QUOTE_DEFAULTS_SCOPE = 3002,              /**< Scope: id of address or contact */
    CRM_QUOTE_DEFAULTS_SALES_AREA = 3003,         /**< Sales area: text, code of sales_area */
    CRM_QUOTE_DEFAULTS_PRICE_LIST = 3004,         /**< Price list: text, code of price_list */
    CRM_QUOTE_DEFAULTS_CURRENCY = 3005,           /**< Currency: text, code of currency */
    CRM_QUOTE_DEFAULTS_PAYMENT_TERMS = 3006,      /**< Payment terms: text, code of payment_terms */
    CRM_QUOTE_DEFAULTS_PAYMENT_METHOD = 3007,     /**< Payment method: text, code of payment_method */
    CRM_QUOTE_DEFAULTS_DELIVERY_TERMS = 3008,     /**< Delivery terms: text, code of delivery_terms */
    CRM_QUOTE_DEFAULTS_SHIPPING_METHOD = 3009,    /**< Shipping method: text, code of shipping_method */
    CRM_QUOTE_DEFAULTS_DISCOUNT_SCHEME = 3010,    /**< Discount scheme: text, code of discount_scheme */
    CRM_QUOTE_DEFAULTS_DELIVERY_TIMES = 3011,     /**< Delivery times: text */
    CRM_QUOTE_DEFAULTS_PLANT = 3012,              /**< Plant: text, code of plant */
    CRM_QUOTE_DEFAULTS_TAX_ZONE = 3013,           /**< Tax zone: text, code of tax_zone */
    CRM_QUOTE_DEFAULTS_LANGUAGE = 3014,           /**< Quote language: text, code of language */
    CRM_QUOTE_DEFAULTS_CHANNEL = 3015,            /**< Preferred channel: text, code of channel_type */
    CRM_QUOTE_DEFAULTS_CUSTOMER_REFERENCE = 3016, /**< Customer reference: text */
    CRM_QUOTE_DEFAULTS_PREFERRED_SITE = 3017,     /**< Preferred site: id of address */
    CRM_QUOTE_DEFAULTS_PREFERRED_CONTACT = 3018,  /**< Preferred contact: id of contact */
    CRM_QUOTE_DEFAULTS_SENDER_COUNTRY = 3019,     /**< Sender's country: text, code of country */
    CRM_QUOTE_DEFAULTS_BLOCKS_INHERITANCE = 3020, /**< Blocks inheritance: bool */
    CRM_QUOTE_DEFAULTS_COUNTRY = 3021,            /**< Country of the defaults: text, code of country */
    CRM_QUOTE_DEFAULTS_REGION = 3022,             /**< Region of the defaults: text */

    CRM_USAGE_PARTY = 4001,       /**< Party of the usage: id of party */
    CRM_USAGE_TARGET = 4002,      /**< Address or contact: id of address or contact */
    CRM_USAGE_PURPOSE = 4003,     /**< Purpose: text, code of purpose */
    CRM_USAGE_IS_DEFAULT = 4004,  /**< Default: bool */
    CRM_USAGE_VALID_FROM = 4005,  /**< Usage valid from: date */
    CRM_USAGE_VALID_UNTIL = 4006, /**< Usage valid until: date */

    CRM_GROUP_CODE = 5001,      /**< Group code: text */
    CRM_GROUP_NAME = 5002,      /**< Group name: text */
    CRM_GROUP_PARENT = 5003,    /**< Parent group: id of group */
    CRM_GROUP_PRIORITY = 5004,  /**< Group priority: int */
    CRM_GROUP_OPT_OUT = 5005,   /**< Gets no information: bool */
    CRM_GROUP_NOTE = 5006,      /**< Group note: text */
    CRM_GROUP_ARCHIVED = 5007,  /**< Group archived: bool */
    CRM_GROUP_ANCESTORS = 5008, /**< Groups above: bytes */

    CRM_MEMBERSHIP_PARTY = 6001,       /**< Member: id of party */
    CRM_MEMBERSHIP_GROUP = 6002,       /**< Group of the member: id of group */
    CRM_MEMBERSHIP_VALID_FROM = 6003,  /**< Member from: date */
    CRM_MEMBERSHIP_VALID_UNTIL = 6004, /**< Member until: date */

    CRM_IDENTIFIER_PARTY = 16001,  /**< Party of the identifier: id of party */
    CRM_IDENTIFIER_SCHEME = 16002, /**< Scheme: text, code of scheme */
    CRM_IDENTIFIER_VALUE = 16003,  /**< Identifier: text */
    CRM_IDENTIFIER_TARGET = 16004, /**< Identified address or contact: id of address or contact */

    CRM_ADDRESS_PARTY = 17001,              /**< Party of the address: id of party */
    CRM_ADDRESS_SITE_NUMBER = 17002,        /**< Site number: text */
    CRM_ADDRESS_SITE_NAME = 17003,          /**< Site: text */
    CRM_ADDRESS_RECIPIENT = 17004,          /**< Recipient: texts */
    CRM_ADDRESS_CARE_OF = 17005,            /**< Care of: text */
    CRM_ADDRESS_STREET = 17006,             /**< Street: text */
    CRM_ADDRESS_HOUSE_NUMBER = 17007,       /**< House number: text */
    CRM_ADDRESS_ADDITION = 17008,           /**< Address addition: text */
    CRM_ADDRESS_PO_BOX = 17009,             /**< PO box: text */
    CRM_ADDRESS_PO_BOX_POSTAL_CODE = 17010, /**< PO box postal code: text */
    CRM_ADDRESS_POSTAL_CODE = 17011,        /**< Postal code: text */
    CRM_ADDRESS_TOWN = 17012,               /**< Town: text */
    CRM_ADDRESS_DISTRICT = 17013,           /**< District: text */
    CRM_ADDRESS_REGION = 17014,             /**< Region: text */
    CRM_ADDRESS_COUNTRY = 17015,            /**< Country: text, code of country */
    CRM_ADDRESS_GLN = 17016,                /**< GLN: text */
    CRM_ADDRESS_VAT_ID = 17017,             /**< Site VAT ID: text */
    CRM_ADDRESS_LATITUDE = 17018,           /**< Latitude (1e-7 degrees): int */
    CRM_ADDRESS_LONGITUDE = 17019,          /**< Longitude (1e-7 degrees): int */
    CRM_ADDRESS_VALID_FROM = 17020,         /**< Address valid from: date */
    CRM_ADDRESS_VALID_UNTIL = 17021,        /**< Address valid until: date */
    CRM_ADDRESS_ARCHIVED = 17022,           /**< Address archived: bool */
    CRM_ADDRESS_SUCCESSOR = 17023,          /**< Moved to: id of address */

    CRM_CONTACT_PARTY = 18001,       /**< Party of the contact: id of party */
    CRM_CONTACT_NAME = 18002,        /**< Contact: text */
    CRM_CONTACT_SALUTATION = 18003,  /**< Salutation: text, code of salutation */
    CRM_CONTACT_TITLE = 18004,       /**< Academic title: text */
    CRM_CONTACT_FIRST_NAME = 18005,  /**< First name: text */
    CRM_CONTACT_LAST_NAME = 18006,   /**< Last name: text */
    CRM_CONTACT_FUNCTION = 18007,    /**< Function: text */
    CRM_CONTACT_DEPARTMENT = 18008,  /**< Department: text */
    CRM_CONTACT_LANGUAGE = 18009,    /**< Contact language: text, code of language */
    CRM_CONTACT_PERSON = 18010,      /**< Person: id of party */
    CRM_CONTACT_NOTE = 18011,        /**< Contact note: text */
    CRM_CONTACT_VALID_FROM = 18012,  /**< Contact valid from: date */
    CRM_CONTACT_VALID_UNTIL = 18013, /**< Contact valid until: date */
    CRM_CONTACT_ARCHIVED = 18014,    /**< Contact archived: bool */

    CRM_CHANNEL_PARTY = 19001,      /**< Party of the channel: id of party */
    CRM_CHANNEL_TARGET = 19002,     /**< Address or contact of the channel: id of address or contact */
    CRM_CHANNEL_TYPE = 19003,       /**< Channel type: text, code of channel_type */
    CRM_CHANNEL_PURPOSE = 19004,    /**< Channel purpose: text, code of purpose */
    CRM_CHANNEL_VALUE = 19005,      /**< Number or address: text */
    CRM_CHANNEL_NORMALISED = 19006, /**< Normalised value: text */
    CRM_CHANNEL_OPT_OUT = 19007,    /**< Opt-out: bool */

    CRM_BANK_PARTY = 20001,             /**< Party of the account: id of party */
    CRM_BANK_HOLDER = 20002,            /**< Account holder: text */
    CRM_BANK_BANK_NAME = 20003,         /**< Bank: text */
    CRM_BANK_IBAN = 20004,              /**< IBAN: text */
    CRM_BANK_BIC = 20005,               /**< BIC: text */
    CRM_BANK_COUNTRY = 20006,           /**< Country of the bank: text, code of country */
    CRM_BANK_BANK_CODE = 20007,         /**< Bank code: text */
    CRM_BANK_BRANCH_CODE = 20008,       /**< Branch code: text */
    CRM_BANK_ACCOUNT_NUMBER = 20009,    /**< Bank account number: text */
    CRM_BANK_RIB_KEY = 20010,           /**< RIB key: text */
    CRM_BANK_IS_DEFAULT = 20011,        /**< Default account: bool */
    CRM_BANK_SEPA = 20012,              /**< SEPA direct debit: bool */
    CRM_BANK_MANDATE_REFERENCE = 20013, /**< Mandate reference: text */
    CRM_BANK_MANDATE_AT = 20014,        /**< Mandate received on: date */
    CRM_BANK_FIRST_DEBIT_AT = 20015,    /**< First direct debit on: date */
    CRM_BANK_VALID_FROM = 20016,        /**< Account valid from: date */
    CRM_BANK_VALID_UNTIL = 20017,       /**< Account valid until: date */
    CRM_BANK_NOTE = 20018,              /**< Account note: text */

    CRM_BINDING_PARTY = 21001,       /**< Bound party: id of party */
    CRM_BINDING_USER = 21002,        /**< Bound user: id of user */
    CRM_BINDING_VALID_FROM = 21003,  /**< Bound from: date */
    CRM_BINDING_VALID_UNTIL = 21004, /**< Bound until: date */

    CRM_OPTION_RULE_OWNER = 22001,       /**< Party or group of the rule: id of party or group */
    CRM_OPTION_RULE_CODE = 22002,        /**< Option, or how its code begins: text */
    CRM_OPTION_RULE_DENY = 22003,        /**< Not allowed: bool */
    CRM_OPTION_RULE_VALID_FROM = 22004,  /**< Option rule from: date */
    CRM_OPTION_RULE_VALID_UNTIL = 22005, /**< Option rule until: date */
    CRM_OPTION_RULE_NOTE = 22006,        /**< Option rule note: text */

    CRM_CODE_DOMAIN = 32001,   /**< Domain: text */
    CRM_CODE_CODE = 32002,     /**< Code: text */
    CRM_CODE_LABEL = 32003,    /**< Label: label */
    CRM_CODE_CURRENCY = 32004, /**< Currency of the price list: text, code of currency */
    CRM_CODE_ARCHIVED = 32005, /**< Code archived: bool */

    CRM_SETTING_NAME = 33001,  /**< Setting name: text */
    CRM_SETTING_VALUE = 33002, /**< Setting value: text */

    CRM_USER_NAME = 34001,              /**< User name: text */
    CRM_USER_TYPE = 34002,              /**< User type: text, code of user_type */
    CRM_USER_DISABLED = 34003,          /**< User disabled: bool */
    CRM_USER_VALID_FROM = 34004,        /**< User from: date */
    CRM_USER_VALID_UNTIL = 34005,       /**< User until: date */
    CRM_USER_RESTRICTED = 34006,        /**< Quotes for bound customers only: bool */
    CRM_USER_NO_FOREIGN_QUOTES = 34007, /**< Sees no quotes of others: bool */
    CRM_USER_PRICE_LIST = 34008,        /**< Locked price list: text, code of price_list */
    CRM_USER_CURRENCY = 34009,          /**< Locked currency: text, code of currency */
    CRM_USER_MUST_CHANGE = 34010,       /**< Must change the password: bool */
    CRM_USER_PASSWORD_AT = 34011,       /**< Password set at: time */
    CRM_USER_NOTE = 34012,              /**< User note: text */

    CRM_CREDENTIAL_USER = 44001,      /**< User of the credential: id of user */
    CRM_CREDENTIAL_VERIFIER = 44002,  /**< Verifier: bytes */
    CRM_CREDENTIAL_FAILURES = 44003,  /**< Failed checks: int */
    CRM_CREDENTIAL_FAILED_AT = 44004, /**< Last failed check: time */
    CRM_CREDENTIAL_HOST_MADE = 44005, /**< The host checks it: bool */

    CRM_CUSTOM_FIELD_RECORD_KIND = 36001, /**< Kind of record: text */
    CRM_CUSTOM_FIELD_NAME = 36002,        /**< Field name: text */
    CRM_CUSTOM_FIELD_TYPE = 36003,        /**< Field type: text, code of field_type */
    CRM_CUSTOM_FIELD_LABEL = 36004,       /**< Field label: label */
    CRM_CUSTOM_FIELD_DOMAIN = 36005,      /**< Code table of the field: text */
    CRM_CUSTOM_FIELD_INDEXED = 36006,     /**< Found by its value: bool */
    CRM_CUSTOM_FIELD_UNIQUE = 36007,      /**< Unique: bool */
    CRM_CUSTOM_FIELD_FOLDED = 36008,      /**< Found without case and accents: bool */
    CRM_CUSTOM_FIELD_SEARCHABLE = 36009,  /**< For the search: bool */
    CRM_CUSTOM_FIELD_PERSONAL = 36010,    /**< Personal data: bool */
    CRM_CUSTOM_FIELD_SYNONYMS = 36011,    /**< Column headings: texts */
    CRM_CUSTOM_FIELD_FIELD = 36012,       /**< Field number: int */
    CRM_CUSTOM_FIELD_PRICE = 36013,       /**< Price term: bool */
    CRM_CUSTOM_FIELD_TRACKED = 36014,     /**< Old and new values are kept: bool */

    CRM_POLICY_FIELD = 37001,  /**< Quote field: text */
    CRM_POLICY_LEVELS = 37002, /**< Levels, most specific first: texts */

    CRM_RULE_CODE = 38001,     /**< Rule code: text */
    CRM_RULE_TARGET = 38002,   /**< Field that is set: text */
    CRM_RULE_SOURCE = 38003,   /**< Field that is read: text */
    CRM_RULE_VALUE = 38004,    /**< Value that is set: text */
    CRM_RULE_WHEN = 38005,     /**< Conditions: texts */
    CRM_RULE_PRIORITY = 38006, /**< Rule priority: int */
    CRM_RULE_OVERRIDE = 38007, /**< Overrides given values: bool */
    CRM_RULE_ARCHIVED = 38008, /**< Rule archived: bool */
    CRM_RULE_NOTE = 38009,     /**< Rule note: text */

    CRM_ACCESS_ROLE_CODE = 39001,           /**< Access role code: text */
    CRM_ACCESS_ROLE_READ = 39002,           /**< Kinds that are read: texts */
    CRM_ACCESS_ROLE_WRITE = 39003,          /**< Kinds that are written: texts */
    CRM_ACCESS_ROLE_PERSONAL = 39004,       /**< Sees personal data: bool */
    CRM_ACCESS_ROLE_PRICES = 39005,         /**< Sees price terms: bool */
    CRM_ACCESS_ROLE_ADMINISTRATION = 39006, /**< Administers the store: bool */
    CRM_ACCESS_ROLE_FIELDS = 39007,         /**< Fields that bound users change: texts */
    CRM_ACCESS_ROLE_NOTE = 39008,           /**< Access role note: text */

    CRM_USER_ROLE_USER = 45001, /**< User who has the role: id of user */
    CRM_USER_ROLE_ROLE = 45002, /**< Role that he has: id of access_role */

    CRM_IMPORT_RUN_SOURCE = 46001,      /**< Source of the run: text */
    CRM_IMPORT_RUN_AT = 46002,          /**< Time of the run: time */
    CRM_IMPORT_RUN_USER = 46003,        /**< User of the run: id of user */
    CRM_IMPORT_RUN_ROWS = 46004,        /**< Rows: int */
    CRM_IMPORT_RUN_CREATED = 46005,     /**< Rows that created: int */
    CRM_IMPORT_RUN_UPDATED = 46006,     /**< Rows that updated: int */
    CRM_IMPORT_RUN_UNCHANGED = 46007,   /**< Rows that changed nothing: int */
    CRM_IMPORT_RUN_CONFLICTS = 46008,   /**< Rows in conflict with the store: int */
    CRM_IMPORT_RUN_FAILED = 46009,      /**< Rows that failed: int */
    CRM_IMPORT_RUN_REVERTED_AT = 46010, /**< Time of the reversal: time */
    CRM_IMPORT_RUN_DONE = 46011,        /**< Rows of the job that are done: int */
    CRM_IMPORT_RUN_TOTAL = 46012,       /**< Rows of the finished run: int */
    CRM_IMPORT_RUN_FINGERPRINT = 46013, /**< Fingerprint of the source: text */
    CRM_IMPORT_RUN_NOTE = 46014,        /**< Note of the run: text */

    CRM_CHANGE_RECORD = 54001,    /**< Record that changed: id of any */
    CRM_CHANGE_KIND = 54002,      /**< Kind of the record that changed: text */
    CRM_CHANGE_ACTION = 54003,    /**< What happened to it: text, code of change_action */
    CRM_CHANGE_COMMIT = 54004,    /**< Commit of the change: int */
    CRM_CHANGE_AT = 54005,        /**< Time of the change: time */
    CRM_CHANGE_BY = 54006,        /**< Who changed it: id of user */
    CRM_CHANGE_FIELD = 54007,     /**< Tracked field: text */
    CRM_CHANGE_OLD_VALUE = 54008, /**< Value before the change: text */
    CRM_CHANGE_NEW_VALUE = 54009, /**< Value after the change: text */

    CRM_DAMAGE_WHERE = 55001,  /**< Where the damage is: text */
    CRM_DAMAGE_KIND = 55002,   /**< Kind of the damaged record: text */
    CRM_DAMAGE_RECORD = 55003, /**< Damaged record: id of any */
    CRM_DAMAGE_FIELD = 55004,  /**< Field of the damage: text */
    CRM_DAMAGE_REASON = 55005, /**< What is wrong: text */

    CRM_PLAN_ROW_NUMBER = 56001,  /**< Number of the row: int */
    CRM_PLAN_ROW_SHEET = 56002,   /**< Sheet of the row: text */
    CRM_PLAN_ROW_ACTION = 56003,  /**< What becomes of the row: text, code of import_action */
    CRM_PLAN_ROW_KIND = 56004,    /**< Kind of the row's record: text */
    CRM_PLAN_ROW_RECORD = 56005,  /**< Record of the row: id of any */
    CRM_PLAN_ROW_ERROR = 56006,   /**< Errors of the row with their cells: text */
    CRM_PLAN_ROW_WARNING = 56007, /**< Warnings of the row with their cells: text */

    CRM_PLAN_CHANGE_ROW = 57001,       /**< Row of the change: int */
    CRM_PLAN_CHANGE_SHEET = 57002,     /**< Sheet of the change: text */
    CRM_PLAN_CHANGE_CELL = 57003,      /**< Cell of the change: text */
    CRM_PLAN_CHANGE_KIND = 57004,      /**< Kind of the changed record: text */
    CRM_PLAN_CHANGE_RECORD = 57005,    /**< Record that is changed: id of any */
    CRM_PLAN_CHANGE_FIELD = 57006,     /**< Field that is changed: text */
    CRM_PLAN_CHANGE_OLD_VALUE = 57007, /**< Value that is stored: text */
    CRM_PLAN_CHANGE_NEW_VALUE = 57008, /**< Value that is planned: text */
    CRM_PLAN_CHANGE_NAME = 57009,      /**< What the record is called: number, name: text */

    CRM_ACCESS_USER = 58001,    /**< User of the decision: id of user */
    CRM_ACCESS_RECORD = 58002,  /**< Record that was asked for: id of any */
    CRM_ACCESS_RIGHT = 58003,   /**< Right that was asked for: text, code of access_right */
    CRM_ACCESS_ALLOWED = 58004, /**< Allowed: bool */
    CRM_ACCESS_REASON = 58005,  /**< Reason of the decision: text, code of access_reason */
    CRM_ACCESS_BINDING = 58006, /**< Binding that decides: id of binding */
    CRM_ACCESS_ROLE = 58007,    /**< Access role that decides: id of access_role */

    CRM_BLOCKER_FIELD = 59001, /**< Field that names the record: text */
    CRM_BLOCKER_COUNT = 59002, /**< Records that name it: int */
    CRM_BLOCKER_MORE = 59003,  /**< There are more: bool */

    CRM_QUOTE_CHANGE_FIELD = 60001,        /**< Changed field: text */
    CRM_QUOTE_CHANGE_WHY = 60002,          /**< Why it changed: text, code of change_reason */
    CRM_QUOTE_CHANGE_OLD_VALUE = 60003,    /**< Value before: text */
    CRM_QUOTE_CHANGE_OLD_LEVEL = 60004,    /**< Level before: text */
    CRM_QUOTE_CHANGE_OLD_SOURCE = 60005,   /**< Source before: id of any */
    CRM_QUOTE_CHANGE_OLD_REVISION = 60006, /**< Revision before: int */
    CRM_QUOTE_CHANGE_NEW_VALUE = 60007,    /**< Value now: text */
    CRM_QUOTE_CHANGE_NEW_LEVEL = 60008,    /**< Level now: text */
    CRM_QUOTE_CHANGE_NEW_SOURCE = 60009,   /**< Source now: id of any */
    CRM_QUOTE_CHANGE_NEW_REVISION = 60010, /**< Revision now: int */

    CRM_QUOTE_LOSER_FIELD = 61001,           /**< Field of the value: text */
    CRM_QUOTE_LOSER_WHY = 61002,             /**< Why it was not taken: text, code of loser_reason */
    CRM_QUOTE_LOSER_LEVEL = 61003,           /**< Level of the value: text */
    CRM_QUOTE_LOSER_VALUE = 61004,           /**< Value not taken: text */
    CRM_QUOTE_LOSER_SOURCE = 61005,          /**< Source of the value: id of any */
    CRM_QUOTE_LOSER_SOURCE_REVISION = 61006, /**< Revision of the source: int */
    CRM_QUOTE_LOSER_SOURCE_FIELD = 61007,    /**< Field of the source: text */
    CRM_QUOTE_LOSER_RULE = 61008,            /**< Rule of the value: id of rule */

    CRM_QUOTE_CUSTOMER = 62001,           /**< Customer: id of party */
    CRM_QUOTE_SHIP_TO = 62002,            /**< Ship-to: id of address */
    CRM_QUOTE_BILL_TO = 62003,            /**< Bill-to: id of address */
    CRM_QUOTE_PAYER = 62004,              /**< Payer: id of party */
    CRM_QUOTE_CONTACT = 62005,            /**< Contact: id of contact */
    CRM_QUOTE_PRICE_LIST = 62006,         /**< Price list: text, code of price_list */
    CRM_QUOTE_DISCOUNT_SCHEME = 62007,    /**< Discount scheme: text, code of discount_scheme */
    CRM_QUOTE_CURRENCY = 62008,           /**< Currency: text, code of currency */
    CRM_QUOTE_PAYMENT_TERMS = 62009,      /**< Payment terms: text, code of payment_terms */
    CRM_QUOTE_PAYMENT_METHOD = 62010,     /**< Payment method: text, code of payment_method */
    CRM_QUOTE_DELIVERY_TERMS = 62011,     /**< Delivery terms: text, code of delivery_terms */
    CRM_QUOTE_SHIPPING_METHOD = 62012,    /**< Shipping method: text, code of shipping_method */
    CRM_QUOTE_DELIVERY_TIMES = 62013,     /**< Delivery times: text */
    CRM_QUOTE_PLANT = 62014,              /**< Plant: text, code of plant */
    CRM_QUOTE_TAX_ZONE = 62015,           /**< Tax zone: text, code of tax_zone */
    CRM_QUOTE_VAT_ID = 62016,             /**< VAT ID: text */
    CRM_QUOTE_LANGUAGE = 62017,           /**< Language: text, code of language */
    CRM_QUOTE_SALUTATION = 62018,         /**< Salutation: text, code of salutation */
    CRM_QUOTE_CHANNEL = 62019,            /**< Preferred channel: text, code of channel_type */
    CRM_QUOTE_CUSTOMER_REFERENCE = 62020, /**< Customer reference: text */
    CRM_QUOTE_SALES_AREA = 62021          /**< Sales area: text, code of sales_area */
};

#ifdef __cplusplus
}
#endif
#endif
