# SPDX-License-Identifier: MIT
# Generated from src/base/status.def and src/schema/*.def by tools/generate.c; do not edit.
"""Data of the binding: kinds, fields, statuses and codes."""

from __future__ import annotations

KINDS: dict[str, int] = {
    "party": 1,
    "role": 2,
    "quote_defaults": 3,
    "usage": 4,
    "identifier": 16,
    "address": 17,
    "contact": 18,
    "channel": 19,
    "code": 32,
    "setting": 33,
    "quote": 62,
}

# Kind: field: (number, type, crm_field_flag bits, code domain or None).
FIELDS: dict[str, dict[str, tuple[int, str, int, str | None]]] = {
    "party": {
        "type": (1001, "text", 1, "party_type"),
        "name": (1002, "text", 61, None),
        "name_addition": (1003, "text", 48, None),
        "short_name": (1004, "text", 60, None),
        "salutation": (1005, "text", 32, "salutation"),
        "title": (1006, "text", 32, None),
        "first_name": (1007, "text", 48, None),
        "last_name": (1008, "text", 48, None),
        "language": (1009, "text", 0, "language"),
        "vat_id": (1010, "text", 20, None),
        "tax_number": (1011, "text", 4, None),
        "tax_exempt": (1012, "bool", 0, None),
        "category": (1013, "text", 0, "category"),
        "inactive": (1014, "bool", 0, None),
        "special_wishes": (1015, "text", 32, None),
        "loyalty_discount": (1016, "amount", 0, None),
        "credit_balance": (1017, "amount", 0, None),
        "credit_currency": (1018, "text", 0, "currency"),
        "source_category": (1019, "text", 0, "source_category"),
        "source_detail": (1020, "text", 0, None),
        "referrer": (1021, "id", 0, None),
        "met_at": (1022, "text", 0, None),
        "order_lock": (1023, "bool", 0, None),
        "delivery_lock": (1024, "bool", 0, None),
        "dunning_lock": (1025, "bool", 0, None),
        "lock_reason": (1026, "text", 0, None),
        "note": (1027, "text", 32, None),
        "archived": (1028, "bool", 0, None),
        "created_at": (1029, "time", 64, None),
    },
    "role": {
        "party": (2001, "id", 129, None),
        "role": (2002, "text", 1, "role"),
        "number": (2003, "text", 18, None),
        "valid_from": (2004, "date", 0, None),
        "valid_until": (2005, "date", 0, None),
        "prospect_kind": (2006, "text", 0, "prospect_kind"),
    },
    "quote_defaults": {
        "party": (3001, "id", 128, None),
        "scope": (3002, "id", 0, None),
        "sales_area": (3003, "text", 0, "sales_area"),
        "price_list": (3004, "text", 0, "price_list"),
        "currency": (3005, "text", 0, "currency"),
        "payment_terms": (3006, "text", 0, "payment_terms"),
        "payment_method": (3007, "text", 0, "payment_method"),
        "delivery_terms": (3008, "text", 0, "delivery_terms"),
        "shipping_method": (3009, "text", 0, "shipping_method"),
        "discount_scheme": (3010, "text", 0, "discount_scheme"),
        "delivery_times": (3011, "text", 0, None),
        "plant": (3012, "text", 0, "plant"),
        "tax_zone": (3013, "text", 0, "tax_zone"),
        "language": (3014, "text", 0, "language"),
        "channel": (3015, "text", 0, "channel_kind"),
        "customer_reference": (3016, "text", 0, None),
        "preferred_site": (3017, "id", 0, None),
        "preferred_contact": (3018, "id", 0, None),
    },
    "usage": {
        "party": (4001, "id", 129, None),
        "target": (4002, "id", 1, None),
        "purpose": (4003, "text", 1, "purpose"),
        "is_default": (4004, "bool", 0, None),
        "valid_from": (4005, "date", 0, None),
        "valid_until": (4006, "date", 0, None),
    },
    "identifier": {
        "party": (16001, "id", 129, None),
        "scheme": (16002, "text", 1, "scheme"),
        "value": (16003, "text", 19, None),
        "target": (16004, "id", 0, None),
    },
    "address": {
        "party": (17001, "id", 129, None),
        "site_number": (17002, "text", 20, None),
        "site_name": (17003, "text", 16, None),
        "recipient": (17004, "texts", 32, None),
        "care_of": (17005, "text", 32, None),
        "street": (17006, "text", 48, None),
        "house_number": (17007, "text", 32, None),
        "addition": (17008, "text", 32, None),
        "po_box": (17009, "text", 32, None),
        "po_box_postal_code": (17010, "text", 0, None),
        "postal_code": (17011, "text", 20, None),
        "town": (17012, "text", 28, None),
        "district": (17013, "text", 0, None),
        "region": (17014, "text", 0, None),
        "country": (17015, "text", 0, "country"),
        "gln": (17016, "text", 20, None),
        "vat_id": (17017, "text", 0, None),
        "latitude": (17018, "int", 0, None),
        "longitude": (17019, "int", 0, None),
        "valid_from": (17020, "date", 0, None),
        "valid_until": (17021, "date", 0, None),
        "archived": (17022, "bool", 0, None),
    },
    "contact": {
        "party": (18001, "id", 129, None),
        "name": (18002, "text", 61, None),
        "salutation": (18003, "text", 32, "salutation"),
        "title": (18004, "text", 32, None),
        "first_name": (18005, "text", 48, None),
        "last_name": (18006, "text", 48, None),
        "function": (18007, "text", 0, None),
        "department": (18008, "text", 0, None),
        "language": (18009, "text", 0, "language"),
        "person": (18010, "id", 0, None),
        "note": (18011, "text", 32, None),
        "valid_from": (18012, "date", 0, None),
        "valid_until": (18013, "date", 0, None),
        "archived": (18014, "bool", 0, None),
    },
    "channel": {
        "party": (19001, "id", 129, None),
        "target": (19002, "id", 0, None),
        "kind": (19003, "text", 1, "channel_kind"),
        "purpose": (19004, "text", 0, "purpose"),
        "value": (19005, "text", 33, None),
        "normalised": (19006, "text", 116, None),
        "opt_out": (19007, "bool", 0, None),
    },
    "code": {
        "domain": (32001, "text", 1, None),
        "code": (32002, "text", 3, None),
        "label": (32003, "label", 0, None),
        "currency": (32004, "text", 0, "currency"),
        "archived": (32005, "bool", 0, None),
    },
    "setting": {
        "name": (33001, "text", 3, None),
        "value": (33002, "text", 0, None),
    },
    "quote": {
        "customer": (62001, "id", 0, None),
        "ship_to": (62002, "id", 0, None),
        "bill_to": (62003, "id", 0, None),
        "payer": (62004, "id", 0, None),
        "contact": (62005, "id", 0, None),
        "price_list": (62006, "text", 0, "price_list"),
        "discount_scheme": (62007, "text", 0, "discount_scheme"),
        "currency": (62008, "text", 0, "currency"),
        "payment_terms": (62009, "text", 0, "payment_terms"),
        "payment_method": (62010, "text", 0, "payment_method"),
        "delivery_terms": (62011, "text", 0, "delivery_terms"),
        "shipping_method": (62012, "text", 0, "shipping_method"),
        "delivery_times": (62013, "text", 0, None),
        "plant": (62014, "text", 0, "plant"),
        "tax_zone": (62015, "text", 0, "tax_zone"),
        "vat_id": (62016, "text", 0, None),
        "language": (62017, "text", 0, "language"),
        "salutation": (62018, "text", 0, "salutation"),
        "channel": (62019, "text", 0, "channel_kind"),
        "customer_reference": (62020, "text", 0, None),
    },
}

# Name: (number, class, text).
STATUSES: dict[str, tuple[int, str, str]] = {
    "OK": (0, "DONE", "done"),
    "ROW": (1, "OUTCOME", "one result; there may be more"),
    "CHOOSE": (2, "OUTCOME", "several candidates of equal standing; the caller chooses"),
    "E_INVALID": (-1, "BUG", "an argument is not valid"),
    "E_NOMEM": (-2, "STORAGE", "out of memory"),
    "E_NOTFOUND": (-3, "DATA", "no such record"),
    "E_EXISTS": (-4, "DATA", "a record with this unique value exists"),
    "E_TYPE": (-5, "BUG", "the field is of another type or kind"),
    "E_UTF8": (-6, "DATA", "the text is not UTF-8 without U+0000"),
    "E_STALE": (-7, "DATA", "the record changed since it was read"),
    "E_CONFLICT": (-8, "RETRY", "another writer was faster; run the transaction again"),
    "E_LOCKED": (-9, "DENIED", "the choice is fixed for this actor"),
    "E_DENIED": (-10, "DENIED", "the actor may not do this"),
    "E_BUSY": (-11, "RETRY", "the store is in use; the wait ran out"),
    "E_ENDED": (-12, "BUG", "the handle, or its transaction, has ended"),
    "E_FORKED": (-13, "BUG", "the handle was opened before a fork"),
    "E_THREAD": (-14, "BUG", "the handle belongs to another thread, or is in use by one"),
    "E_FULL": (-15, "STORAGE", "the volume or the store's upper bound is full"),
    "E_CORRUPT": (-16, "STORAGE", "stored data is damaged"),
    "E_IO": (-17, "STORAGE", "reading or writing failed"),
    "E_COMMIT_UNKNOWN": (-18, "STORAGE", "the commit may or may not have been done"),
    "E_TOO_BIG": (-19, "DATA", "a documented limit is exceeded"),
    "E_CODE": (-20, "DATA", "the code table has no such code"),
    "E_REQUIRED": (-21, "DATA", "a required field has no value"),
    "E_RANGE": (-22, "DATA", "the value is outside its range"),
    "E_IN_USE": (-23, "DATA", "other records refer to this one"),
    "E_ARCHIVED": (-24, "DATA", "the record is archived"),
    "E_NOT_RELATED": (-25, "DATA", "the record does not belong to this party"),
    "E_VERSION": (-26, "STORAGE", "the store needs another version of the library"),
    "E_READ_ONLY": (-27, "BUG", "the transaction or the store is read-only"),
    "E_ABORTED": (-28, "BUG", "the callback did not ask for the commit; nothing was stored"),
    "E_AMBIGUOUS": (-29, "DATA", "several records match"),
    "E_FORMAT": (-30, "DATA", "the input is not in its format"),
    "E_UNSUPPORTED": (-31, "BUG", "this library was built without the feature"),
}

STATUS_CLASSES: dict[str, int] = {
    "DONE": 0,
    "OUTCOME": 1,
    "RETRY": 2,
    "BUG": 3,
    "DENIED": 4,
    "DATA": 5,
    "STORAGE": 6,
}

# Domains that take no other codes than these.
CLOSED: frozenset[str] = frozenset({
    "party_type",
    "role",
    "prospect_kind",
    "channel_kind",
    "country",
    "currency",
    "language",
})

# Domain: code: (English, German).
CODES: dict[str, dict[str, tuple[str, str]]] = {
    "party_type": {
        "organisation": ("Organisation", "Organisation"),
        "person": ("Person", "Person"),
    },
    "role": {
        "agent": ("Agent", "Vermittler"),
        "customer": ("Customer", "Kunde"),
        "employee": ("Employee", "Mitarbeiter"),
        "prospect": ("Prospect", "Interessent"),
        "supplier": ("Supplier", "Lieferant"),
    },
    "prospect_kind": {
        "cold_address": ("Cold address", "Kaltadresse"),
        "info_requested": ("Information requested", "Infomaterial angefordert"),
        "other_contact": ("Other contact", "Sonstiger Kontakt"),
    },
    "salutation": {
        "company": ("Company", "Firma"),
        "family": ("Family", "Familie"),
        "mr": ("Mr", "Herr"),
        "ms": ("Ms", "Frau"),
        "mx": ("Mx", "Divers"),
    },
    "purpose": {
        "billing": ("Billing", "Rechnung"),
        "delivery": ("Delivery", "Lieferung"),
        "dunning": ("Dunning", "Mahnung"),
        "invoice_mail": ("Invoices by mail", "Rechnung per E-Mail"),
        "main": ("Main", "Haupt"),
        "order": ("Order", "Auftrag"),
        "purchase": ("Purchasing", "Einkauf"),
        "quote": ("Quote", "Angebot"),
        "sales": ("Sales", "Vertrieb"),
        "service": ("Service", "Service"),
        "signatory": ("Signatory", "Zeichnungsberechtigt"),
        "visit": ("Visit", "Besuch"),
    },
    "channel_kind": {
        "fax": ("Fax", "Fax"),
        "mail": ("E-mail", "E-Mail"),
        "mobile": ("Mobile", "Mobil"),
        "other": ("Other", "Sonstiges"),
        "phone": ("Phone", "Telefon"),
        "web": ("Website", "Webseite"),
    },
    "scheme": {
        "commercial_register": ("Commercial register number", "Handelsregisternummer"),
        "duns": ("D-U-N-S number", "D-U-N-S-Nummer"),
        "eori": ("EORI number", "EORI-Nummer"),
        "gln": ("Global location number", "Globale Lokationsnummer"),
        "lei": ("Legal entity identifier", "Rechtsträgerkennung"),
        "leitweg_id": ("E-invoice routing id", "Leitweg-ID"),
        "supplier_number_at_customer": ("Our supplier number at the customer", "Unsere Lieferantennummer beim Kunden"),
    },
    "country": {
    },
    "currency": {
    },
    "language": {
    },
    "category": {
    },
    "source_category": {
    },
    "sales_area": {
    },
    "price_list": {
    },
    "payment_terms": {
    },
    "plant": {
    },
    "shipping_method": {
    },
    "discount_scheme": {
    },
    "tax_zone": {
        "domestic": ("Domestic", "Inland"),
        "eu": ("European Union", "Europäische Union"),
        "third_country": ("Third country", "Drittland"),
    },
    "delivery_terms": {
        "CFR": ("Cost and freight", "Kosten und Fracht"),
        "CIF": ("Cost, insurance and freight", "Kosten, Versicherung und Fracht"),
        "CIP": ("Carriage and insurance paid to", "Frachtfrei versichert"),
        "CPT": ("Carriage paid to", "Frachtfrei"),
        "DAP": ("Delivered at place", "Geliefert benannter Ort"),
        "DDP": ("Delivered duty paid", "Geliefert verzollt"),
        "DPU": ("Delivered at place unloaded", "Geliefert benannter Ort entladen"),
        "EXW": ("Ex works", "Ab Werk"),
        "FAS": ("Free alongside ship", "Frei längsseits Schiff"),
        "FCA": ("Free carrier", "Frei Frachtführer"),
        "FOB": ("Free on board", "Frei an Bord"),
    },
    "payment_method": {
        "cash": ("Cash", "Barzahlung"),
        "credit_card": ("Credit card", "Kreditkarte"),
        "invoice": ("Invoice", "Rechnung"),
        "paypal": ("PayPal", "PayPal"),
        "prepayment": ("Prepayment", "Vorkasse"),
        "sepa_direct_debit": ("SEPA direct debit", "SEPA-Lastschrift"),
    },
}

PARTY_TYPE_ORGANISATION = "organisation"
PARTY_TYPE_PERSON = "person"
ROLE_AGENT = "agent"
ROLE_CUSTOMER = "customer"
ROLE_EMPLOYEE = "employee"
ROLE_PROSPECT = "prospect"
ROLE_SUPPLIER = "supplier"
PROSPECT_KIND_COLD_ADDRESS = "cold_address"
PROSPECT_KIND_INFO_REQUESTED = "info_requested"
PROSPECT_KIND_OTHER_CONTACT = "other_contact"
SALUTATION_COMPANY = "company"
SALUTATION_FAMILY = "family"
SALUTATION_MR = "mr"
SALUTATION_MS = "ms"
SALUTATION_MX = "mx"
PURPOSE_BILLING = "billing"
PURPOSE_DELIVERY = "delivery"
PURPOSE_DUNNING = "dunning"
PURPOSE_INVOICE_MAIL = "invoice_mail"
PURPOSE_MAIN = "main"
PURPOSE_ORDER = "order"
PURPOSE_PURCHASE = "purchase"
PURPOSE_QUOTE = "quote"
PURPOSE_SALES = "sales"
PURPOSE_SERVICE = "service"
PURPOSE_SIGNATORY = "signatory"
PURPOSE_VISIT = "visit"
CHANNEL_FAX = "fax"
CHANNEL_MAIL = "mail"
CHANNEL_MOBILE = "mobile"
CHANNEL_OTHER = "other"
CHANNEL_PHONE = "phone"
CHANNEL_WEB = "web"
SCHEME_COMMERCIAL_REGISTER = "commercial_register"
SCHEME_DUNS = "duns"
SCHEME_EORI = "eori"
SCHEME_GLN = "gln"
SCHEME_LEI = "lei"
SCHEME_LEITWEG_ID = "leitweg_id"
SCHEME_SUPPLIER_NUMBER_AT_CUSTOMER = "supplier_number_at_customer"
TAX_ZONE_DOMESTIC = "domestic"
TAX_ZONE_EU = "eu"
TAX_ZONE_THIRD_COUNTRY = "third_country"
DELIVERY_TERMS_CFR = "CFR"
DELIVERY_TERMS_CIF = "CIF"
DELIVERY_TERMS_CIP = "CIP"
DELIVERY_TERMS_CPT = "CPT"
DELIVERY_TERMS_DAP = "DAP"
DELIVERY_TERMS_DDP = "DDP"
DELIVERY_TERMS_DPU = "DPU"
DELIVERY_TERMS_EXW = "EXW"
DELIVERY_TERMS_FAS = "FAS"
DELIVERY_TERMS_FCA = "FCA"
DELIVERY_TERMS_FOB = "FOB"
PAYMENT_METHOD_CASH = "cash"
PAYMENT_METHOD_CREDIT_CARD = "credit_card"
PAYMENT_METHOD_INVOICE = "invoice"
PAYMENT_METHOD_PAYPAL = "paypal"
PAYMENT_METHOD_PREPAYMENT = "prepayment"
PAYMENT_METHOD_SEPA_DIRECT_DEBIT = "sepa_direct_debit"
