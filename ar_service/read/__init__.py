"""Photo in, codes out: nothing is looked up and nothing is recorded."""

from ar_service.read.endpoints import READ_PATH, router

__all__ = ["READ_PATH", "router"]
