"""Which addresses are public unicast, decided by our own tables: `ipaddress.is_global` differs between Pythons.

Sources: the IANA special-purpose address registries for IPv4 and IPv6, and the documented metadata addresses of clouds.
"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

_REFUSED_V4 = tuple(
    (ip_network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared (carrier-grade NAT)"),
        ("127.0.0.0/8", "loopback"),
        ("168.63.129.16/32", "cloud metadata"),  # Azure's, although publicly registered
        ("169.254.0.0/16", "link-local"),  # 169.254.169.254 is most clouds' metadata service
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "reserved"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)

# Consulted in order: what is inside global unicast and still not public, then what has a better name than "reserved".
_REFUSED_V6 = tuple(
    (ip_network(network), reason)
    for network, reason in (
        ("2001::/23", "reserved"),  # protocol assignments: Teredo, ORCHID, benchmarking
        ("2001:db8::/32", "documentation"),
        ("2002::/16", "reserved"),  # 6to4: deprecated, and it embeds any IPv4 address
        ("3fff::/20", "documentation"),
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("fc00::/7", "private"),  # fd00:ec2::254 is a metadata service
        ("fe80::/10", "link-local"),
        ("ff00::/8", "multicast"),
    )
)
_GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


def why_refused(address: str) -> str | None:
    """Why this resolved address may not be connected to, as one adjective; None when it is public unicast.

    `address` is what the resolver gave: dotted IPv4 or an IPv6 literal. Anything else is refused, not an error.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return "malformed"
    if isinstance(parsed, IPv4Address):
        return _refused_v4(parsed)
    return _refused_v6(parsed)


def _refused_v4(address: IPv4Address) -> str | None:
    return next((reason for network, reason in _REFUSED_V4 if address in network), None)


def _refused_v6(address: IPv6Address) -> str | None:
    if address.scope_id is not None:
        return "link-local"
    if address.ipv4_mapped is not None:
        return _refused_v4(address.ipv4_mapped)
    if address in _NAT64:  # how an IPv6-only network reaches IPv4, so what counts is where it leads
        return _refused_v4(IPv4Address(int(address) & 0xFFFFFFFF))
    for network, reason in _REFUSED_V6:
        if address in network:
            return reason
    return None if address in _GLOBAL_UNICAST_V6 else "reserved"
