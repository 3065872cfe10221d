"""Imposition: labels on sheets, rolls and die-cut pages, with the marks that cutters need."""

from generative_codes.imposition.layout import (
    A4_WH_MM,
    MAX_LABELS_PER_PAGE,
    SRA3_WH_MM,
    Outline,
    PlaceOrder,
    SheetLayout,
)
from generative_codes.imposition.wording import parse_layout

__all__ = [
    "A4_WH_MM",
    "MAX_LABELS_PER_PAGE",
    "SRA3_WH_MM",
    "Outline",
    "PlaceOrder",
    "SheetLayout",
    "parse_layout",
]
