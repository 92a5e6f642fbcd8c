from pathlib import Path

import pytest

from engineo.ops.bench.peers import ENGINEO, PEERS, Peer

ADAPTERS = Path(__file__).resolve().parents[4] / "benchmarks" / "queue" / "adapters"


@pytest.mark.parametrize("peer", PEERS.values(), ids=PEERS)
def test_every_peer_has_an_adapter_and_sleeps_at_a_concurrency_of_16(peer: Peer) -> None:
    assert (ADAPTERS / peer.adapter).is_file()
    assert peer.sleeping.processes * peer.sleeping.concurrency == 16
    assert bool(peer.packages) == (peer.environment is not None)


def test_engineo_runs_in_the_environment_of_the_command() -> None:
    assert PEERS[ENGINEO].environment is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bullmq", ("bullmq", "ioredis")),
        ("dramatiq", ("dramatiq[redis]",)),
        ("taskiq", ("taskiq", "taskiq-redis")),
        ("huey", ("huey", "redis")),
    ],
)
def test_pins_can_be_dropped(name: str, expected: tuple[str, ...]) -> None:
    assert PEERS[name].any_version == expected


def test_peers_that_share_an_environment_share_its_packages() -> None:
    packages = {peer.environment: peer.packages for peer in PEERS.values()}
    assert all(packages[peer.environment] == peer.packages for peer in PEERS.values())
