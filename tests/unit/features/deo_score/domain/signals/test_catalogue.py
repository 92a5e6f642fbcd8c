from tests.unit.features.deo_score.domain.sample_sites import page, site_of_pages

from engineo.features.deo_score.domain.engine import SIGNALS
from engineo.features.deo_score.domain.signals.catalogue import MEASURES, measure


def test_every_signal_of_the_engine_is_measured_under_its_own_name() -> None:
    assert tuple(MEASURES) == SIGNALS
    found = measure(site_of_pages([page("")]))
    assert [signal.name for signal in found.values()] == list(SIGNALS)
    for signal in found.values():
        assert signal.rules
        assert all(source.startswith("https://") for source in signal.sources)
