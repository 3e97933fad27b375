/* SPDX-License-Identifier: MIT */
/**
 * @file version.h
 * Which library is running, and what it can do: for hosts that link it dynamically.
 */
#ifndef LIBCRM_VERSION_H
#define LIBCRM_VERSION_H
#include <libcrm/types.h>

#define CRM_VERSION_MAJOR 1
#define CRM_VERSION_MINOR 0
#define CRM_VERSION_PATCH 0
#define CRM_VERSION_TEXT "1.0.0"

#ifdef __cplusplus
extern "C" {
#endif

/** What a library may be able to do; numbers never move. */
enum crm_feature {
    CRM_FEATURE_STORE = 1,       /**< records, transactions, lists */
    CRM_FEATURE_SYNC = 2,        /**< rows into the store */
    CRM_FEATURE_QUOTE = 3,       /**< the quote proposal, with its sources */
    CRM_FEATURE_CRC_HARDWARE = 4 /**< checksums by the processor's own instruction */
};

/** Version of the running library: major * 1,000,000 + minor * 1,000 + patch. @threads any. @since 1.0 */
CRM_API uint32_t crm_version(void);
/** The same as text, "1.0.0". @lifetime for ever. @threads any. @since 1.0 */
CRM_API const char *crm_version_text(void);
/** 1 where the running library has the feature (a crm_feature), 0 where not or unknown. @threads any. @since 1.0 */
CRM_API int crm_feature_supported(uint32_t feature);

#ifdef __cplusplus
}
#endif
#endif
