@HEADER@
"""How the backend answers its probes; a sample to take over.

Liveness asks nobody: a slow database must not restart the process. Readiness asks the database, so that a
pod without one gets no requests. SQLAlchemy 2 takes no plain string: without `text` every question would
raise, and the pod would never be ready.
"""

from fastapi import APIRouter, Response, status
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine


def probes(engine: AsyncEngine) -> APIRouter:
    """The routes of both probes: `app.include_router(probes(engine))`."""
    router = APIRouter()

    @router.get("@LIVENESS@")
    async def live() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("@READINESS@")
    async def ready(response: Response) -> dict[str, str]:
        try:
            async with engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
            return {"status": "the database does not answer"}
        return {"status": "ready"}

    return router
