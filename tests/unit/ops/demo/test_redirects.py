import re

from engineo.ops.demo.redirects import Redirect, RedirectMatch, Rewrite, redirect_for


def test_rewrite_rules_come_first_wherever_they_stand() -> None:
    rules = (Redirect(301, "/a", "/alias"), Rewrite(302, re.compile("^a"), "/rewritten"))
    assert redirect_for(rules, "/a") == (302, "/rewritten")


def test_a_shield_leaves_a_path_to_the_redirects() -> None:
    rules = (
        Rewrite(None, re.compile("^keep"), "-"),
        Rewrite(301, re.compile(""), "/all"),
        RedirectMatch(308, re.compile("^/keep/(.*)"), "/kept/$1"),
    )
    assert redirect_for(rules, "/keep/x") == (308, "/kept/x")
    assert redirect_for(rules, "/x") == (301, "/all")


def test_values_of_a_path_cannot_change_the_shape_of_the_location() -> None:
    rules = (RedirectMatch(301, re.compile("^/a/(.*)", re.DOTALL), "/find?q=$1"),)
    assert redirect_for(rules, "/a/x?y#z\r\nSet-Cookie: 1%20") == (
        301,
        "/find?q=x%3Fy%23z%0D%0ASet-Cookie:%201%2520",
    )


def test_bytes_that_are_no_utf8_survive() -> None:
    assert redirect_for((Redirect(301, "/old", "/new"),), "/old/caf\udce9") == (301, "/new/caf%E9")


def test_a_target_that_is_no_address_answers_nothing() -> None:
    assert redirect_for((RedirectMatch(301, re.compile("^/(.*)"), "$1"),), "/a") is None


def test_nothing_to_do() -> None:
    assert redirect_for((), "/a") is None
