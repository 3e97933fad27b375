/* SPDX-License-Identifier: MIT */
/* Version and features. */
#include "codec/crc32c.h"
#include <libcrm/version.h>

uint32_t crm_version(void) { return CRM_VERSION_MAJOR * 1000000 + CRM_VERSION_MINOR * 1000 + CRM_VERSION_PATCH; }

const char *crm_version_text(void) { return CRM_VERSION_TEXT; }

int crm_feature_supported(uint32_t feature) {
    switch (feature) {
    case CRM_FEATURE_STORE:
    case CRM_FEATURE_SYNC:
    case CRM_FEATURE_QUOTE: return 1;
    case CRM_FEATURE_CRC_HARDWARE: return crmi_crc32c_hardware();
    default: return 0;
    }
}
