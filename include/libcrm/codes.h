/* SPDX-License-Identifier: MIT */
/* Generated from src/schema/codes.def by tools/generate.c; do not edit. */
/**
 * @file codes.h
 * Names of the code domains, and the built-in codes that programs name.
 */
#ifndef LIBCRM_CODES_H
#define LIBCRM_CODES_H
#ifdef __cplusplus
extern "C" {
#endif

/* Names of the domains. */
#define CRM_DOMAIN_PARTY_TYPE "party_type"           /**< Party type */
#define CRM_DOMAIN_ROLE "role"                       /**< Role */
#define CRM_DOMAIN_PROSPECT_KIND "prospect_kind"     /**< Prospect kind */
#define CRM_DOMAIN_SALUTATION "salutation"           /**< Salutation */
#define CRM_DOMAIN_PURPOSE "purpose"                 /**< Purpose */
#define CRM_DOMAIN_CHANNEL_TYPE "channel_type"       /**< Channel type */
#define CRM_DOMAIN_SCHEME "scheme"                   /**< Identifier scheme */
#define CRM_DOMAIN_USER_TYPE "user_type"             /**< User type */
#define CRM_DOMAIN_ACCESS_RIGHT "access_right"       /**< Right */
#define CRM_DOMAIN_ACCESS_REASON "access_reason"     /**< Reason of an access decision */
#define CRM_DOMAIN_FIELD_TYPE "field_type"           /**< Field type */
#define CRM_DOMAIN_IMPORT_ACTION "import_action"     /**< Outcome of an imported row */
#define CRM_DOMAIN_CHANGE_ACTION "change_action"     /**< What happened to a record */
#define CRM_DOMAIN_CHANGE_REASON "change_reason"     /**< Reason of a change */
#define CRM_DOMAIN_LOSER_REASON "loser_reason"       /**< Reason of a value not taken */
#define CRM_DOMAIN_COUNTRY "country"                 /**< Country */
#define CRM_DOMAIN_CURRENCY "currency"               /**< Currency */
#define CRM_DOMAIN_LANGUAGE "language"               /**< Language */
#define CRM_DOMAIN_CATEGORY "category"               /**< Category */
#define CRM_DOMAIN_SOURCE_CATEGORY "source_category" /**< Source category */
#define CRM_DOMAIN_SALES_AREA "sales_area"           /**< Sales area */
#define CRM_DOMAIN_PRICE_LIST "price_list"           /**< Price list */
#define CRM_DOMAIN_PAYMENT_TERMS "payment_terms"     /**< Payment terms */
#define CRM_DOMAIN_PLANT "plant"                     /**< Plant */
#define CRM_DOMAIN_SHIPPING_METHOD "shipping_method" /**< Shipping method */
#define CRM_DOMAIN_DISCOUNT_SCHEME "discount_scheme" /**< Discount scheme */
#define CRM_DOMAIN_TAX_ZONE "tax_zone"               /**< Tax zone */
#define CRM_DOMAIN_DELIVERY_TERMS "delivery_terms"   /**< Delivery terms */
#define CRM_DOMAIN_PAYMENT_METHOD "payment_method"   /**< Payment method */

/* Party type; these codes only. */
#define CRM_PARTY_TYPE_ORGANISATION "organisation" /**< Organisation */
#define CRM_PARTY_TYPE_PERSON "person"             /**< Person */

/* Role; these codes only. */
#define CRM_ROLE_AGENT "agent"       /**< Agent */
#define CRM_ROLE_CUSTOMER "customer" /**< Customer */
#define CRM_ROLE_EMPLOYEE "employee" /**< Employee */
#define CRM_ROLE_PROSPECT "prospect" /**< Prospect */
#define CRM_ROLE_SUPPLIER "supplier" /**< Supplier */

/* Prospect kind; these codes only. */
#define CRM_PROSPECT_KIND_COLD_ADDRESS "cold_address"     /**< Cold address */
#define CRM_PROSPECT_KIND_INFO_REQUESTED "info_requested" /**< Information requested */
#define CRM_PROSPECT_KIND_OTHER_CONTACT "other_contact"   /**< Other contact */

/* Salutation. */
#define CRM_SALUTATION_COMPANY "company" /**< Company */
#define CRM_SALUTATION_FAMILY "family"   /**< Family */
#define CRM_SALUTATION_MR "mr"           /**< Mr */
#define CRM_SALUTATION_MS "ms"           /**< Ms */
#define CRM_SALUTATION_MX "mx"           /**< Mx */

/* Purpose. */
#define CRM_PURPOSE_BILLING "billing"           /**< Billing */
#define CRM_PURPOSE_DELIVERY "delivery"         /**< Delivery */
#define CRM_PURPOSE_DUNNING "dunning"           /**< Dunning */
#define CRM_PURPOSE_INVOICE_MAIL "invoice_mail" /**< Invoices by mail */
#define CRM_PURPOSE_MAIN "main"                 /**< Main */
#define CRM_PURPOSE_ORDER "order"               /**< Order */
#define CRM_PURPOSE_PURCHASE "purchase"         /**< Purchasing */
#define CRM_PURPOSE_QUOTE "quote"               /**< Quote */
#define CRM_PURPOSE_SALES "sales"               /**< Sales */
#define CRM_PURPOSE_SERVICE "service"           /**< Service */
#define CRM_PURPOSE_SIGNATORY "signatory"       /**< Signatory */
#define CRM_PURPOSE_VISIT "visit"               /**< Visit */

/* Channel type; these codes only. */
#define CRM_CHANNEL_FAX "fax"       /**< Fax */
#define CRM_CHANNEL_MAIL "mail"     /**< E-mail */
#define CRM_CHANNEL_MOBILE "mobile" /**< Mobile */
#define CRM_CHANNEL_OTHER "other"   /**< Other */
#define CRM_CHANNEL_PHONE "phone"   /**< Phone */
#define CRM_CHANNEL_WEB "web"       /**< Website */

/* Identifier scheme. */
#define CRM_SCHEME_COMMERCIAL_REGISTER "commercial_register"                 /**< Commercial register number */
#define CRM_SCHEME_DUNS "duns"                                               /**< D-U-N-S number */
#define CRM_SCHEME_EORI "eori"                                               /**< EORI number */
#define CRM_SCHEME_GLN "gln"                                                 /**< Global location number */
#define CRM_SCHEME_LEI "lei"                                                 /**< Legal entity identifier */
#define CRM_SCHEME_LEITWEG_ID "leitweg_id"                                   /**< E-invoice routing id */
#define CRM_SCHEME_SUPPLIER_NUMBER_AT_CUSTOMER "supplier_number_at_customer" /**< Our supplier number at the customer */

/* User type; these codes only. */
#define CRM_USER_TYPE_BOUND "bound" /**< Customer's user */
#define CRM_USER_TYPE_STAFF "staff" /**< Staff */

/* Right; these codes only. */
#define CRM_ACCESS_RIGHT_QUOTE "quote"           /**< Make proposals */
#define CRM_ACCESS_RIGHT_READ "read"             /**< Read */
#define CRM_ACCESS_RIGHT_SEE_QUOTES "see_quotes" /**< See quotes */
#define CRM_ACCESS_RIGHT_WRITE "write"           /**< Write */

/* Reason of an access decision; these codes only. */
#define CRM_ACCESS_REASON_ARCHIVED "archived"           /**< The party is archived */
#define CRM_ACCESS_REASON_BOUND "bound"                 /**< Bound to the party */
#define CRM_ACCESS_REASON_DISABLED "disabled"           /**< The user is disabled */
#define CRM_ACCESS_REASON_NO_BINDING "no_binding"       /**< Bound to no party today */
#define CRM_ACCESS_REASON_NO_PARTY "no_party"           /**< The record is no party */
#define CRM_ACCESS_REASON_NO_ROLE "no_role"             /**< No access role gives it */
#define CRM_ACCESS_REASON_NOT_BOUND "not_bound"         /**< Not bound to the party */
#define CRM_ACCESS_REASON_NOT_FOR_BOUND "not_for_bound" /**< Not for bound users */
#define CRM_ACCESS_REASON_NOT_THERE "not_there"         /**< There is no such record */
#define CRM_ACCESS_REASON_NOT_VALID "not_valid"         /**< Not in the user's days */
#define CRM_ACCESS_REASON_OWN "own"                     /**< The user's own record */
#define CRM_ACCESS_REASON_ROLE "role"                   /**< An access role gives it */
#define CRM_ACCESS_REASON_SHARED "shared"               /**< Everybody sees it */
#define CRM_ACCESS_REASON_SYSTEM "system"               /**< The system has no limits */

/* Field type; these codes only. */
#define CRM_FIELD_TYPE_AMOUNT "amount" /**< Amount */
#define CRM_FIELD_TYPE_BOOL "bool"     /**< Yes or no */
#define CRM_FIELD_TYPE_BYTES "bytes"   /**< Bytes */
#define CRM_FIELD_TYPE_DATE "date"     /**< Date */
#define CRM_FIELD_TYPE_INT "int"       /**< Whole number */
#define CRM_FIELD_TYPE_LABEL "label"   /**< Text by language */
#define CRM_FIELD_TYPE_TEXT "text"     /**< Text */
#define CRM_FIELD_TYPE_TEXTS "texts"   /**< List of texts */
#define CRM_FIELD_TYPE_TIME "time"     /**< Point in time */

/* Outcome of an imported row; these codes only. */
#define CRM_IMPORT_CONFLICT "conflict"   /**< Conflict */
#define CRM_IMPORT_CREATED "created"     /**< Created */
#define CRM_IMPORT_FAILED "failed"       /**< Failed */
#define CRM_IMPORT_UNCHANGED "unchanged" /**< Unchanged */
#define CRM_IMPORT_UPDATED "updated"     /**< Updated */

/* What happened to a record; these codes only. */
#define CRM_CHANGE_CREATED "created" /**< Created */
#define CRM_CHANGE_DELETED "deleted" /**< Deleted */
#define CRM_CHANGE_MOVED "moved"     /**< Moved */
#define CRM_CHANGE_UPDATED "updated" /**< Updated */

/* Reason of a change; these codes only. */
#define CRM_CHANGE_AMBIGUOUS "ambiguous"       /**< Several candidates now */
#define CRM_CHANGE_EDITED "edited"             /**< The source was changed */
#define CRM_CHANGE_GIVEN "given"               /**< The caller says otherwise */
#define CRM_CHANGE_GONE "gone"                 /**< Nothing says it any more */
#define CRM_CHANGE_OTHER_LEVEL "other_level"   /**< Another level decides */
#define CRM_CHANGE_OTHER_SOURCE "other_source" /**< Another record decides */
#define CRM_CHANGE_SET "set"                   /**< It was unset before */

/* Reason of a value not taken; these codes only. */
#define CRM_LOSER_BARRED "barred"         /**< Inheritance is blocked */
#define CRM_LOSER_LATER "later"           /**< A level before it decided */
#define CRM_LOSER_OVERRIDDEN "overridden" /**< A rule replaced it */
#define CRM_LOSER_PROTECTED "protected"   /**< A given value stays */
#define CRM_LOSER_UNFIT "unfit"           /**< The field can't hold it */

/* Tax zone. */
#define CRM_TAX_ZONE_DOMESTIC "domestic"           /**< Domestic */
#define CRM_TAX_ZONE_EU "eu"                       /**< European Union */
#define CRM_TAX_ZONE_THIRD_COUNTRY "third_country" /**< Third country */

/* Delivery terms. */
#define CRM_DELIVERY_TERMS_CFR "CFR" /**< Cost and freight */
#define CRM_DELIVERY_TERMS_CIF "CIF" /**< Cost, insurance and freight */
#define CRM_DELIVERY_TERMS_CIP "CIP" /**< Carriage and insurance paid to */
#define CRM_DELIVERY_TERMS_CPT "CPT" /**< Carriage paid to */
#define CRM_DELIVERY_TERMS_DAP "DAP" /**< Delivered at place */
#define CRM_DELIVERY_TERMS_DDP "DDP" /**< Delivered duty paid */
#define CRM_DELIVERY_TERMS_DPU "DPU" /**< Delivered at place unloaded */
#define CRM_DELIVERY_TERMS_EXW "EXW" /**< Ex works */
#define CRM_DELIVERY_TERMS_FAS "FAS" /**< Free alongside ship */
#define CRM_DELIVERY_TERMS_FCA "FCA" /**< Free carrier */
#define CRM_DELIVERY_TERMS_FOB "FOB" /**< Free on board */

/* Payment method. */
#define CRM_PAYMENT_METHOD_CASH "cash"                           /**< Cash */
#define CRM_PAYMENT_METHOD_CREDIT_CARD "credit_card"             /**< Credit card */
#define CRM_PAYMENT_METHOD_INVOICE "invoice"                     /**< Invoice */
#define CRM_PAYMENT_METHOD_PAYPAL "paypal"                       /**< PayPal */
#define CRM_PAYMENT_METHOD_PREPAYMENT "prepayment"               /**< Prepayment */
#define CRM_PAYMENT_METHOD_SEPA_DIRECT_DEBIT "sepa_direct_debit" /**< SEPA direct debit */

#ifdef __cplusplus
}
#endif
#endif
