"""`engineo keys` and `engineo projects`."""

import json
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from engineo.features.projects.contracts import LOCAL_USER, LocalProjects, ProjectView
from engineo.features.projects.service import KeyService, ProjectService
from engineo.infra.terminal import clean
from engineo.kernel.ports import Runtime, UnitOfWork

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def build_commands(
    runtime: Runtime, uow: UnitOfWork, keys: Callable[[], KeyService], projects: Callable[[], ProjectService]
) -> typer.Typer:
    app = typer.Typer()
    app.add_typer(_keys(runtime, keys), name="keys")
    app.add_typer(_projects(runtime, uow, projects), name="projects")
    return app


def _keys(runtime: Runtime, keys: Callable[[], KeyService]) -> typer.Typer:
    app = typer.Typer(
        help="API keys: create, list, revoke.", epilog="Example: engineo keys create", no_args_is_help=True
    )

    @app.command(epilog="Example: engineo keys create --email me@shop.example --name laptop")
    def create(
        email: Annotated[str, typer.Option(help="Whose key it is; the user is made when new.")] = LOCAL_USER,
        name: Annotated[str, typer.Option(help="What the key is for.")] = "default",
        *,
        as_json: AsJson = False,
    ) -> None:
        """Create a key and show it, this once."""
        with runtime.running():
            key = keys().create(email, name)
        if as_json:
            typer.echo(json.dumps({"id": key.id, "email": key.email, "name": key.name, "key": key.token}))
        else:
            typer.echo(key.token)
            typer.echo("Keep it now: only its hash is stored.", err=True)

    @app.command(name="list", epilog="Example: engineo keys list --json")
    def list_keys(*, as_json: AsJson = False) -> None:
        """List the keys, without what would let you use them."""
        with runtime.running():
            rows: list[dict[str, object]] = [
                {"id": row.id, "email": email, "name": row.name, "hint": f"{row.hint}...",
                 "createdAt": row.created_at.isoformat(),
                 "revokedAt": row.revoked_at.isoformat() if row.revoked_at else None}
                for row, email in keys().list_keys()
            ]  # fmt: skip
        _print(rows, as_json=as_json, empty="No keys yet: engineo keys create")

    @app.command(epilog="Example: engineo keys revoke 1c9e...")
    def revoke(key_id: Annotated[str, typer.Argument(help="An id of `engineo keys list`.")]) -> None:
        """Revoke a key: from now on it opens nothing."""
        with runtime.running():
            keys().revoke(key_id)
        typer.echo(f"revoked {key_id}")

    return app


def _projects(runtime: Runtime, uow: UnitOfWork, projects: Callable[[], ProjectService]) -> typer.Typer:
    app = typer.Typer(
        help="Projects of the local user: create, list, delete.",
        epilog="Example: engineo projects create https://shop.example",
        no_args_is_help=True,
    )

    @app.command(epilog="Example: engineo projects create https://shop.example --name 'My shop'")
    def create(
        origin: Annotated[str, typer.Argument(help="The site's address.")],
        name: Annotated[str | None, typer.Option(help="Defaults to the host.")] = None,
        *,
        as_json: AsJson = False,
    ) -> None:
        """Create a project, or show the one of that address."""
        with runtime.running(), uow() as work:
            service: LocalProjects = projects()
            shape = _shape(service.find_or_create(work, origin, name))
        if as_json:
            typer.echo(json.dumps(shape))
        else:
            _print([shape], as_json=False, empty="")

    @app.command(name="list", epilog="Example: engineo projects list --json")
    def list_projects(*, as_json: AsJson = False) -> None:
        """List the projects of the local user."""
        with runtime.running():
            rows = [_shape(view) for view in projects().list_local()]
        _print(rows, as_json=as_json, empty="No projects yet: engineo projects create https://shop.example")

    @app.command(epilog="Example: engineo projects delete 1c9e...")
    def delete(project_id: Annotated[str, typer.Argument(help="An id of `engineo projects list`.")]) -> None:
        """Delete a project and all that belongs to it."""
        with runtime.running():
            projects().delete_local(project_id)
        typer.echo(f"deleted {project_id}")

    return app


def _shape(view: ProjectView) -> dict[str, object]:
    return {"id": view.id, "name": view.name, "origin": view.origin, "currentDeoScore": view.current_deo_score}


def _print(rows: list[dict[str, object]], *, as_json: bool, empty: str) -> None:
    if as_json:
        typer.echo(json.dumps(rows))
    elif not rows:
        typer.echo(empty)
    else:
        console, table = Console(), Table(*rows[0])
        for row in rows:  # people chose the names: text, never markup
            table.add_row(*(Text(clean("" if v is None else v, console.encoding)) for v in row.values()))
        console.print(table)
