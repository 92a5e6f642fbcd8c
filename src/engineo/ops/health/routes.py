"""HTTP edge of health."""

from typing import Any

from fastapi import APIRouter

from engineo.ops.health.service import HealthService

EXAMPLE = {
    "status": "ok",
    "redis": {"status": "ok", "latencyMs": 0.4},
    "database": {"status": "ok", "latencyMs": 0.9},
    "flags": {
        "ENABLE_CRON": True,
        "ENABLE_QUEUE_PROCESSORS": True,
        "ENABLE_QUEUE_EVENTS": False,
        "ENABLE_QUEUE_SCHEDULERS": False,
    },
    "role": "api",
    "environment": "production",
    "version": "0.1.0",
}


def build_router(service: HealthService) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get(
        "/health",
        summary="Is this process well?",
        responses={200: {"content": {"application/json": {"example": EXAMPLE}}}},
    )
    def health() -> dict[str, Any]:
        return service.report()

    return router
