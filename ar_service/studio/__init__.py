"""The design studio: artwork and brief in, preview, certificate, files and bulk runs out."""

from ar_service.studio.door import StudioDoor, make_studio_door
from ar_service.studio.endpoints import ARTWORKS_PATH, STUDIO_PATH, router
from ar_service.studio.run_job import register_studio_jobs

__all__ = [
    "ARTWORKS_PATH",
    "STUDIO_PATH",
    "StudioDoor",
    "make_studio_door",
    "register_studio_jobs",
    "router",
]
