/* SPDX-License-Identifier: MIT */
/* Check digits of VAT ids: numbers made of nothing that are right, and such as no check digit makes right. */
#include <criterion/criterion.h>
#include <libcrm/crm.h>
#include <stdio.h>
#include <string.h>

static int judge(const char *country, const char *number) {
    char whole[48];
    snprintf(whole, sizeof whole, "%s%s", country, number);
    return crm_identifier_check("vat_id", whole, CRM_NTS, NULL, 0);
}

/* The next one would be wrong, but for those marked ~, whose last character checks nothing. */
Test(vat, right_ones) {
    static const char *const cases[][2] = {
        {"AD", "~C760181L ~F001661H ~E713909S ~F082462R ~C719935D"},
        {"AT", "U91186252 U01092815 U72803852 U80841485 U25388853"},
        {"BE", "1732060011 1797515116 1316199730 0907986118 0923805927 182972682 777220022"},
        {"BG", "295643094 579216208 6112139034 8408226697 5001116438 7312105207 8903256586"},
        {"BR", "77826309105859 57839338876682 40083488284270 31866018266129 76521478420250"},
        {"CH", "E346229371 E181301517 E979495907 E248250944 E493157329 ~E733789651MWST ~E019531127MWST ~E422914838MWST ~E544423124MWST "
               "~E626169508MWST"},
        {"CY", "94939209E 54737722Q 46837567D 96025308D 28456867U"},
        {"CZ", "28470061 81997558 ~540727794 ~511209308 7211096926 5211278556 9204088620 2509099461 5001229740"},
        {"DE", "558599850 564865962"},
        {"DK", "20146222 37021059"},
        {"EE", "108806070 101870090"},
        {"EL", "026546686 898415930"},
        {"ES", "U12896965 N18162651 W47043344 G86774759 J47083589 94337501B 12670083G 50830273C 06407179T 93824583Q P1635012F Q0602077J "
               "R2281178J S8302765F W3640436F"},
        {"EU", "~040209283 ~372568523"},
        {"FI", "22410983 95252357 12345030"},
        {"FR", "R9015148844 94949554141 C5583401740 3M482826617 VD179023254"},
        {"GB",
         "158867942 192823838 ~634483376462 ~611054242469 ~162181582717 ~997931488537 ~468310585488 ~HA604 ~HA892 ~GD099 ~HA769 ~HA986"},
        {"GR", "026546686"},
        {"HR", "26006726772 96533967352 77430368521 23808297912 46280235282"},
        {"HU", "61770094 14350621"},
        {"IE", "7690440S 2566853I 3501968S 6827600N 8392737P 7134638OH 5198563DH 9984033WI 9901512FW 9880906TH 0Z08957S 3Q90284H 4C34876A "
               "8P61333H 4A51709S"},
        {"IT", "19704880582 43227710019 32220659992 28739410018 60984371215"},
        {"LT", "223287312 777467518 598815452610 561629551612 612890904116 417969962619 102981812018"},
        {"LU", "51168322 90059403"},
        {"LV", "53558169341 04011440684 20014886462 84883973015 18101520790"},
        {"MT", "24627495 23289994"},
        {"NL", "~755201759B05 ~652290371B88 ~514350428B01 ~000375202B70 ~188244554B01 ~162803281B67 ~943675895B47"},
        {"NO", "666440137 547585704 ~237449762MVA ~710936358MVA ~532591643MVA ~028607733MVA ~391798192MVA 812345060"},
        {"PL", "9512937849 0135273528 2600711584 7307698589 5916734530"},
        {"PT", "305881922 220868204"},
        {"RO", "60 86 794211 270411 8668316099 8614135050 7449529339 5445827289 4722208006"},
        {"RS", "745049456 787340857"},
        {"RU", "8328771320 4026276339 0144665285 2688813359 5180514347 401262698949 398622968742 621050667707 208881212271 116999449437"},
        {"SE", "457629300701 265434512901 994727241601 199193288801 105894901501"},
        {"SI", "79870961 92962513"},
        {"SK", "8290454920 1439798723 3935062483 4588656655 6387790387"},
        {"XI", "~HA604 158867942"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char copy[300], *rest = copy, *number;
        snprintf(copy, sizeof copy, "%s", cases[i][1]);
        while ((number = strsep(&rest, " "))) {
            bool checks = *number != '~';
            if (!checks) number++;
            cr_expect_eq(judge(cases[i][0], number), CRM_OK, "%s%s: %s", cases[i][0], number, crm_error_text());
            char *last = number + strlen(number) - 1;
            *last = *last == '9' ? '0' : *last == 'Z' ? 'A' : (char)(*last + 1);
            if (checks) cr_expect_eq(judge(cases[i][0], number), CRM_E_CHECK_DIGIT, "%s%s", cases[i][0], number);
        }
    }
}

/* Whatever digit, or letter, stands for each ? and !. */
static bool any_right(const char *number) {
    char copy[48];
    snprintf(copy, sizeof copy, "%s", number);
    char *wild = strpbrk(copy, "?!");
    if (!wild) return judge("", copy) == CRM_OK;
    char first = *wild == '?' ? '0' : 'A', last = *wild == '?' ? '9' : 'Z';
    for (*wild = first; *wild <= last; ++*wild)
        if (any_right(copy)) return true;
    return false;
}

Test(vat, numbers_that_are_never_given_out) {
    static const char *const cases[] = {
        "ADF700001A",     "ADA600001A",       "ADL800001A",       "ADB123456A",    "ADZ123456A",    "BE27320600??",   "BE00320600??",
        "BE0000000??",    "BR11111111111111", "BR000000000000??", "CH123456789",   "CHE12345608?",  "FI1234509?",     "NO12345605?",
        "SI1234504?",     "CY12345678!",      "CY62345678!",      "CY72345678!",   "CY82345678!",   "CZ9234567?",     "CZ901201123",
        "CZ001301123",    "CZ000001123",      "CZ000132123",      "CZ000100123",   "CZ991301123?",  "CZ991200123?",   "DE01234567?",
        "DK0123456?",     "EE20345678?",      "EL00000000?",      "ESI1234567?",   "ESI1234567!",   "ESO1234567!",    "EST1234567!",
        "EU999123456",    "EU041123456",      "FR??123456781",    "FRI?123456782", "FRO?123456782", "GB0100001??",    "GB0000000??",
        "GBGD500",        "GBGD999",          "GBHA499",          "GBHA000",       "GBXX500",       "HU0000000?",     "IE1234567!J",
        "IE1234567!Z",    "IT0123456101?",    "IT0123456000?",    "IT0123456122?", "IT0123456887?", "IT0000000001?",  "LT12345672?",
        "LT12345678902?", "LV3213456789",     "LV0013456789?",    "LV3113456789?", "LV3100456789?", "LV3313456789?",  "MT012345??",
        "NL123456782B00", "NL000000000B01",   "PT01234567?",      "RO0123?",       "RS01234567?",   "SE5560000000??", "SI0123456?",
        "SK01234567??",   "SK1204567???",     "SK1214567???",     "SK1254567???",  "SK1264567???",  "ZZ123456789",    "DE",
    };
    static const char *const given[] = {"SE12345678??01", "DE12345678?",   "BG12345678?",   "BG800101123?", "LT12345671?",
                                        "LV010199123??",  "LV3234567890?", "CZ800101123?",  "CZ805101123?", "CZ802101123?",
                                        "IE1234567!A",    "FR??123456782", "FR??000012345", "FR??000012346"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) cr_expect(!any_right(cases[i]), "%s", cases[i]);
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) cr_expect(any_right(given[i]), "%s", given[i]);
}
