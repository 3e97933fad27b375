/* SPDX-License-Identifier: MIT */
/* Handles that are tokens: a slot number and a generation, cast to a pointer type. Closing twice or using one after its end is found out
 * and answered, whatever the memory holds. A slot is pinned while a call uses it; freeing waits for nobody: the object goes with its last
 * pin. */
#ifndef CRMI_BASE_HANDLE_H
#define CRMI_BASE_HANDLE_H
#include <stdint.h>

enum crmi_handle_type { CRMI_HANDLE_DB = 1, CRMI_HANDLE_TXN = 2, CRMI_HANDLE_ITER = 3 };
typedef void (*crmi_handle_destroy)(void *object);

/* A new token for object, or NULL (out of memory). The object is destroyed by destroy when the token is freed and no call pins it. */
void *crmi_handle_new(uint32_t type, void *object, crmi_handle_destroy destroy);
/* Pins and gives the object; NULL where the token is none, of another type, ended, or from before a fork: the thread's error is then
 * set (CRM_E_ENDED, CRM_E_FORKED or CRM_E_INVALID for NULL) and its status is in *status. exclusive: CRM_E_THREAD where a call of another
 * thread pins it, and any pin is CRM_E_THREAD while another thread's exclusive one lasts. The same thread may pin again inside its own
 * exclusive pin (from a callback), but not exclusively inside a plain one. */
void *crmi_handle_pin(const void *token, uint32_t type, int exclusive, int *status);
void crmi_handle_unpin(const void *token); /* in the thread that pinned it */
/* Ends a token; where calls still pin it, of this thread or another, the object goes with the last of them. CRM_E_ENDED (no error is set:
 * the caller decides whether a second end is one) where there was nothing to end. After a fork the child forgets the object without
 * destroying it: CRM_E_FORKED, no error is set. */
int crmi_handle_free(const void *token, uint32_t type);
/* How often this process is a fork's child since the library was loaded; compare with what was stored. */
uint32_t crmi_handle_forks(void);
#endif
