"""The ten questions of shoppers, and how a text shows that it answers them (en, de, fr, es, it)."""

import re

_READ_CHARACTERS = 50_000
_LENGTH = r"(?:mm|cm|m|in|inch(?:es)?|ft|feet|\"|\u2033)"
_NUMBER = r"(?<![\w.,])\d+(?:[.,]\d+)?"


def _words(text: str) -> str:
    """Words and phrases as one pattern, matched on word boundaries."""
    return rf"(?<!\w)(?:{'|'.join(part.strip() for part in text.split(','))})(?!\w)"


_QUESTIONS = {
    "size": rf"{_NUMBER}\s?{_LENGTH}?\s?[x\u00d7]\s?\d|{_NUMBER}\s?{_LENGTH}(?!\w)|"
    + _words("dimensions?, measures, size guide, size chart, abmessungen, maße, größe, taille, medidas"),
    "weight or capacity": rf"{_NUMBER}\s?(?:kg|g|mg|lbs?|oz|ml|cl|l|lit(?:er|re)s?|gallons?|gb|tb)(?!\w)|"
    + _words("weighs, weight, capacity, gewicht, fassungsvermögen, poids, capacité, peso, capacidad, capacità"),
    "material": _words(
        "made (?:of|from|with), materials?, fabric, cotton, wool, leather, steel, alumini?um, wood(?:en)?, "
        "polyester, silk, linen, ceramic, glass, plastic, baumwolle, leder, edelstahl, holz, matière, coton, cuir, "
        "algodón, cuero, acero, cotone, pelle, acciaio"
    ),
    "care": _words(
        "care instructions?, machine[- ]wash(?:able)?, hand[- ]wash, dishwasher[- ]safe, wipe clean, "
        "clean(?:ing)? with, dry clean, do not bleach, pflegehinweise?, waschbar, spülmaschinen\\w+, entretien, "
        "lavable, lavado, lavabile"
    ),
    "contents": _words(
        "in the box, what's included, includes, included, contents, comes with, package contains, set of \\d+, "
        "ingredients, lieferumfang, inhalt, enthält, zutaten, contenu, ingrédients, incluye, contenido, contenuto"
    ),
    "audience": _words(
        "for (?:kids|children|adults|beginners|professionals|men|women|babies|toddlers|dogs|cats|families), "
        "suitable for, ideal for, designed for, ages? \\d+, geeignet für, ideal für, "
        "für (?:kinder|erwachsene|anfänger), convient, idéal pour, apto para, ideal para, ideale per"
    ),
    "compatibility": _words(
        "compatible, compatibility, works with, fits (?:all|most|the|your|models?|\\d+), kompatibel, passend für, "
        "passt (?:zu|auf|in), compatibilité, compatibile"
    ),
    "power or duration": rf"{_NUMBER}\s?(?:w|watts?|kw|v|volts?|mah|wh|hp|ps)(?!\w)|"
    + _words(
        "battery life, burn(?:s|ing)? time, brenndauer, akkulaufzeit, autonomie, lasts (?:up to|for|about), laufzeit, "
        "duración, durata, \\d+ (?:hours|stunden|heures|horas|ore)"
    ),
    "warranty": _words("warranty, guarantee[ds]?, garantie, gewährleistung, garantía, garanzia"),
    "shipping or returns": _words(
        "shipping, ships (?:in|within|free|from), delivery, returns?, refunds?, versand, lieferung, lieferzeit, "
        "rückgabe, rücksendung, livraison, retours?, envío, devoluci(?:ón|ones), spedizione"
    ),
}
_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _QUESTIONS.items()}


def questions_answered(text: str) -> tuple[str, ...]:
    """Which of the ten questions the first 50,000 characters of a text answer."""
    text = text[:_READ_CHARACTERS].replace("\u2019", "'")
    return tuple(name for name, pattern in _PATTERNS.items() if pattern.search(text))
