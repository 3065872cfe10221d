"""Errors of the vision room."""


class VisionError(Exception):
    """Base of every error that this room raises on purpose."""


class GeometryError(VisionError, ValueError):
    """Points, a quad or a transform that can't mean what it is used for."""
