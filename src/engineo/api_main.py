"""The HTTP API: `uvicorn --factory engineo.api_main:create_app`. Nothing happens at import."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from engineo import bootstrap
from engineo.infra import web
from engineo.infra.broker import QueueSettings
from engineo.kernel.errors import BootError, UnavailableError
from engineo.kernel.ports import Authenticator


def create_app() -> FastAPI:
    """Exit with one clear line when the settings are not valid or the process cannot start."""
    try:
        application = bootstrap.build("api")
        application.open()
    except (BootError, UnavailableError) as error:
        sys.stderr.write(f"engineo api cannot start: {error.message}\n")
        raise SystemExit(1) from None

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(application.start)
        yield
        await run_in_threadpool(application.stop, application.settings[QueueSettings].shutdown_timeout)

    return web.create_app(
        application.modules.collect("routers"), application.modules.exported(Authenticator), lifespan
    )  # fmt: skip
