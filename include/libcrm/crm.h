/* SPDX-License-Identifier: MIT */
/**
 * @file crm.h
 * libcrm: the customer master for products that quote and sell. Includes all headers of the core.
 */
#ifndef LIBCRM_CRM_H
#define LIBCRM_CRM_H
#include <libcrm/access.h>
#include <libcrm/address.h>
#include <libcrm/blockers.h>
#include <libcrm/change.h>
#include <libcrm/code.h>
#include <libcrm/codes.h>
#include <libcrm/contact.h>
#include <libcrm/custom_field.h>
#include <libcrm/db.h>
#include <libcrm/directory.h>
#include <libcrm/dump.h>
#include <libcrm/error.h>
#include <libcrm/fields.h>
#include <libcrm/group.h>
#include <libcrm/iter.h>
#include <libcrm/maintain.h>
#include <libcrm/option.h>
#include <libcrm/party.h>
#include <libcrm/plan.h>
#include <libcrm/policy.h>
#include <libcrm/quote.h>
#include <libcrm/record.h>
#include <libcrm/run.h>
#include <libcrm/schema.h>
#include <libcrm/status.h>
#include <libcrm/sync.h>
#include <libcrm/txn.h>
#include <libcrm/types.h>
#include <libcrm/user.h>
#include <libcrm/version.h>
#endif
