"""Style 1: the modules themselves draw the logo, and the payload stays exactly what it was."""

from generative_codes.steering.budget import most_spendable
from generative_codes.steering.placing import PlacedDesign, place_design, steer_symbol
from generative_codes.steering.solution import (
    MaskChoice,
    SteeredBatch,
    SteeredSymbol,
    Steering,
)
from generative_codes.steering.template import CROCKFORD, PayloadTemplate, SteeringError

__all__ = [
    "CROCKFORD",
    "MaskChoice",
    "PayloadTemplate",
    "PlacedDesign",
    "SteeredBatch",
    "SteeredSymbol",
    "Steering",
    "SteeringError",
    "most_spendable",
    "place_design",
    "steer_symbol",
]
