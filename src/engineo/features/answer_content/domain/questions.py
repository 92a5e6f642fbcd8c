"""Questions: those that shoppers ask of a product, and the one that a heading stands for."""

import re
import unicodedata
from collections.abc import Mapping

from engineo.features.crawling.contracts import SHOPPER_QUESTIONS

# What a shopper would ask, by the names that facts have (`SHOPPER_QUESTIONS`).
ASKED: Mapping[str, str] = {
    "size": "How large is it?",
    "weight or capacity": "How much does it weigh or hold?",
    "material": "What is it made of?",
    "care": "How do I clean it and look after it?",
    "contents": "What is in the box?",
    "audience": "Whom is it for?",
    "compatibility": "What does it fit or work with?",
    "power or duration": "How strong is it, and how long does it last?",
    "warranty": "What about the warranty?",
    "shipping or returns": "When does it come, and can I send it back?",
}
# Headings that stand for one of them (en, de, fr, es, it, nl, pt): the heading holds one of these, as words.
_HEADINGS: Mapping[str, str] = {
    "size": "sizes?|sizing|dimensions|measurements|größen?|maße|abmessungen|tailles?|dimensiones|medidas|tallas?|"
    "misure|dimensioni|taglie|afmetingen|maat|maten|tamanho",
    "weight or capacity": "weight|capacity|volume|gewicht|fassungsvermögen|poids|capacité|peso|capacidad|capacità|"
    "capacidade",
    "material": "materials?|fabric|made of|made from|composition|werkstoffe?|materialien|stoff|matières?|materiales|"
    "materiali|materialen|materiais",
    "care": "care|cleaning|washing|maintenance|pflege|pflegehinweise|reinigung|entretien|lavage|cuidados?|limpieza|"
    "cura|lavaggio|pulizia|onderhoud|wassen|limpeza",
    "contents": "contents|in the box|what s included|what is included|included|ingredients|lieferumfang|inhalt|zutaten|"
    "contenu|ingrédients|contenido|ingredientes|contenuto|ingredienti|inhoud|conteúdo",
    "audience": "who is it for|whom is it for|suitable for|ideal for|for whom|für wen|geeignet für|pour qui|para quién|"
    "per chi|voor wie|para quem",
    "compatibility": "compatibility|compatible|works with|fits|kompatibilität|kompatibel|passend für|compatibilité|"
    "compatibilidad|compatibilità|compatibiliteit|compatibilidade",
    "power or duration": "power|battery|battery life|burn time|burning time|runtime|leistung|akku|akkulaufzeit|"
    "brenndauer|laufzeit|puissance|autonomie|potencia|duración|batería|potenza|durata|autonomia|vermogen|potência",
    "warranty": "warranty|guarantee|garantie|gewährleistung|garantía|garanzia|garantia",
    "shipping or returns": "shipping|delivery|returns?|refunds?|versand|lieferung|lieferzeit|rückgabe|rücksendung|"
    "livraison|retours?|envíos?|devoluci(?:ón|ones)|spedizion[ei]|resi|verzending|levering|entrega|envio|"
    "devoluç(?:ão|ões)",
}
_PATTERNS = {name: re.compile(rf"(?<!\w)(?:{words})(?!\w)") for name, words in _HEADINGS.items()}
_DEFINED: Mapping[str, str] = {
    "de": "Was ist {0}?", "fr": "Qu'est-ce que {0} ?", "es": "¿Qué es {0}?", "it": "Che cos'è {0}?",
    "nl": "Wat is {0}?", "pt": "O que é {0}?",
}  # fmt: skip
_ENGLISH = "What is {0}?"


def shopper_question_of(heading: str) -> str | None:
    """The name of the shoppers' question that a heading stands for; the first of them where it names several."""
    folded = unicodedata.normalize("NFKC", heading).lower()
    plain = " ".join("".join(char if char.isalnum() else " " for char in folded).split())
    return next((name for name in SHOPPER_QUESTIONS if _PATTERNS[name].search(plain)), None)


def definition_question(heading: str, lang: str | None) -> str:
    """The question that a definition answers: of "Linen" it is "What is Linen?", in the page's language."""
    language = (lang or "").casefold().partition("-")[0]
    return _DEFINED.get(language, _ENGLISH).format(heading.strip().rstrip(".:"))
