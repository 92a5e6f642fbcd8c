"""Stored scores, read back."""

from tests.unit.features.deo_score.domain.sample_sites import NOW, SITE, body, page
from tests.unit.features.deo_score.domain.score_evidence import details, fix, signal, urls

from engineo.features.deo_score.domain.engine import SIGNALS
from engineo.features.deo_score.domain.evaluation import evaluate, insufficient
from engineo.features.deo_score.domain.evidence import evidence_of
from engineo.features.deo_score.domain.findings.finding import WORST
from engineo.features.deo_score.domain.metadata import as_metadata


def test_what_an_evaluation_stores_is_read_back() -> None:
    evaluation = evaluate(SITE, [page(""), page("a"), page("b", body("b", title=None))], NOW)
    found = evidence_of(as_metadata(evaluation))
    assert (found.overall, found.version, found.status) == (evaluation.overall, "v1", "scored")
    assert {name: found.signals[name].value for name in SIGNALS} == {
        name: measured.value for name, measured in evaluation.signals.items()
    }
    winning = {finding.check.id: finding for finding in evaluation.findings if finding.points > 0}
    assert set(found.checks) == set(winning)
    for name, finding in winning.items():
        check = found.checks[name]
        urls = {evaluation.address(url) for url in finding.affected.urls[:WORST]}
        assert (check.count, set(check.urls)) == (finding.count, urls)
    part = found.signals["indexability"].types
    assert sum(count.n for counts in part.values() for count in counts.values()) >= 1


def test_a_score_without_data() -> None:
    found = evidence_of(as_metadata(insufficient("nothing answered")))
    assert found.overall is None
    assert {evidence.value for evidence in found.signals.values()} == {None}


def test_what_an_older_snapshot_lacks_is_empty() -> None:
    found = evidence_of({})
    assert (found.overall, found.checks, set(found.signals)) == (None, {}, set(SIGNALS))


def test_what_was_kept_of_pages_is_all_of_them_or_not() -> None:
    found = evidence_of(
        details(
            fixes=[
                fix("h1-missing", "contentCoverage", 1, urls(2)),
                fix("noindex", "indexability", 1, urls(20), count=38),
            ],
            contentDepth=signal(0.5, {"https://shop.example/": 0.5}, worstTotal=2),
            serpPresence=signal(0.5, {"https://shop.example/": 0.5}),
        )
    )
    assert found.checks["h1-missing"].complete
    assert not found.checks["noindex"].complete
    assert not found.signals["contentDepth"].pages_complete
    assert found.signals["serpPresence"].pages_complete
