"""URLs as the crawler sees them: how to resolve one, how to tell two apart, which to leave alone.

Nothing here raises, whatever the URL.
"""

import re
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urljoin, urlsplit

from engineo.features.crawling.domain.lexicon import words

MAX_URL_LENGTH = 2_048
DEFAULT_PORTS = {"http": 80, "https": 443}

_CONTROLS = re.compile(r"[\t\n\r]")
_EDGES = "".join(map(chr, range(0x21)))
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_HOST = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*\.?"
)
_ESCAPE = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

_TRACKING = words(
    "gclid gclsrc dclid gbraid wbraid fbclid msclkid srsltid twclid ttclid li_fat_id igshid yclid ysclid mc_cid mc_eid "
    "_ga _gl _hsenc _hsmi __hssc __hstc __hsfp hsctatracking mkt_tok oly_anon_id oly_enc_id vero_id wickedid s_kwcid "
    "ef_id epik pk_campaign pk_kwd matomo_campaign matomo_kwd irclickid cjevent _openstat zanpid rb_clickid",
)
_EXCLUDED_SEGMENTS = words(
    "cart carts basket checkout checkouts account login signin register logout wishlist search admin wp-admin compare "
    # listed translations: de, fr, es, it, nl, pt
    "warenkorb kasse konto mein-konto anmelden abmelden registrieren wunschliste merkliste suche vergleich "
    "panier commande compte mon-compte connexion deconnexion inscription recherche comparer liste-de-souhaits "
    "carrito caja cuenta mi-cuenta iniciar-sesion registro lista-de-deseos buscar comparar "
    "carrello cassa mio-account accedi registrati lista-desideri cerca confronta "
    "winkelwagen winkelmand afrekenen inloggen registreren verlanglijst zoeken vergelijken "
    "carrinho finalizar-compra conta minha-conta entrar lista-de-desejos pesquisa",
)
_EXCLUDED_NAMES = words(
    "q s query search sort sort_by order orderby dir view limit per_page variant add-to-cart color size price "
    "min_price max_price",
)
_PAGE_NAMES = frozenset({"page", "p", "paged", "offset", "start"})
_PAGE_PATH = re.compile(r"/page/\d+/?\Z", re.IGNORECASE)


def normalise(url: str, base: str | None = None) -> str | None:
    """The absolute http(s) URL that a crawler would fetch, without fragment; None where there is none.

    Resolved against `base`; backslashes, control characters, upper-case hosts, default ports, dot segments and
    characters that need escapes are mended as browsers do. URLs over 2,048 characters are refused.
    """
    if len(url) > MAX_URL_LENGTH:
        return None
    url = _CONTROLS.sub("", url.strip(_EDGES))
    if not _SCHEME.match(url) or url[:5].lower() in {"http:", "https"}:
        path, mark, rest = url.partition("?")
        url = path.replace("\\", "/") + mark + rest
    try:
        parts = urlsplit(urljoin(base, url) if base else url)
        scheme = parts.scheme.lower()
        if scheme not in DEFAULT_PORTS or not parts.hostname:
            return None
        host, port = _host(parts.hostname), parts.port
    except ValueError:
        return None
    if host is None or port == 0:
        return None
    authority = host if port in {None, DEFAULT_PORTS[scheme]} else f"{host}:{port}"
    path = _without_dots(_escaped(parts.path, "!$&'()*+,;=:@/%-._~[]|"))
    query = _escaped(parts.query, "!$&'()*+,;=:@/?%-._~[]|{}^`")
    absolute = f"{scheme}://{authority}{path}{'?' + query if query else ''}"
    return absolute if len(absolute) <= MAX_URL_LENGTH else None


def url_key(url: str) -> str:
    """The identity of a page: equal for the spellings of one URL.

    Dropped: fragment, default port, tracking parameters. The query is sorted, escapes are brought to one form. Scheme
    and `www.` are normalised too (always `https://`, never `www.`): http/https and www/non-www spellings of a site
    serve one page, and counting them twice would make every such site a duplicate of itself. What cannot be parsed is
    its own key, cut to 2,048 characters.
    """
    absolute = normalise(url)
    if absolute is None:
        return url[:MAX_URL_LENGTH].encode("utf-8", "replace").decode()
    parts = urlsplit(absolute)
    pairs = sorted(
        (name, value)
        for name, value in (_name_and_value(piece) for piece in parts.query.split("&") if piece)
        if not _is_tracking(name)
    )
    query = "&".join(f"{name}{value}" for name, value in pairs)
    return f"https://{_site(parts)}{_one_form(parts.path)}{'?' + query if query else ''}"


def untracked(absolute: str) -> str:
    """A normalised URL without its tracking parameters: the spelling that is fetched, whichever was met first."""
    head, mark, query = absolute.partition("?")
    kept = "&".join(piece for piece in query.split("&") if piece and not _is_tracking(_name_and_value(piece)[0]))
    return absolute if not mark else f"{head}?{kept}" if kept else head


def same_site(a: str, b: str) -> bool:
    """Whether two URLs have the same host and port; scheme and `www.` are ignored. False for what is no URL."""
    left, right = normalise(a), normalise(b)
    return left is not None and right is not None and _site(urlsplit(left)) == _site(urlsplit(right))


def excluded(url: str) -> bool:
    """Whether a URL is no page to be judged (carts, accounts, searches, sorted and filtered listings), by URL alone."""
    absolute = normalise(url)
    if absolute is None:
        return False
    parts = urlsplit(absolute)
    if any(unquote(segment).lower() in _EXCLUDED_SEGMENTS for segment in parts.path.split("/")):
        return True
    return any(name in _EXCLUDED_NAMES or name.startswith(("filter", "facet")) for name, _ in _pairs(parts))


def is_pagination(url: str) -> bool:
    """Whether a URL is one of the further pages of a listing (`/page/2`, `?page=2`)."""
    absolute = normalise(url)
    if absolute is None:
        return False
    parts = urlsplit(absolute)
    if _PAGE_PATH.search(parts.path):
        return True
    return any(name in _PAGE_NAMES and value.isascii() and value.isdigit() for name, value in _pairs(parts))


def site_host(url: str) -> str:
    """Host and non-default port without `www.`; "" for what is no URL."""
    absolute = normalise(url)
    return _site(urlsplit(absolute)) if absolute else ""


def _site(parts: SplitResult) -> str:
    host = parts.netloc.removesuffix(".")
    return host[4:] if host.startswith("www.") and host.count(".") > 1 else host


def _pairs(parts: SplitResult) -> list[tuple[str, str]]:
    return [(name.lower(), value) for name, value in parse_qsl(parts.query, keep_blank_values=True)]


def _name_and_value(piece: str) -> tuple[str, str]:
    name, mark, value = piece.partition("=")
    return _one_form(name), mark + _one_form(value)


def _is_tracking(name: str) -> bool:
    name = name.lower()
    return name in _TRACKING or name.startswith("utm_")


def _host(host: str) -> str | None:
    """A host name in ASCII, or a bracketed IPv6 address; None for what is neither."""
    if ":" in host:
        try:
            return f"[{IPv6Address(host.partition('%')[0])}]"
        except AddressValueError:
            return None
    host = unquote(host).lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    return host if _HOST.fullmatch(host) else None


def _escaped(text: str, safe: str) -> str:
    """Escapes for whatever may not stand in a URL; a `%` that begins no escape becomes `%25`."""
    if "%" in text:
        text = re.sub(r"%(?![0-9a-fA-F]{2})", "%25", text)
    return quote(text, safe=safe, errors="replace")


def _one_form(text: str) -> str:
    """Escapes in upper case, and none where the character may stand for itself."""

    def form(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else match[0].upper()

    return _ESCAPE.sub(form, text)


def _without_dots(path: str) -> str:
    """A path without `.` and `..` segments (RFC 3986 §5.2.4)."""
    if "/." not in path and "/%2" not in path:
        return path if path.startswith("/") else f"/{path}"
    kept: list[str] = []
    segments = path.split("/")[1:] if path.startswith("/") else path.split("/")
    for index, segment in enumerate(segments):
        plain = segment.lower().replace("%2e", ".")
        if plain == "..":
            del kept[-1:]
        elif plain != ".":
            kept.append(segment)
        if plain in {".", ".."} and index == len(segments) - 1:
            kept.append("")
    return "/" + "/".join(kept)
