"""Starting and stopping the parts of a process in order."""

import threading
from collections.abc import Callable, Sequence
from typing import Protocol


class Component(Protocol):
    """A background part, named by its role. Both methods may be called twice; `stop` may come before `start`."""

    @property
    def name(self) -> str: ...

    def start(self) -> None:
        """Return once the part works; raise when it cannot."""

    def stop(self, timeout: float) -> None:
        """Return once the part has stopped, after at most `timeout` seconds."""


class Supervisor:
    """Starts components in order and stops them in reverse; one that fails to start takes the started ones down."""

    def __init__(self, components: Sequence[Component], on_error: Callable[[str, BaseException], None]) -> None:
        self._components = components
        self._on_error = on_error
        self._started: list[Component] = []
        self._lock = threading.Lock()

    def start(self) -> None:
        with self._lock:
            if self._started:
                return
            for component in self._components:
                # listed before it starts: a part that fails half way is stopped with the others
                self._started.append(component)
                try:
                    component.start()
                except BaseException:
                    self._stop_all(timeout=5.0)
                    raise

    def stop(self, timeout: float) -> None:
        with self._lock:
            self._stop_all(timeout)

    def _stop_all(self, timeout: float) -> None:
        while self._started:
            component = self._started.pop()
            try:
                component.stop(timeout)
            except Exception as error:  # noqa: BLE001 - one part's failure must not keep the others running
                self._on_error(component.name, error)
