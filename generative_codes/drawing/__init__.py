"""Designed codes: one validated model, drawn as SVG, PNG, PDF and EPS."""

from generative_codes.drawing.design import Design, design_schema
from generative_codes.drawing.logo import LogoCost, logo_cost
from generative_codes.drawing.output import to_eps, to_pdf, to_pixels, to_png, to_svg
from generative_codes.drawing.presets import Preset, presets
from generative_codes.drawing.press import Inks, PrintSpec
from generative_codes.fields import DesignError

__all__ = [
    "Design",
    "DesignError",
    "Inks",
    "LogoCost",
    "Preset",
    "PrintSpec",
    "design_schema",
    "logo_cost",
    "presets",
    "to_eps",
    "to_pdf",
    "to_pixels",
    "to_png",
    "to_svg",
]
