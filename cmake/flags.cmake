# SPDX-License-Identifier: MIT
# crm_flags: how every file of this project is compiled. It is linked privately and never installed.
add_library(crm_flags INTERFACE)
target_compile_options(crm_flags INTERFACE -Wall -Wextra -Wconversion -Wshadow -Wpointer-arith -Wstrict-prototypes
    $<$<BOOL:${CRM_WERROR}>:-Werror>
    # -O3 is worth a twentieth of a read; its deeper inlining makes GCC 12 guess wrongly at this one warning, which other builds keep.
    -fno-semantic-interposition $<$<CONFIG:RelWithDebInfo>:-O3> $<$<CONFIG:RelWithDebInfo>:-Wno-maybe-uninitialized>)
target_compile_definitions(crm_flags INTERFACE _GNU_SOURCE)

if(CRM_SANITIZE_THREADS)
    add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
    add_link_options(-fsanitize=thread)
elseif(CRM_SANITIZE OR CRM_FUZZ)
    set(crm_sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_compile_options(${crm_sanitizers} $<$<BOOL:${CRM_FUZZ}>:-fsanitize=fuzzer-no-link>)
    add_link_options(${crm_sanitizers})
endif()
