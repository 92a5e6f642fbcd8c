"""Modules fit together, or the message says what does not."""

from typing import Any, Protocol, runtime_checkable

import pytest
from dependency_injector import providers
from dependency_injector.errors import Error as ContainerError

from engineo.kernel.errors import BootError
from engineo.kernel.module import Module, WiringError, connect, needs, needs_of


@runtime_checkable
class Greeter(Protocol):
    def greet(self) -> str: ...


@runtime_checkable
class Audience(Protocol):
    def size(self) -> int: ...


class Hello:
    def greet(self) -> str:
        return "hello"


class Hall:
    def __init__(self, greeter: Greeter | None = None) -> None:
        self.greeter = greeter

    def size(self) -> int:
        return 7


class GreeterModule(Module):
    exports = providers.Dict({Greeter: providers.Factory(Hello)})
    components = providers.List(providers.Object("first"), providers.Object("second"))


class HallModule(Module):
    greeter = needs(Greeter)
    hall = providers.ThreadSafeSingleton(Hall, greeter=greeter)
    exports = providers.Dict({Audience: hall})
    components = providers.List(providers.Object("third"))


class NeedsAudience(Module):
    audience = needs(Audience)
    components = providers.List(providers.Factory(lambda audience: audience.size(), audience))


class Circular(Module):
    audience = needs(Audience)
    exports = providers.Dict({Greeter: providers.Factory(Hello)})


class NeedsItself(Module):
    greeter = needs(Greeter)
    exports = providers.Dict({Greeter: providers.Factory(Hello)})


def refused(modules: dict[str, type[Module]], given: dict[type, object] | None = None) -> str:
    with pytest.raises(WiringError) as caught:
        connect(modules, given or {})
    assert isinstance(caught.value, BootError)
    return caught.value.message


def test_a_need_is_filled_by_the_module_that_exports_it() -> None:
    hall = connect({"hall": HallModule, "greeter": GreeterModule}, {}).exported(Audience)
    assert hall.greeter.greet() == "hello"


def test_a_need_is_filled_by_the_platform() -> None:
    greeter = Hello()
    assert connect({"hall": HallModule}, {Greeter: greeter}).exported(Audience).greeter is greeter


def test_a_singleton_is_one_and_the_same_for_every_module_of_a_set_and_another_one_in_another_set() -> None:
    modules: dict[str, type[Module]] = {"hall": HallModule}
    one, other = connect(modules, {Greeter: Hello()}), connect(modules, {Greeter: Hello()})
    assert one.exported(Audience) is one.exported(Audience)
    assert one.exported(Audience) is not other.exported(Audience)


def test_connecting_leaves_the_declaration_as_it_was() -> None:
    connect({"hall": HallModule}, {Greeter: Hello()})
    assert refused({"hall": HallModule}) == "module 'hall' needs Greeter, which no module exports (exported: Audience)"


def test_a_missing_need_names_module_interface_and_what_is_exported() -> None:
    message = refused({"a.hall": HallModule}, {int: 3, str: "text"})
    assert message == "module 'a.hall' needs Greeter, which no module exports (exported: Audience, int, str)"


def test_a_missing_need_where_nothing_is_exported() -> None:
    message = refused({"lonely": NeedsAudience})
    assert message == "module 'lonely' needs Audience, which no module exports (exported: nothing)"


def test_two_exporters_of_one_interface() -> None:
    message = refused({"one": GreeterModule, "two": GreeterModule})
    assert message == "both 'one' and 'two' export Greeter; an interface has one exporter"


def test_a_module_may_not_export_what_the_platform_gives() -> None:
    message = refused({"one": GreeterModule}, {Greeter: Hello()})
    assert message == "both 'the platform' and 'one' export Greeter; an interface has one exporter"


def test_a_circle_is_shown() -> None:
    message = refused({"hall": HallModule, "circular": Circular})
    assert message == (
        "modules need each other in a circle: hall -> circular -> hall; "
        "move what they share into a contract of one of them"
    )


def test_a_module_that_needs_itself_is_a_circle() -> None:
    assert refused({"self": NeedsItself}).startswith("modules need each other in a circle: self -> self;")


def test_nothing_is_built_before_it_is_asked_for() -> None:
    built: list[str] = []

    class Noted(Hello):
        def __init__(self) -> None:
            built.append("greeter")

    class Eager(Module):
        exports = providers.Dict({Greeter: providers.Factory(Noted)})

    connected = connect({"eager": Eager, "hall": HallModule}, {})
    assert built == []
    connected.exported(Audience)
    assert built == ["greeter"]


def test_lists_are_collected_in_the_order_of_the_modules() -> None:
    modules: dict[str, type[Module]] = {"needs": NeedsAudience, "hall": HallModule, "greeter": GreeterModule}
    assert connect(modules, {}).collect("components") == [7, "third", "first", "second"]
    assert connect(dict(reversed(modules.items())), {}).collect("components") == ["first", "second", "third", 7]


@pytest.mark.parametrize("kind", ["routers", "actors", "crons", "listeners", "commands", "components", "health_checks"])
def test_a_module_lists_nothing_unless_it_says_so(kind: str) -> None:
    class Empty(Module):
        pass

    assert connect({"empty": Empty}, {}).collect(kind) == []


def test_what_does_not_fit_the_interface_is_refused_when_it_is_used() -> None:
    connected = connect({"hall": HallModule}, {Greeter: object()})
    with pytest.raises(ContainerError, match="not an instance"):
        connected.exported(Audience)


def test_an_interface_that_nobody_exports() -> None:
    with pytest.raises(WiringError, match=r"^no module exports Audience$"):
        connect({"greeter": GreeterModule}, {}).exported(Audience)


def test_needs_are_listed_by_attribute_inherited_ones_too() -> None:
    class More(HallModule):
        audience: Any = needs(Audience)

    assert needs_of(HallModule) == {"greeter": Greeter}
    assert needs_of(More) == {"greeter": Greeter, "audience": Audience}
