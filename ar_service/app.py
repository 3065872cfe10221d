"""The application: rooms, flows, pages and the edge, put together."""

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata
from pathlib import Path

import anyio.to_thread
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from ar_service.edge.body_cap import BodyCapMiddleware, BodyCaps
from ar_service.edge.headers import SecurityHeadersMiddleware
from ar_service.edge.health import Readiness
from ar_service.edge.health import router as health_router
from ar_service.edge.language import DefaultLanguageMiddleware
from ar_service.edge.logs import configure_logs, log_event
from ar_service.edge.openapi import install_openapi
from ar_service.edge.pages import default_pages_dir, load_pages, pages_router
from ar_service.edge.problems import UPLOAD_TOO_LARGE
from ar_service.edge.request_log import RequestLogMiddleware
from ar_service.edge.unexpected import UnexpectedErrorMiddleware
from ar_service.read import READ_PATH
from ar_service.read import router as read_router
from ar_service.record import open_record
from ar_service.settings import Settings
from ar_service.studio import ARTWORKS_PATH, make_studio_door, register_studio_jobs
from ar_service.studio import router as studio_router
from ar_service.verify import PHOTO_PATH, make_door
from ar_service.verify import router as verify_router
from generative_codes.artwork import ARTWORK_LIMITS
from trace_backend.authenticity import router as authenticity_router
from trace_backend.codes import router as codes_router
from trace_backend.designs import router as designs_router
from trace_backend.kit.clock import Clock, SystemClock
from trace_backend.kit.errors import TOO_LARGE, RecordError
from trace_backend.kit.problems import install, problem_response
from trace_backend.orgs import router as orgs_router
from trace_backend.products import router as products_router

DESCRIPTION = (
    "Verification of packaged goods by the code that is printed on them. Errors are problem "
    "documents (RFC 9457) in zh-CN or en, by Accept-Language."
)


def create_app(
    settings: Settings, *, clock: Clock | None = None, pages_dir: Path | None = None
) -> FastAPI:
    """Put the application together; nothing is opened before its lifespan begins.

    Args:
        settings: read by the caller.
        clock: the machine's clock unless a test passes another.
        pages_dir: folder of the built page; default: the one in the installed package.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        record_door = open_record(settings, clock or SystemClock())
        record = await anyio.to_thread.run_sync(record_door.__enter__)
        try:
            app.state.record = record
            app.state.code_hosts = settings.code_hosts
            app.state.door = make_door(settings, record.secrets)
            app.state.read_budget_ms = settings.read_budget_ms if settings.read_photos else 0.0
            app.state.studio = make_studio_door(settings)
            register_studio_jobs(record)
            app.state.readiness = Readiness(
                record.database, settings.data_dir, settings.min_free_disk_bytes
            )
            if settings.run_jobs:
                record.jobs.start()
            log_event(logging.INFO, "started", pid=os.getpid())
            try:
                yield
            finally:
                await anyio.to_thread.run_sync(record.jobs.stop)
        finally:
            await anyio.to_thread.run_sync(record_door.__exit__, None, None, None)
            log_event(logging.INFO, "stopped", pid=os.getpid())

    app = FastAPI(
        title="dianjin",
        version=_version(),
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    install(app)
    for router in (
        orgs_router,
        products_router,
        codes_router,
        designs_router,
        authenticity_router,
    ):
        app.include_router(router)
    app.include_router(verify_router)
    app.include_router(read_router)
    app.include_router(studio_router)
    app.include_router(health_router)
    pages = load_pages(pages_dir or default_pages_dir())
    app.include_router(pages_router(pages))
    install_openapi(app)
    caps = BodyCaps(
        PHOTO_PATH,
        settings.max_upload_bytes,
        settings.max_body_bytes,
        ((READ_PATH, settings.max_upload_bytes), (ARTWORKS_PATH, ARTWORK_LIMITS.max_bytes)),
    )
    # The last one added is the outermost.
    app.add_middleware(BodyCapMiddleware, caps=caps, too_large=_too_large)
    app.add_middleware(UnexpectedErrorMiddleware)
    app.add_middleware(SecurityHeadersMiddleware)
    app.add_middleware(DefaultLanguageMiddleware, language=settings.language)
    app.add_middleware(RequestLogMiddleware)
    return app


def create_app_from_env() -> FastAPI:
    """Make the application of a server process: settings from the environment, logs as JSON."""
    settings = Settings()
    configure_logs(settings.log_level)
    app = create_app(settings)
    if not load_pages(default_pages_dir()).present:
        log_event(logging.WARNING, "pages missing", advice="run `dianjin doctor`")
    return app


def _too_large(scope: Scope, cap: int) -> Response:
    """The answer to a body over its cap."""
    problem = UPLOAD_TOO_LARGE if scope["path"] in (PHOTO_PATH, READ_PATH) else TOO_LARGE
    error = RecordError(problem, f"send at most {cap} bytes", max_bytes=cap)
    return problem_response(Request(scope), error)


def _version() -> str:
    try:
        return metadata.version("dianjin")
    except metadata.PackageNotFoundError:
        return "0"
