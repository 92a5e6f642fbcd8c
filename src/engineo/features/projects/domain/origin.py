"""What a person may type as a site's address, and the origin it means."""

import ipaddress
import re

from engineo.features.projects.errors import InvalidOriginError

_HOST = re.compile(
    r"^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$"
)
_ORIGIN = re.compile(
    r"^(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?(?P<rest>[^/?#\\]*)(?P<path>[/?#\\].*)?$", re.IGNORECASE | re.DOTALL
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST = 2048


def parse_origin(text: str) -> str:
    """Scheme, host and (where not the default) port, in lower case: "https://shop.example", "http://[::1]:8080".

    Without a scheme it is https; a path is dropped, because a project is a whole site. Raise `InvalidOriginError`.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST or any(ord(c) < ord("!") for c in text):
        raise InvalidOriginError(f"{text[:80]!r} is not a site's address; expected something like https://shop.example")
    match = _ORIGIN.match(text)
    if match is None:
        raise InvalidOriginError
    scheme = (match["scheme"] or "https").lower()
    if scheme not in _DEFAULT_PORTS:
        raise InvalidOriginError(f"{scheme}:// sites cannot be crawled; use http:// or https://")
    if "@" in match["rest"]:
        raise InvalidOriginError("leave user name and password out of the address: they would be stored and logged")
    host, port = _split_port(match["rest"])
    suffix = "" if port in {None, _DEFAULT_PORTS[scheme]} else f":{port}"
    return f"{scheme}://{_host(host)}{suffix}"


def _split_port(rest: str) -> tuple[str, int | None]:
    host, colon, port = rest.rpartition(":")
    if not colon or (rest.startswith("[") and rest.endswith("]")):
        return rest, None
    digits = port.lstrip("0")
    if not port.isascii() or not digits.isdigit() or len(digits) > len("65535") or int(digits) > 65535:  # noqa: PLR2004 - the highest port
        raise InvalidOriginError(f"{port[:20]!r} is not a port (1 to 65535)")
    return host, int(digits)


def _host(host: str) -> str:
    if host.startswith("["):
        try:
            address = ipaddress.IPv6Address(host[1:].removesuffix("]"))
        except ValueError:
            raise InvalidOriginError(f"{host[:80]!r} is not an IPv6 address") from None
        if address.scope_id is not None:
            raise InvalidOriginError(f"{host[:80]!r} means something on one machine only; leave the '%' part out")
        return f"[{address.compressed}]"
    try:
        ascii_host = host.encode("idna").decode("ascii").lower() if not host.isascii() else host.lower()
    except UnicodeError:
        ascii_host = ""
    if not _HOST.match(ascii_host):
        raise InvalidOriginError(f"{host[:80]!r} is not a host name")
    return ascii_host.removesuffix(".")
