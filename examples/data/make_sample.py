#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the sample register: about 200 invented companies of Germany, Austria and Switzerland.

customers.csv has flat rows: company, site and contact on one line, several lines for a company that has more of them.
customer.csv, site.csv and contact.csv hold the same register as one file a kind. machines.csv has a column that no built-in field has: how
many machines a company has.

All names are put together from parts made up here; towns and postal codes are real. Telephone numbers come from the ranges that the
German regulator keeps free for films, or (Austria, Switzerland) have a subscriber part that can't be dialled; mail and web names end in
.example. VAT ids are well-formed, with right check digits, in ranges that are not given out. The same script writes the same bytes.
"""

import csv
import pathlib
import random

RANDOM = random.Random(20260101)
FIRST_NUMBER = 10001
COMPANIES = {"DE": 140, "AT": 31, "CH": 31}

TOWNS = {
    "DE": """01067 Dresden|01705 Freital|02826 Görlitz|03046 Cottbus|04109 Leipzig|06108 Halle (Saale)|07743 Jena|08056 Zwickau
09111 Chemnitz|10115 Berlin|10785 Berlin|14467 Potsdam|16816 Neuruppin|17489 Greifswald|18055 Rostock|19053 Schwerin|20095 Hamburg
21073 Hamburg|23552 Lübeck|24103 Kiel|26122 Oldenburg|27568 Bremerhaven|28195 Bremen|30159 Hannover|33602 Bielefeld|34117 Kassel
35037 Marburg|37073 Göttingen|38100 Braunschweig|39104 Magdeburg|40213 Düsseldorf|41061 Mönchengladbach|42103 Wuppertal
44135 Dortmund|45127 Essen|46045 Oberhausen|47051 Duisburg|48143 Münster|49074 Osnabrück|50667 Köln|52062 Aachen|53111 Bonn
54290 Trier|55116 Mainz|56068 Koblenz|57072 Siegen|60311 Frankfurt am Main|64283 Darmstadt|65183 Wiesbaden|66111 Saarbrücken
67655 Kaiserslautern|68159 Mannheim|69117 Heidelberg|70173 Stuttgart|72070 Tübingen|73728 Esslingen am Neckar|74072 Heilbronn
75172 Pforzheim|76133 Karlsruhe|78462 Konstanz|79098 Freiburg im Breisgau|80331 München|83022 Rosenheim|85049 Ingolstadt
86150 Augsburg|87435 Kempten (Allgäu)|88212 Ravensburg|89073 Ulm|90402 Nürnberg|91054 Erlangen|93047 Regensburg|94032 Passau
95444 Bayreuth|96047 Bamberg|97070 Würzburg|99084 Erfurt|99423 Weimar""",
    "AT": """1010 Wien|1100 Wien|2340 Mödling|2700 Wiener Neustadt|3100 St. Pölten|3500 Krems an der Donau|4020 Linz|4400 Steyr|4600 Wels
5020 Salzburg|6020 Innsbruck|6330 Kufstein|6800 Feldkirch|6850 Dornbirn|6900 Bregenz|7000 Eisenstadt|8010 Graz
8600 Bruck an der Mur|8700 Leoben|9020 Klagenfurt am Wörthersee|9500 Villach""",
    "CH": """1003 Lausanne|1201 Genève|1700 Fribourg|2000 Neuchâtel|2502 Biel/Bienne|3011 Bern|4051 Basel|4500 Solothurn|5000 Aarau
6003 Luzern|6300 Zug|6500 Bellinzona|6900 Lugano|7000 Chur|8001 Zürich|8005 Zürich|8200 Schaffhausen|8400 Winterthur
9000 St. Gallen""",
}
FRENCH = {"1003", "1201", "1700", "2000"}
ITALIAN = {"6500", "6900"}

STREETS = {
    "de": """Hauptstraße|Bahnhofstraße|Gartenstraße|Industriestraße|Gewerbering|Lindenweg|Mühlenweg|Am Alten Markt|Schloßallee|Hafenstraße
Kirchplatz|Ringstraße|Werkstraße|An der Brücke|Große Gasse|Wiesengrund|Goethestraße|Bergstraße|Feldstraße|Zum Güterbahnhof""",
    "fr": "Rue de la Gare|Avenue des Tilleuls|Chemin du Moulin|Rue de l'Industrie|Quai du Port",
    "it": "Via Cantonale|Via della Stazione|Viale dei Tigli|Via al Mulino",
}
HEADS = """Ahrn|Bren|Dall|Eich|Falk|Grün|Hoch|Isen|Kess|Lind|Möhl|Nord|Ober|Quell|Reh|Stein|Thal|Uhl|Weiß|Zell|Brüg|Dörn|Gries|Hüt|Krön
Löwen|Roß|Schön|Tann|Wild"""
TAILS = "bach|berg|feld|hauser|inger|kamp|ler|mann|moser|ner|reuter|rieder|städter|thaler|wald|egger"
FIRST = """Frau Anna|Frau Birgit|Frau Claudia|Frau Daniela|Frau Esther|Frau Franziska|Frau Gülşen|Frau Heike|Frau Ines|Frau Jana|Frau Käthe
Frau Laura|Frau Małgorzata|Frau Nadine|Frau Sofía|Frau Ursula|Herr Alexander|Herr Björn|Herr Christian|Herr Dieter|Herr Emre
Herr Florian|Herr Günter|Herr Holger|Herr Jürgen|Herr Kai|Herr Lukas|Herr Matthias|Herr Jörg|Herr Peter|Herr René|Herr Søren
Herr Thomas|Herr Wolfgang"""
TRADES = """Maschinenbau|Werkzeugbau|Elektrotechnik|Metallbau|Feinmechanik|Verpackungen|Logistik|Bürobedarf|Holzbau|Möbelwerkstätten
Kunststofftechnik|Medizintechnik|Lebensmittel|Druckerei|Textilwerke|Gartenbau|Haustechnik|Messtechnik|Hydraulik|Antriebstechnik
Fördertechnik|Kältetechnik|Glasbau|Sägewerk|Mühlenwerke|Brauerei|Lackfabrik|Befestigungstechnik|Stahlhandel|Baustoffe"""
FOREIGN_TRADES = {"fr": "Mécanique|Électricité|Emballages|Logistique|Menuiserie|Imprimerie|Matériaux",
                  "it": "Meccanica|Elettrotecnica|Imballaggi|Logistica|Falegnameria|Tipografia"}
FORMS = {
    "DE": "GmbH|GmbH|GmbH|GmbH & Co. KG|AG|KG|OHG|e.K.",
    "AT": "GmbH|GmbH|Ges.m.b.H.|KG|e.U.",
    "CH": "AG|AG|GmbH",
    "fr": "SA|SA|Sàrl",
    "it": "SA|Sagl",
}
FUNCTIONS = "Einkauf|Einkaufsleitung|Geschäftsführung|Technische Leitung|Buchhaltung|Lager|Vertrieb|Arbeitsvorbereitung"
TERMS = "30 Tage netto|14 Tage 2 %, 30 Tage netto|10 Tage 3 %, 30 Tage netto|Sofort netto"

COMPANY_COLUMNS = ["Kundennummer", "Firma", "Firmenzusatz", "USt-IdNr.", "Sprache", "Kategorie", "Telefon", "E-Mail", "Web",
                   "Auftragssperre", "Sperrgrund", "Bemerkung"]
TERM_COLUMNS = ["Preisliste", "Währung", "Zahlungsbedingungen", "Zahlungsart", "Lieferbedingungen", "Versandart"]
SITE_COLUMNS = ["Standortnummer", "Standort", "Straße", "Hausnummer", "Adresszusatz", "PLZ", "Ort", "Land", "Hauptadresse",
                "Lieferadresse", "Rechnungsadresse", "Bevorzugter Standort"]
CONTACT_COLUMNS = ["Anrede", "Titel", "Vorname", "Nachname", "Funktion", "Bevorzugter Ansprechpartner"]
CONTACT_CHANNELS = ["Telefon", "Mobil", "E-Mail"]


def words(text):
    return text.replace("\n", "|").split("|")


def pick(choices):
    """One of a list. RANDOM.random() alone is promised to give the same numbers in every Python."""
    return choices[int(RANDOM.random() * len(choices))]


def chance(share):
    return RANDOM.random() < share


def surname():
    while True:
        head, tail = pick(words(HEADS)), pick(words(TAILS))
        if not (head.endswith(("ß", "en")) and tail in ("ler", "ner", "inger", "egger")):
            return head + tail


def ascii_name(text):
    """A name as mail and web addresses write it."""
    for old, new in zip("äöüßéèàâôçğşłøñí", ["ae", "oe", "ue", "ss", *"eeaaocgslo", "n", "i"]):
        text = text.replace(old, new).replace(old.upper(), new.capitalize())
    return "".join(c for c in text.lower().replace(" ", "-") if c.isascii() and (c.isalnum() or c == "-")).strip("-")


def domain_of(company_name):
    """At most three words of the name, without its legal form."""
    forms = {word for text in FORMS.values() for form in words(text) for word in form.split()} | {"&"}
    parts = [ascii_name(word) for word in company_name.split() if word not in forms]
    return "-".join([part for part in parts if part][:3]) + ".example"


def german_vat(index):
    body = f"9998{index:04d}"
    product = 10
    for digit in body:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return f"DE{body}{(11 - product) % 10}"


def austrian_vat(index):
    body = f"999{index:04d}"
    total = sum(sum(divmod(int(d) * (1, 2)[i % 2], 10)) for i, d in enumerate(body))
    return f"ATU{body}{(6 - total) % 10}"


def swiss_vat(index):
    """None where the number would need the check digit 10."""
    body = f"9990{index:04d}"
    check = (11 - sum(int(d) * w for d, w in zip(body, (5, 4, 3, 2, 7, 6, 5, 4))) % 11) % 11
    return None if check == 10 else f"CHE-{body[:3]}.{body[3:6]}.{body[6:]}{check} MWST"


def vat_id(country, index):
    made = None
    while made is None:
        made = {"DE": german_vat, "AT": austrian_vat, "CH": swiss_vat}[country](index)
        index += 1000
    return made


def phone(country):
    number = int(RANDOM.random() * 1000)
    if country == "AT":
        return f"+43 {pick(['1', '316', '512', '662', '732'])} 000 {number:03d}"
    if country == "CH":
        return f"+41 {pick(['31', '41', '44', '61', '71'])} 000 {number // 100:02d} {number % 100:02d}"
    return f"+49 {pick(['30 23125', '40 66969', '69 90009', '89 99998', '221 4710'])} {number:03d}"


def mobile():
    return f"+49 {pick(['171 39200', '176 040690'])} {int(RANDOM.random() * 100):02d}"


def language_of(country, code):
    if country == "CH" and code in FRENCH:
        return "fr"
    return "it" if country == "CH" and code in ITALIAN else "de"


def site(country, number, name, town=None, **use):
    code, place = (town or pick(words(TOWNS[country]))).split(" ", 1)
    language = language_of(country, code)
    street = pick(words(STREETS[language]))
    if country == "CH":
        street = street.replace("ß", "ss")
    house = str(1 + int(RANDOM.random() * 140)) + (pick(["", " a", " b", "-" ]) if chance(0.15) else "")
    if house.endswith("-"):
        house = f"{house}{int(house[:-1]) + 4}"
    made = {"Standortnummer": str(number), "Standort": name, "Straße": street, "Hausnummer": house, "Adresszusatz": "",
            "PLZ": code, "Ort": place, "Land": country, "Hauptadresse": "nein", "Lieferadresse": "nein", "Rechnungsadresse": "nein",
            "Bevorzugter Standort": "nein", "language": language}
    made.update(use)
    return made


def main_site(country, town=None, delivery="ja"):
    return site(country, 1, "Hauptsitz", town, Hauptadresse="ja", Rechnungsadresse="ja", Lieferadresse=delivery)


def contact(country, domain, first=None, last=None):
    salutation, given = (first or pick(words(FIRST))).split(" ", 1)
    family, function = last or surname(), pick(words(FUNCTIONS))
    title = pick(["Dr.", "Dipl.-Ing.", "Dr.-Ing."]) if function in ("Geschäftsführung", "Technische Leitung") and chance(0.4) else ""
    return {"Anrede": salutation, "Titel": title, "Vorname": given, "Nachname": family, "Funktion": function, "Telefon": phone(country), "Mobil": mobile() if chance(0.3) else "",
            "E-Mail": f"{ascii_name(given)}.{ascii_name(family)}@{domain}"}


def terms(country, full):
    currency = "CHF" if country == "CH" else "EUR"
    if not full:
        return dict.fromkeys(TERM_COLUMNS, "")
    return {"Preisliste": pick(["STANDARD", "HANDEL", "INDUSTRIE"]), "Währung": currency, "Zahlungsbedingungen": pick(words(TERMS)),
            "Zahlungsart": pick(["Rechnung", "Rechnung", "SEPA-Lastschrift" if country != "CH" else "Rechnung"]),
            "Lieferbedingungen": pick(["DAP", "EXW", "FCA", "CPT"]), "Versandart": pick(["Spedition", "Paketdienst", "Selbstabholung"])}


def company(index, country, name, sites, contacts=None, full=True, **more):
    """A company of one dict for the head data, and lists of sites and contacts. contacts: how many, or the list itself."""
    domain = domain_of(name)
    head = {"Kundennummer": str(FIRST_NUMBER + index), "Firma": name, "Firmenzusatz": "", "USt-IdNr.": vat_id(country, index + 1),
            "Sprache": sites[0]["language"], "Kategorie": pick(["A", "B", "B", "C", "C", "C"]), "Telefon": phone(country),
            "E-Mail": f"info@{domain}", "Web": f"https://www.{domain}", "Auftragssperre": "", "Sperrgrund": "", "Bemerkung": ""}
    head.update(terms(country, full))
    head.update(more)
    people = contacts if isinstance(contacts, list) else [contact(country, domain) for _ in range(contacts or 0)]
    for i, person in enumerate(people):
        person["Bevorzugter Ansprechpartner"] = "ja" if i == 0 and (index < 12 or chance(0.6)) else "nein"
    return {"head": head, "sites": sites, "contacts": people}


def special_companies():
    """The first ones by hand: what makes trouble in real registers."""
    works = site("DE", 2, "Werk Freital", "01705 Freital", Lieferadresse="ja")
    works["Bevorzugter Standort"] = "ja"
    north, south = site("DE", 2, "Lager Nord", "20095 Hamburg", Lieferadresse="ja"), site("DE", 3, "Lager Süd", "80331 München", Lieferadresse="ja")
    chain = [main_site("DE", "50667 Köln", "nein")]
    chain += [site("DE", 2 + i, f"Filiale {town.split(' ', 1)[1]}", town, Lieferadresse="ja")
              for i, town in enumerate(["53111 Bonn", "40213 Düsseldorf", "45127 Essen", "44135 Dortmund", "52062 Aachen"])]
    chain[2]["Bevorzugter Standort"] = "ja"
    rear = main_site("DE", "04109 Leipzig")
    rear["Adresszusatz"] = "Hinterhaus, 2. OG"
    domain = domain_of("Brennbach Maschinenbau GmbH")
    return [
        ("DE", "Brennbach Maschinenbau GmbH", [main_site("DE", "01067 Dresden", "nein"), works],
         {"contacts": [contact("DE", domain, "Frau Käthe", "Grünwald"), contact("DE", domain, "Herr Søren", "Falkberg")]}),
        ("DE", "Gasthof \"Zum Goldenen Rad\" Möhlfeld & Söhne e.K.", [main_site("DE", "97070 Würzburg")], {"contacts": 1}),
        ("DE", "Nordkamp Großhandel GmbH & Co. KG", [main_site("DE", "28195 Bremen", "nein"), north, south], {"contacts": 2}),
        ("DE", "Weißwald; Stein, Uhl & Co. OHG", [main_site("DE", "09111 Chemnitz")], {"contacts": 1}),
        ("AT", "Großküchen Thalstädter Ges.m.b.H.", [main_site("AT", "1010 Wien")], {"contacts": 1}),
        ("CH", "Fiduciaire & Mécanique Rehberg SA", [main_site("CH", "1201 Genève")], {"contacts": 1}),
        ("DE", "Rossbach Feinmechanik GmbH", [rear],
         {"contacts": 1, "Bemerkung": "Anlieferung nur vormittags.\nTor 3 benutzen, \"bitte klingeln\"."}),
        ("DE", "Roßbach Feinmechanik GmbH", [main_site("DE", "99084 Erfurt")], {"contacts": 1}),
        ("DE", "Lindthaler Märkte AG", chain, {"contacts": 3}),
        ("DE", "Kessinger Stahlhandel KG", [main_site("DE", "47051 Duisburg")],
         {"contacts": 1, "Auftragssperre": "ja", "Sperrgrund": "Offene Posten über 90 Tage"}),
        ("DE", "Eichberg Bürobedarf e.K.", [main_site("DE", "16816 Neuruppin")], {"contacts": 0, "full": False}),
        ("DE", "Eichberg Bürobedarf e.K.", [main_site("DE", "03046 Cottbus")], {"contacts": 0, "full": False}),
    ]


def ordinary_company(index, country, names):
    sites = [main_site(country)]
    kind = {"fr": "fr", "it": "it"}.get(sites[0]["language"], country)
    name = None
    while name is None or name in names:
        family = surname()
        style = RANDOM.random()
        trade, form = pick(words(FOREIGN_TRADES.get(kind, TRADES))), pick(words(FORMS[kind]))
        if style < 0.6:
            name = f"{family} {trade} {form}"
        elif style < 0.8:
            name = f"{family} & {surname()} {trade} {form}"
        else:
            name = f"{trade} {family} {form}"
    names.add(name)
    while len(sites) < 5 and chance(0.28):
        number = len(sites) + 1
        extra = site(country, number, f"{pick(['Werk', 'Lager', 'Niederlassung'])} {number}", Lieferadresse=pick(["ja", "ja", "nein"]))
        extra["Bevorzugter Standort"] = "ja" if chance(0.4) and not any(s["Bevorzugter Standort"] == "ja" for s in sites) else "nein"
        sites.append(extra)
    addition = pick(["Niederlassung Mitte", "Abt. Zentraleinkauf", "Ein Unternehmen der Quellberg-Gruppe"]) if chance(0.08) else ""
    return company(index, country, name, sites, contacts=pick([0, 1, 1, 1, 2, 2, 3]), full=chance(0.85), Firmenzusatz=addition)


def register():
    made = [company(i, country, name, sites, **more) for i, (country, name, sites, more) in enumerate(special_companies())]
    names = {one["head"]["Firma"] for one in made}
    left = dict(COMPANIES)
    for one in made:
        left[one["sites"][0]["Land"]] -= 1
    countries = [country for country in left for _ in range(left[country])]
    while countries:
        country = countries.pop(int(RANDOM.random() * len(countries)))
        made.append(ordinary_company(len(made), country, names))
    return made


def write(path, columns, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter=";", lineterminator="\r\n")
        out.writerow(columns)
        out.writerows(rows)


def cells(record, columns):
    return [record.get(column, "") for column in columns]


def flat_rows(companies):
    for one in companies:
        for i in range(max(len(one["sites"]), len(one["contacts"]))):
            place = one["sites"][i] if i < len(one["sites"]) else {}
            person = one["contacts"][i] if i < len(one["contacts"]) else {}
            yield (cells(one["head"], COMPANY_COLUMNS) + cells(place, SITE_COLUMNS) + cells(person, CONTACT_COLUMNS + CONTACT_CHANNELS) +
                   cells(one["head"], TERM_COLUMNS))


def machines(companies):
    """For a field that the host defines: as many as the digits of the number add up to, and ten for each site."""
    for one in companies:
        number = one["head"]["Kundennummer"]
        yield [number, str(sum(map(int, number)) + 10 * len(one["sites"]))]


def main():
    folder = pathlib.Path(__file__).resolve().parent
    companies = register()
    number = ["Kundennummer"]
    write(folder / "customers.csv", COMPANY_COLUMNS + SITE_COLUMNS + CONTACT_COLUMNS +
          [f"{channel} Ansprechpartner" for channel in CONTACT_CHANNELS] + TERM_COLUMNS, flat_rows(companies))
    write(folder / "customer.csv", COMPANY_COLUMNS + TERM_COLUMNS, [cells(c["head"], COMPANY_COLUMNS + TERM_COLUMNS) for c in companies])
    write(folder / "site.csv", number + SITE_COLUMNS,
          [cells(c["head"], number) + cells(s, SITE_COLUMNS) for c in companies for s in c["sites"]])
    contact_columns = CONTACT_COLUMNS + CONTACT_CHANNELS
    write(folder / "contact.csv", number + contact_columns,
          [cells(c["head"], number) + cells(p, contact_columns) for c in companies for p in c["contacts"]])
    write(folder / "machines.csv", number + ["Maschinen"], machines(companies))


if __name__ == "__main__":
    main()
