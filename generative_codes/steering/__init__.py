"""Style 1: the modules themselves draw the logo, and the payload stays exactly what it was."""

from generative_codes.steering.budget import most_spendable
from generative_codes.steering.placing import (
    DRAWING_VERSIONS,
    PHOTO_VERSIONS,
    PlacedDesign,
    place_design,
    steer_symbol,
)
from generative_codes.steering.solution import Steering
from generative_codes.steering.steered import MaskChoice, SteeredBatch, SteeredSymbol
from generative_codes.steering.template import (
    CROCKFORD,
    FREE_LETTERS,
    PayloadTemplate,
    Segmentation,
    SteeringError,
)

__all__ = [
    "CROCKFORD",
    "DRAWING_VERSIONS",
    "FREE_LETTERS",
    "PHOTO_VERSIONS",
    "MaskChoice",
    "PayloadTemplate",
    "PlacedDesign",
    "Segmentation",
    "SteeredBatch",
    "SteeredSymbol",
    "Steering",
    "SteeringError",
    "most_spendable",
    "place_design",
    "steer_symbol",
]
