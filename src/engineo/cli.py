"""The `engineo` command: mounts the modules' commands; an expected error is one line.

Exit codes: 1 for an expected error, 2 for wrong usage, 130 after Ctrl-C, 143 after SIGTERM.
"""

import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Annotated

import typer

from engineo import __version__
from engineo.kernel.errors import EngineOError, InvalidInputError

EXAMPLES = "Examples: engineo demo | engineo score https://shop.example | engineo up"


def build_app() -> typer.Typer:
    from engineo import bootstrap  # noqa: PLC0415 - takes a second, in which `main` must be there to hear Ctrl-C

    application = bootstrap.build("cli")
    app = typer.Typer(
        name="engineo",
        help="DEO scores: how well search and answer engines can find, understand and quote a site.",
        epilog=EXAMPLES,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )

    @app.callback(invoke_without_command=True)
    def _root(
        *, version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False
    ) -> None:
        if version:
            typer.echo(f"engineo {__version__}")
            raise typer.Exit

    for commands in application.modules.collect("commands"):
        app.add_typer(commands)
    return app


def main() -> None:
    signal.signal(signal.SIGTERM, _on_sigterm)
    try:
        refuse_unreadable(sys.argv[1:])
        build_app()(prog_name="engineo")
    except EngineOError as error:
        _refuse(error.message)
    except OSError as error:  # a full disk, a folder that is not ours: the machine's state, not a bug
        _refuse(": ".join(str(part) for part in (error.filename, error.strerror or error) if part))
    except KeyboardInterrupt:
        raise SystemExit(128 + signal.SIGINT) from None


def refuse_unreadable(arguments: Sequence[str]) -> None:
    """A file may have any name; everything else is text. Raise `InvalidInputError`."""
    for argument in arguments:
        if not argument.isascii() and not _is_text(argument) and not os.path.exists(argument):  # noqa: PTH110 - no other call of pathlib's
            raise InvalidInputError(f"{argument!r} is neither UTF-8 text nor a file")


def _is_text(argument: str) -> bool:
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


def _on_sigterm(number: int, _frame: FrameType | None) -> None:
    """Like Ctrl-C: what was started is taken down on the way out."""
    raise SystemExit(128 + number)


def _refuse(message: str) -> None:
    """Messages may quote other people's servers: control characters never reach the terminal."""
    readable = "".join(letter if letter.isprintable() or letter == "\n" else "?" for letter in message)
    sys.stderr.write(f"engineo: {readable}\n")
    raise SystemExit(1) from None


if __name__ == "__main__":
    main()
