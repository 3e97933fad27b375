/* SPDX-License-Identifier: MIT */
/* XML out of a part of a zip archive, through expat: element by element, to be stopped and gone on with. Document types are refused, and
 * with them all entities of the file's own; depth, attributes and tags have limits. Prefixes of names are left out: where an element
 * stands tells what it is. */
#ifndef CRMI_EXCHANGE_XML_H
#define CRMI_EXCHANGE_XML_H
#include "exchange/zip.h"
#include <expat.h>

typedef struct crmi_xml crmi_xml;

/* What is called for each element, depth 1 being the root, and for text. Below 0: an error that has been reported ends the reading. Above
 * 0 (from end): reading pauses, and crmi_xml_run() returns CRM_ROW. */
typedef struct crmi_xml_calls {
    int (*start)(void *user, int depth, const char *name, const char **attributes);
    int (*end)(void *user, int depth, const char *name);
    int (*text)(void *user, int depth, const char *text, size_t size);
} crmi_xml_calls;

struct crmi_xml {
    XML_Parser parser;
    crmi_zip *zip;
    const crmi_zip_part *part;
    const crmi_xml_calls *calls;
    void *user;
    int depth;
    int status;      /* the first error */
    bool paused;     /* at the end of an element */
    bool last;       /* all bytes have been given to the parser */
    bool moved;      /* something was found since the flag was cleared */
    size_t standing; /* bytes given without anything found */
};

/* Begins a part of at most limit bytes. CRM_E_FORMAT, CRM_E_TOO_BIG, CRM_E_NOMEM; crmi_xml_end() in any case. */
int crmi_xml_begin(crmi_xml *xml, crmi_zip *zip, const crmi_zip_part *part, uint64_t limit, const crmi_xml_calls *calls, void *user);
/* Reads on. CRM_ROW where a call paused it; CRM_OK at the end, with the part's checksum compared; errors. */
int crmi_xml_run(crmi_xml *xml);
void crmi_xml_end(crmi_xml *xml);
/* A whole part: begin, run, end. */
int crmi_xml_read(crmi_zip *zip, const crmi_zip_part *part, uint64_t limit, const crmi_xml_calls *calls, void *user);

/* Value of the attribute of that name, its prefix left out; or NULL. */
const char *crmi_xml_attribute(const char **attributes, const char *name);
#endif
