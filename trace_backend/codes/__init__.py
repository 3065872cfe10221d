"""Codes: the identity of one item, from the order of its label to the end of its use."""

from trace_backend.codes.digital_link import (
    Foreign,
    Malformed,
    OurCode,
    OurLink,
    parse_payload,
)
from trace_backend.codes.endpoints import router
from trace_backend.codes.lifecycle import activate, void
from trace_backend.codes.lookup import CodeState, find_code, read_code
from trace_backend.codes.models import Code
from trace_backend.codes.orders import place_order, register_jobs

__all__ = [
    "Code",
    "CodeState",
    "Foreign",
    "Malformed",
    "OurCode",
    "OurLink",
    "activate",
    "find_code",
    "parse_payload",
    "place_order",
    "read_code",
    "register_jobs",
    "router",
    "void",
]
