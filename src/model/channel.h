/* SPDX-License-Identifier: MIT */
/* Channels: phone, mail ... */
#ifndef CRMI_MODEL_CHANNEL_H
#define CRMI_MODEL_CHANNEL_H
#include "base/buffer.h"

/* Appends the normalised form of a channel's value. kind is a channel_type code; text is NUL-ended UTF-8. CRM_OK or CRM_E_NOMEM. */
int crmi_channel_normalise(const char *kind, const char *text, size_t size, crmi_buffer *out);
#endif
