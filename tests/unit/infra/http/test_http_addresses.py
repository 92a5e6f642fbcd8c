from ipaddress import IPv4Address, IPv6Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engineo.infra.http.addresses import why_refused

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "128.0.0.1",
    "168.63.129.17",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.1",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
]

REFUSED = [
    ("0.0.0.0", "unspecified"),
    ("0.1.2.3", "unspecified"),
    ("10.0.0.1", "private"),
    ("10.255.255.255", "private"),
    ("100.64.0.0", "shared (carrier-grade NAT)"),
    ("100.100.100.200", "shared (carrier-grade NAT)"),
    ("100.127.255.255", "shared (carrier-grade NAT)"),
    ("127.0.0.1", "loopback"),
    ("127.255.255.254", "loopback"),
    ("168.63.129.16", "cloud metadata"),
    ("169.254.0.1", "link-local"),
    ("169.254.169.254", "link-local"),
    ("172.16.0.1", "private"),
    ("172.31.255.255", "private"),
    ("192.0.0.192", "reserved"),
    ("192.0.2.1", "documentation"),
    ("192.88.99.1", "reserved"),
    ("192.168.0.1", "private"),
    ("198.18.0.1", "benchmarking"),
    ("198.19.255.255", "benchmarking"),
    ("198.51.100.7", "documentation"),
    ("203.0.113.9", "documentation"),
    ("224.0.0.1", "multicast"),
    ("239.255.255.255", "multicast"),
    ("240.0.0.1", "reserved"),
    ("255.255.255.255", "reserved"),
    ("::", "unspecified"),
    ("::1", "loopback"),
    ("::8.8.8.8", "reserved"),
    ("::127.0.0.1", "reserved"),
    ("::ffff:127.0.0.1", "loopback"),
    ("::ffff:10.0.0.1", "private"),
    ("::ffff:169.254.169.254", "link-local"),
    ("::ffff:0:127.0.0.1", "reserved"),
    ("64:ff9b::127.0.0.1", "loopback"),
    ("64:ff9b::10.1.2.3", "private"),
    ("64:ff9b:1::a00:1", "reserved"),
    ("100::1", "reserved"),
    ("2001::1", "reserved"),
    ("2001:2::1", "reserved"),
    ("2001:20::1", "reserved"),
    ("2001:db8::1", "documentation"),
    ("2002:7f00:1::", "reserved"),
    ("2002:0a00:0001::1", "reserved"),
    ("3fff::1", "documentation"),
    ("4000::1", "reserved"),
    ("5f00::1", "reserved"),
    ("fc00::1", "private"),
    ("fd00:ec2::254", "private"),
    ("fe80::1", "link-local"),
    ("fe80::1%eth0", "link-local"),
    ("2606:4700:4700::1111%1", "link-local"),
    ("fec0::1", "reserved"),
    ("ff02::1", "multicast"),
    ("2130706433", "malformed"),
    ("0x7f.1", "malformed"),
    ("0177.0.0.1", "malformed"),
    ("127.1", "malformed"),
    ("localhost", "malformed"),
    ("", "malformed"),
]


MAY_BE_PUBLIC = (IPv6Network("2000::/3"), IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96"))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_unicast_addresses_are_allowed(address: str) -> None:
    assert why_refused(address) is None


@pytest.mark.parametrize(("address", "reason"), REFUSED)
def test_every_other_address_is_refused_by_name(address: str, reason: str) -> None:
    assert why_refused(address) == reason


@given(st.ip_addresses(v=4))
def test_nothing_that_python_calls_private_is_allowed(address: IPv4Address) -> None:
    if address.is_private or address.is_multicast or address.is_reserved:
        assert why_refused(str(address)) is not None


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_judged_like_the_address_itself(address: IPv4Address) -> None:
    verdict = why_refused(str(address))
    assert why_refused(f"::ffff:{address}") == verdict
    assert why_refused(f"64:ff9b::{address}") == verdict


@given(st.ip_addresses(v=6))
def test_outside_global_unicast_only_embedded_addresses_can_be_public(address: IPv6Address) -> None:
    if why_refused(str(address)) is None:
        assert any(address in network for network in MAY_BE_PUBLIC)


@given(st.text())
def test_any_text_gets_a_verdict(text: str) -> None:
    why_refused(text)
