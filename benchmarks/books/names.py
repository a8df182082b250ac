"""Names of people and companies. All made up; any likeness is chance."""

from __future__ import annotations

from random import Random

from .text import plain

FIRST = {
    "fr": "Camille Julien Nathalie Élodie Gérard Stéphane Zoé Benoît Chloé Mathieu Aurélie Hélène "
    "Damien Pascal Solène Yves Maëva Romain Fanny Odile Cédric Laure Thierry Inès Rémi Karima "
    "Bastien Océane Noël Françoise",
    "de": "Jürgen Sabine Uwe Heike Matthias Anke Björn Silke Holger Ute Torsten Jana Lennart Käthe "
    "Dirk Birgit Steffen Änne Rolf Frauke",
    "nl": "Joost Marloes Wouter Anneke Pieter Femke Geert Lotte Bram Saskia Dries Katrien Stijn "
    "Griet Koen Hilde",
    "en": "Oliver Gemma Nigel Fiona Callum Bridget Owen Heather Malcolm Jean",
}
LAST = {
    "fr": "Aubertin Bellanger Carpentras Delmas Estève Fauconnier Garrigue Hamelin Jaubert "
    "Kerdoncuff Lafitte Marchandeau Nogaret Ozanne Périgord Quéré Rambaud Sabatier Tisserand "
    "Vauquelin Besançon Chabrol Dufresne Escoffier Froment Guérin Houdin Lescure Montagnac "
    "Peyronnet Rostand Séguin Thévenot Villard Barthès Costes",
    "de": "Ackermann Brandstätter Dietz Engelhardt Frühauf Grünwald Hirschfeld Jaschke Köhler "
    "Lindner Mühlbauer Neureuther Oberländer Pfister Quandt Rößler Schäfer Tiedemann Überall "
    "Vogelsang Weidner Zeitler",
    "nl": "Aertssen Boonstra Claessens Dewulf Eggermont Geerts Hoekstra Janssens Kuipers Lambrecht "
    "Maes Nauwelaerts Oosterhuis Peeters Raeymaekers Segers Tuinstra Verstraete Wauters Zwart",
    "en": "Ashworth Blackwood Cartwright Dunmore Eastgate Fairfax Gillespie Hathaway Kincaid "
    "Lockhart Merriweather Northcote Pemberton Redfern Stanhope Thornbury",
}
TOWNS = {
    "fr": "Angoulême Béziers Cholet Dax Évreux Foix Gap Laval Mâcon Niort Orange Périgueux Quimper "
    "Rodez Saumur Tarbes Vannes Albi Bourges Chartres Dole Roanne Sète Thonon",
    "de": "Aalen Bamberg Coburg Düren Erding Fulda Görlitz Hameln Iserlohn Jena Landshut Minden "
    "Neuss Passau Soest Trier",
    "nl": "Aalst Brugge Deurne Eeklo Genk Hasselt Ieper Kortrijk Lier Mechelen Ninove Turnhout "
    "Zwolle Breda",
    "en": "Bath Chester Durham Exeter Hull Leeds Oban Perth Truro Wells",
}
FORMS = {
    "fr": ("SARL", "SAS", "SASU", "EURL", "SNC", "SA"),
    "de": ("GmbH", "GmbH & Co. KG", "AG", "e.K.", "UG (haftungsbeschränkt)", "OHG"),
    "nl": ("BV", "NV", "VOF", "BVBA", "CV"),
    "en": ("Ltd", "LLP", "Inc.", "plc", "LLC"),
}
SYLLABLES = "ba bri co del dra fen gal hor ixo jun kor lim mar nov ori pel qua ros sol tan ulm ver wis xan yor zel"


def words(table: dict[str, str], language: str) -> list[str]:
    return table[language].split()


def person(rng: Random, language: str) -> tuple[str, str]:
    """First and last name; sometimes a double one."""
    first = rng.choice(words(FIRST, language))
    if rng.random() < 0.06:
        first += "-" + rng.choice(words(FIRST, language))
    last = rng.choice(words(LAST, language))
    if rng.random() < 0.08:
        last += ("-" if language != "nl" else " ") + rng.choice(words(LAST, language))
    return first, last


def brand(rng: Random) -> str:
    """A made-up word such as a company calls itself."""
    return "".join(rng.choice(SYLLABLES.split()) for _ in range(rng.choice((2, 2, 3)))).capitalize()


def with_form(rng: Random, name: str, language: str) -> str:
    form = rng.choice(FORMS[language])
    return f"{form} {name}" if language == "fr" and rng.random() < 0.3 else f"{name} {form}"


def without_form(name: str) -> str:
    """``name`` without its legal form."""
    for form in sorted((f for group in FORMS.values() for f in group), key=len, reverse=True):
        if name.endswith(" " + form):
            return name[: -len(form) - 1]
        if name.startswith(form + " "):
            return name[len(form) + 1 :]
    return name


SHORT = {
    "Établissements": "ETS",
    "Société": "STE",
    "Saint": "ST",
    "Frères": "FRS",
    "Restaurant": "REST",
    "Boulangerie": "BOUL",
    "Compagnie": "CIE",
    "Entreprise": "ENT",
    "Gesellschaft": "GES",
    "Gebrüder": "GEBR",
}


def as_bank_writes(rng: Random, name: str, width: int = 70) -> str:
    """Upper case without accents, at times without legal form, abbreviated; cut at ``width``."""
    if rng.random() < 0.4:
        name = without_form(name)
    if rng.random() < 0.5:
        for word, short in SHORT.items():
            name = name.replace(word, short)
    return " ".join(plain(name).upper().split())[:width].strip()


def person_as_bank_writes(rng: Random, first: str, last: str) -> str:
    way = rng.randrange(6)
    titles = ("M. ", "MME ", "M ", "MR OU MME ", "MLLE ")
    text = (
        f"{first} {last}",
        f"{last} {first}",
        f"{rng.choice(titles)}{last} {first}",
        f"{first[0]} {last}",
        f"{last} {first[0]}.",
        f"{rng.choice(titles)}{first} {last}",
    )[way]
    return plain(text).upper()
