/* SPDX-License-Identifier: MIT */
/* crmdb check: whether a number can be right, by its form and its check digits. It needs no store. */
#include "cli/cli.h"

static int run(cli_run *cli, const cli_args *args) {
    char compact[64];
    const char *scheme = args->operands[0], *number = args->operands[1];
    int status = crm_identifier_check(scheme, number, CRM_NTS, compact, sizeof compact);
    if (status == CRM_E_NOTFOUND)
        return cli_error(cli, CLI_USAGE, "there is no check for \"%s\"; crmdb check --help names the numbers", scheme);
    if (status != CRM_OK) {
        cli_failure(cli, number);
        return CLI_REFUSED;
    }
    if (!cli->json) {
        puts(compact);
        return CLI_OK;
    }
    putchar('{');
    cli_json_member("scheme", scheme, true);
    cli_json_member("number", compact, false);
    puts("}");
    return CLI_OK;
}

const cli_command cli_cmd_check = {
    .name = "check",
    .operands = "SCHEME NUMBER",
    .summary = "say whether an IBAN, a VAT ID or another number can be right",
    .about =
        "Checks the form and the check digits of a number, and prints it without blanks and punctuation. SCHEME is iban, bic, vat_id "
        "(with\n"
        "the country's letters), de_account (bank code and account), fr_rib, sepa_creditor, gln, lei, duns, eori or leitweg_id. Whether\n"
        "the number was ever given out is not known here. It needs no store.",
    .least = 2,
    .most = 2,
    .run = run,
};
