"""Payload and artwork in, verified printable code out."""

from generative_codes.errors import GenerativeCodeError, PayloadTooLongError
from generative_codes.render import PlainStyle, to_pdf, to_png, to_raster, to_svg
from generative_codes.sheet import LabelItem, SheetLayout, sheet_pdf
from generative_codes.symbol import ErrorLevel, Symbol, make_symbol
from generative_codes.vdp import VdpRow, write_vdp_csv

__all__ = [
    "ErrorLevel",
    "GenerativeCodeError",
    "LabelItem",
    "PayloadTooLongError",
    "PlainStyle",
    "SheetLayout",
    "Symbol",
    "VdpRow",
    "make_symbol",
    "sheet_pdf",
    "to_pdf",
    "to_png",
    "to_raster",
    "to_svg",
    "write_vdp_csv",
]
