"""Components start in order, stop in reverse, and one's failure does not keep the others running."""

import threading

import pytest

from engineo.kernel.lifecycle import Supervisor


class Part:
    """A component that writes down what happens to it."""

    def __init__(self, name: str, log: list[str], *, fails_on: str = "", error: BaseException | None = None) -> None:
        self.name = name
        self.timeouts: list[float] = []
        self._log = log
        self._fails_on = fails_on
        self._error = error or RuntimeError(f"{name} {fails_on}")

    def start(self) -> None:
        self._log.append(f"start {self.name}")
        if self._fails_on == "start":
            raise self._error

    def stop(self, timeout: float) -> None:
        self.timeouts.append(timeout)
        self._log.append(f"stop {self.name}")
        if self._fails_on == "stop":
            raise self._error


class Supervised:
    def __init__(self) -> None:
        self.log: list[str] = []
        self.errors: list[tuple[str, str]] = []

    def supervisor(self, *parts: Part) -> Supervisor:
        return Supervisor(parts, lambda name, error: self.errors.append((name, str(error))))

    def part(self, name: str, *, fails_on: str = "", error: BaseException | None = None) -> Part:
        return Part(name, self.log, fails_on=fails_on, error=error)


@pytest.fixture
def world() -> Supervised:
    return Supervised()


def test_parts_start_in_order_and_stop_in_reverse(world: Supervised) -> None:
    parts = [world.part(name) for name in "abc"]
    supervisor = world.supervisor(*parts)
    supervisor.start()
    supervisor.stop(12.5)
    assert world.log == ["start a", "start b", "start c", "stop c", "stop b", "stop a"]
    assert [part.timeouts for part in parts] == [[12.5], [12.5], [12.5]]
    assert world.errors == []


@pytest.mark.parametrize("error", [RuntimeError("no"), KeyboardInterrupt(), SystemExit(1)])
def test_a_part_that_fails_to_start_takes_the_started_ones_down(world: Supervised, error: BaseException) -> None:
    supervisor = world.supervisor(world.part("a"), world.part("b", fails_on="start", error=error), world.part("c"))
    with pytest.raises(type(error)):
        supervisor.start()
    assert world.log == ["start a", "start b", "stop b", "stop a"]
    supervisor.stop(1)
    assert world.log[4:] == []


def test_a_failed_start_can_be_tried_again(world: Supervised) -> None:
    class FailsOnce(Part):
        def start(self) -> None:
            fails, self._fails_on = self._fails_on, ""
            self._log.append(f"start {self.name}")
            if fails:
                raise self._error

    supervisor = world.supervisor(world.part("a"), FailsOnce("b", world.log, fails_on="start"))
    with pytest.raises(RuntimeError):
        supervisor.start()
    world.log.clear()
    supervisor.start()
    assert world.log == ["start a", "start b"]


def test_starting_and_stopping_twice_does_it_once(world: Supervised) -> None:
    supervisor = world.supervisor(world.part("a"))
    supervisor.start()
    supervisor.start()
    supervisor.stop(1)
    supervisor.stop(1)
    assert world.log == ["start a", "stop a"]


def test_stop_before_start_stops_nothing(world: Supervised) -> None:
    supervisor = world.supervisor(world.part("a"))
    supervisor.stop(1)
    assert world.log == []
    supervisor.start()
    assert world.log == ["start a"]


def test_a_part_that_fails_to_stop_is_reported_and_the_others_stop(world: Supervised) -> None:
    supervisor = world.supervisor(world.part("a"), world.part("b", fails_on="stop"), world.part("c"))
    supervisor.start()
    supervisor.stop(1)
    assert world.log[3:] == ["stop c", "stop b", "stop a"]
    assert world.errors == [("b", "b stop")]


def test_two_threads_that_stop_at_once_stop_each_part_once(world: Supervised) -> None:
    supervisor = world.supervisor(*(world.part(str(number)) for number in range(20)))
    supervisor.start()
    world.log.clear()
    together = threading.Barrier(4)

    def stop() -> None:
        together.wait(10)
        supervisor.stop(1)

    threads = [threading.Thread(target=stop) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert world.log == [f"stop {number}" for number in reversed(range(20))]
