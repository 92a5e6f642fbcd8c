"""What an address alone decides: its site, whether it is a page of the site's content, and its segments.

Rules go by the URL only, never by noindex or robots.txt, so that hiding a page does not take it out of the count.
"""

import re
from functools import lru_cache
from string import ascii_letters, digits
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from engineo.features.deo_score.domain.word_lists import words

_EXCLUDED_SEGMENTS = words(
    """
    cart carts caja conta cerca mio-account basket
    checkout checkouts account login signin register logout wishlist search admin wp-admin compare
    warenkorb kasse konto mein-konto kundenkonto anmelden registrieren abmelden merkliste merkzettel wunschliste
    suche vergleich vergleichen panier caisse commande compte mon-compte connexion inscription deconnexion
    recherche liste-de-souhaits comparer carrito cesta cuenta mi-cuenta iniciar-sesion registro cerrar-sesion
    buscar busqueda lista-de-deseos comparar carrello cassa account-cliente accedi registrati ricerca
    lista-desideri confronta winkelwagen winkelmand afrekenen inloggen registreren uitloggen zoeken verlanglijst
    vergelijken carrinho finalizar-compra minha-conta entrar cadastro sair pesquisa lista-de-desejos
    """
)
_EXCLUDED_QUERY = words(
    """
    q s query search sort sort_by order orderby dir view limit per_page variant add-to-cart color size price
    min_price max_price
    """
)
_EXCLUDED_QUERY_PREFIXES = ("filter", "facet")
_PAGE_QUERY = frozenset(("page", "p", "paged", "offset", "start"))
_TRACKING = words(
    """
    gclid gclsrc dclid gbraid wbraid fbclid srsltid msclkid yclid twclid ttclid igshid mc_cid mc_eid _ga _gl
    """
)
_PAGE_PATH = re.compile(r"/page/\d+/?$", re.IGNORECASE)
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset(ascii_letters + digits + "-._~")
_KEPT = "!$&'()*+,;=:@/?%-._~[]|{}^`"
_REMEMBERED = 16_384  # results of each kind that are remembered
_DEFAULT_PORTS = {"http": 80, "https": 443}


@lru_cache(maxsize=_REMEMBERED)
def site_of(url: str) -> str:
    """The site an http(s) URL belongs to: host and port, without scheme, `www.` and default port; else ""."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return ""
    if host.startswith("www.") and host.count(".") > 1:
        host = host.removeprefix("www.")
    host = f"[{host}]" if ":" in host else host
    return host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"


@lru_cache(maxsize=_REMEMBERED)
def url_key(url: str) -> str:
    """The canonical form of an absolute http(s) URL, by which pages are told apart; "" for anything else.

    Scheme, `www.`, fragment, default port and tracking parameters make no difference, nor does the order of the query.
    """
    site = site_of(url)
    if not site:
        return ""
    parts = urlsplit(url)
    pieces = sorted(_one_form(piece).partition("=") for piece in parts.query.split("&") if piece)
    query = "&".join("".join(piece) for piece in pieces if not _is_tracking(piece[0].lower()))
    return f"https://{site}{_one_form(parts.path) or '/'}{'?' + query if query else ''}"


def _is_tracking(name: str) -> bool:
    return name in _TRACKING or name.startswith("utm_")


def _one_form(text: str) -> str:
    """Escapes in upper case, none where the character may stand for itself, and where it may not, one."""

    def form(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else match[0].upper()

    return _ESCAPE.sub(form, quote(text, safe=_KEPT, errors="replace"))


@lru_cache(maxsize=_REMEMBERED)
def segments(url: str) -> tuple[str, ...]:
    """Path segments, decoded and lower case, without empty ones."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ()
    return tuple(part for part in unquote(path).lower().split("/") if part)


def _query(url: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(url).query, keep_blank_values=True)
    except ValueError:
        return []


@lru_cache(maxsize=_REMEMBERED)
def is_excluded(url: str) -> bool:
    """Carts, accounts, searches, sorted and filtered views: no pages that anyone wants found."""
    if any(segment in _EXCLUDED_SEGMENTS for segment in segments(url)):
        return True
    names = [name.lower() for name, _ in _query(url)]
    return any(name in _EXCLUDED_QUERY or name.startswith(_EXCLUDED_QUERY_PREFIXES) for name in names)


@lru_cache(maxsize=_REMEMBERED)
def is_pagination(url: str) -> bool:
    """`/page/2`, `?page=2` and the like: links on them count, they themselves do not."""
    if any(name.lower() in _PAGE_QUERY and value.isdecimal() for name, value in _query(url)):
        return True
    return bool(_PAGE_PATH.search(urlsplit(url).path)) if site_of(url) else False


def pagination_base(url: str) -> str:
    """The url_key of the list that a paginated URL is part of."""
    parts = urlsplit(url)
    query = [(name, value) for name, value in _query(url) if not (name.lower() in _PAGE_QUERY and value.isdecimal())]
    path = _PAGE_PATH.sub("/", parts.path)
    return url_key(urlunsplit((parts.scheme, parts.netloc, path, urlencode(query), "")))
