/* SPDX-License-Identifier: MIT */
/* expat, fed from a zip archive and paused by its own XML_StopParser(). */
#include "exchange/xml.h"
#include "exchange/refuse.h"
#include "schema/limits.h"
#include <libcrm/status.h>
#include <string.h>

enum { BUFFER_BYTES = 65536 };

/* NULL: too long. */
static const char *without_prefix(const char *name) {
    const char *bare = name;
    for (size_t i = 0; i <= CRMI_LIMIT_XML_NAME_BYTES; i++) {
        if (!name[i]) return bare;
        if (name[i] == ':' && bare == name) bare = name + i + 1;
    }
    return NULL;
}

const char *crmi_xml_attribute(const char **attributes, const char *name) {
    for (; *attributes; attributes += 2)
        if (strcmp(attributes[0], name) == 0) return attributes[1];
    return NULL;
}

/* --- what expat calls --- */

static void stop(crmi_xml *xml, int status) {
    if (xml->status == CRM_OK) xml->status = status;
    XML_StopParser(xml->parser, XML_FALSE);
}

static void refuse(crmi_xml *xml, int status, const char *reason) {
    stop(xml, crmi_exchange_refuse(status, 0, "%.120s: %s", xml->part->name, reason));
}

/* False: one is too long. */
static bool strip_prefixes(const char **attributes) {
    for (; *attributes; attributes += 2)
        if (!(attributes[0] = without_prefix(attributes[0]))) return false;
    return true;
}

static void XMLCALL on_start(void *user, const char *name, const char **attributes) {
    crmi_xml *xml = user;
    xml->moved = true;
    if (xml->status < 0) return;
    if (++xml->depth > CRMI_LIMIT_XML_DEPTH) {
        refuse(xml, CRM_E_TOO_BIG, "over 64 levels of elements");
        return;
    }
    if (XML_GetSpecifiedAttributeCount(xml->parser) > 2 * CRMI_LIMIT_XML_ATTRIBUTES) {
        refuse(xml, CRM_E_TOO_BIG, "over 64 attributes");
        return;
    }
    const char *bare = without_prefix(name);
    if (!bare || !strip_prefixes(attributes)) {
        refuse(xml, CRM_E_TOO_BIG, "a name of over 256 bytes");
        return;
    }
    int rc = xml->calls->start(xml->user, xml->depth, bare, attributes);
    if (rc < 0) stop(xml, rc);
}

static void XMLCALL on_end(void *user, const char *name) {
    crmi_xml *xml = user;
    xml->moved = true;
    if (xml->status < 0) return;
    int rc = xml->calls->end ? xml->calls->end(xml->user, xml->depth, without_prefix(name)) : CRM_OK;
    xml->depth--;
    if (rc < 0) stop(xml, rc);
    if (rc <= 0) return;
    xml->paused = true;
    XML_StopParser(xml->parser, XML_TRUE);
}

static void XMLCALL on_text(void *user, const char *text, int size) {
    crmi_xml *xml = user;
    xml->moved = true;
    if (xml->status < 0 || !xml->calls->text) return;
    int rc = xml->calls->text(xml->user, xml->depth, text, (size_t)size);
    if (rc < 0) stop(xml, rc);
}

static void XMLCALL on_doctype(void *user, const char *name, const char *system, const char *public, int internal) {
    (void)name, (void)system, (void)public, (void)internal;
    refuse(user, CRM_E_FORMAT, "it has a document type, as no workbook has");
}

static void XMLCALL on_comment(void *user, const char *text) {
    (void)text;
    ((crmi_xml *)user)->moved = true;
}

static void XMLCALL on_instruction(void *user, const char *target, const char *data) {
    (void)target, (void)data;
    ((crmi_xml *)user)->moved = true;
}

/* --- reading --- */

int crmi_xml_begin(crmi_xml *xml, crmi_zip *zip, const crmi_zip_part *part, uint64_t limit, const crmi_xml_calls *calls, void *user) {
    *xml = (crmi_xml){.zip = zip, .part = part, .calls = calls, .user = user};
    xml->status = crmi_zip_begin(zip, part, limit);
    if (xml->status < 0) return xml->status;
    xml->parser = XML_ParserCreate(NULL);
    if (!xml->parser) return xml->status = crmi_exchange_nomem();
    XML_SetUserData(xml->parser, xml);
    XML_SetElementHandler(xml->parser, on_start, on_end);
    XML_SetCharacterDataHandler(xml->parser, on_text);
    XML_SetStartDoctypeDeclHandler(xml->parser, on_doctype);
    XML_SetCommentHandler(xml->parser, on_comment);
    XML_SetProcessingInstructionHandler(xml->parser, on_instruction);
    return CRM_OK;
}

static int refuse_broken(crmi_xml *xml) {
    enum XML_Error error = XML_GetErrorCode(xml->parser);
    if (error == XML_ERROR_NO_MEMORY) return crmi_exchange_nomem();
    return crmi_exchange_refuse(CRM_E_FORMAT, 0, "%.120s, line %lu: the XML is damaged: %s", xml->part->name,
                                (unsigned long)XML_GetCurrentLineNumber(xml->parser), XML_ErrorString(error));
}

/* What the parser said to a stretch of bytes. CRM_ROW: paused. */
static int judge(crmi_xml *xml, enum XML_Status said) {
    if (xml->status < 0) return xml->status;
    if (said == XML_STATUS_SUSPENDED) return CRM_ROW;
    return said == XML_STATUS_OK ? CRM_OK : (xml->status = refuse_broken(xml));
}

static int feed(crmi_xml *xml) {
    size_t got;
    void *buffer = XML_GetBuffer(xml->parser, BUFFER_BYTES);
    if (!buffer) return xml->status = crmi_exchange_nomem();
    int rc = crmi_zip_read(xml->zip, buffer, BUFFER_BYTES, &got);
    if (rc < 0) return xml->status = rc;
    xml->last = got == 0;
    xml->moved = false;
    rc = judge(xml, XML_ParseBuffer(xml->parser, (int)got, xml->last));
    xml->standing = xml->moved ? 0 : xml->standing + got;
    if (xml->standing > CRMI_LIMIT_XML_TOKEN_BYTES && rc >= 0) {
        refuse(xml, CRM_E_TOO_BIG, "a tag of over 1 MiB");
        return xml->status;
    }
    return rc;
}

int crmi_xml_run(crmi_xml *xml) {
    int rc = xml->status;
    if (rc == CRM_OK && xml->paused) {
        xml->paused = false;
        rc = judge(xml, XML_ResumeParser(xml->parser));
    }
    while (rc == CRM_OK && !xml->last) rc = feed(xml);
    return rc;
}

void crmi_xml_end(crmi_xml *xml) {
    if (xml->parser) XML_ParserFree(xml->parser);
    if (xml->zip) crmi_zip_end(xml->zip);
    *xml = (crmi_xml){0};
}

int crmi_xml_read(crmi_zip *zip, const crmi_zip_part *part, uint64_t limit, const crmi_xml_calls *calls, void *user) {
    crmi_xml xml;
    int rc = crmi_xml_begin(&xml, zip, part, limit, calls, user);
    if (rc == CRM_OK) rc = crmi_xml_run(&xml);
    crmi_xml_end(&xml);
    return rc;
}
