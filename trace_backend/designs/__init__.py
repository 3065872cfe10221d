"""Designs: artworks, brand templates, scan certificates, and runs of designed codes.

Here are the doors of the service and the rows; what makes and changes rows is in the modules.
"""

from trace_backend.designs.certificates import CertificateVerdict
from trace_backend.designs.endpoints import ORDER, READ, WRITE, router
from trace_backend.designs.models import ArtRun, ArtTemplate, Artwork, ScanCertificate
from trace_backend.designs.progress import RunState
from trace_backend.designs.runs import RUN_JOB
from trace_backend.designs.schemas import ArtworkOut, RunOut, TemplateOut

__all__ = [
    "ORDER",
    "READ",
    "RUN_JOB",
    "WRITE",
    "ArtRun",
    "ArtTemplate",
    "Artwork",
    "ArtworkOut",
    "CertificateVerdict",
    "RunOut",
    "RunState",
    "ScanCertificate",
    "TemplateOut",
    "router",
]
