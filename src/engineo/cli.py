"""The `engineo` command: mounts the modules' commands; an expected error is one line and exit code 1."""

import sys
from typing import Annotated

import typer

from engineo import __version__, bootstrap
from engineo.kernel.errors import EngineOError


def build_app() -> typer.Typer:
    application = bootstrap.build("cli")
    app = typer.Typer(
        name="engineo",
        help="DEO scores: how well search and answer engines can find, understand and quote a site.",
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
    try:
        build_app()()
    except EngineOError as error:
        sys.stderr.write(f"engineo: {error.message}\n")
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
