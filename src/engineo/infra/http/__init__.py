"""The safe HTTP fetcher: how EngineO reads other people's servers."""

from engineo.infra.http.fetcher import HttpFetcherFactory
from engineo.infra.http.settings import FetchSettings, refuse_in_production

__all__ = ["FetchSettings", "HttpFetcherFactory", "refuse_in_production"]
