from dataclasses import replace

from tests.unit.features.deo_score.domain.sample_sites import HOME, block, body, failed, key, page, site_of_pages

from engineo.features.deo_score.domain.revise import revise


def test_pages_of_one_text_and_title_are_a_group() -> None:
    twin = body("twin")
    site = site_of_pages(
        [page(""), page("long-a", twin), page("b", twin), page("c", replace(twin, title="Another")), failed("d")]
    )
    assert [(group.key, group.urls) for group in site.groups] == [
        (HOME, (HOME,)),
        (key("b"), (key("b"), key("long-a"))),
        (key("c"), (key("c"),)),
        (key("d"), (key("d"),)),
    ]
    assert site.members[key("c")].cluster == site.members[key("b")].cluster


def test_a_group_has_the_type_of_the_member_seen_first() -> None:
    twin = body("twin")
    rows = [page(""), page("products/a", twin), page("x", twin)]
    assert site_of_pages(rows).members[key("products/a")].type == "other"  # the shortest address
    known = site_of_pages(rows, known_types={key("products/a"): "product"})
    assert known.members[key("x")].type == "product"
    assert known.page_types[key("x")] == "other"  # what is stored is its own
    with_home = site_of_pages([page("", twin), page("products/a", twin)])
    assert with_home.members[key("products/a")].type == "home"


def test_block_frequencies_count_groups() -> None:
    shared = block("shared")
    twin = body("twin", blocks=(shared,))
    rows = [page(""), page("a", twin), page("b", twin), page("c", body("c", blocks=(shared,)))]
    site = site_of_pages(rows)
    assert site.statistics.faded == {}  # two groups
    more = site_of_pages([*rows, page("d", body("d", blocks=(shared,)))])
    assert more.statistics.faded == {hash(shared.hash): 2 / 3}


def test_profile_is_kept() -> None:
    rows = [page(""), *(page(f"products/{number}") for number in range(3))]
    assert site_of_pages(rows).profile == "shop"
    assert site_of_pages(rows, profile="info").profile == "info"
    assert site_of_pages(rows, profile="nonsense").profile == "shop"


def test_revising_keeps_types_groups_and_statistics() -> None:
    site = site_of_pages([page(""), page("a"), page("b", body("b", canonicals=(HOME,)))])
    assert site.members[key("b")].g == 0
    revised = revise(site, {key("b"): page("b", body("b", nodes=()))})
    assert revised.members[key("b")].g == 1
    assert revised.statistics.groups == site.statistics.groups
    assert revise(site, {}).members == site.members


def test_dropping_pages_takes_them_out_of_every_count() -> None:
    site = site_of_pages([page(""), failed("a")])
    dropped = revise(site, {}, dropped=frozenset({key("a")}))
    assert set(dropped.members) == {HOME}
    assert [group.key for group in dropped.groups] == [HOME]
