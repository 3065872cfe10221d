"""Modules that were raised until a code passed, as its certificate keeps them."""

import base64
import zlib

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, Field

from generative_codes.strengthening import STRENGTH_STEPS
from vision.iso18004.versions import MAX_VERSION

MAX_SIDE_MODULES = 17 + 4 * MAX_VERSION


class StoredStrength(BaseModel):
    """A strength map: one byte a module, row by row, deflated, base64."""

    side_modules: int = Field(ge=1, le=MAX_SIDE_MODULES)
    levels: str

    @classmethod
    def of(cls, strength: npt.NDArray[np.floating]) -> "StoredStrength":
        """Keep a map whose values are whole 255ths (see `in_steps`)."""
        levels = np.rint(STRENGTH_STEPS * strength).astype(np.uint8)
        packed = base64.b64encode(zlib.compress(levels.tobytes(), 9)).decode("ascii")
        return cls(side_modules=levels.shape[0], levels=packed)

    def strength(self) -> npt.NDArray[np.float64]:
        """The map, float64 (N, N) in 0..1."""
        count = self.side_modules**2
        levels = zlib.decompressobj().decompress(base64.b64decode(self.levels), count)
        side = self.side_modules
        grid = np.frombuffer(levels, np.uint8).reshape(side, side).astype(np.float64)
        return np.asarray(grid / STRENGTH_STEPS, np.float64)


def raised_modules(strength: npt.NDArray[np.floating] | None) -> int:
    """How many modules are stronger than the style has them."""
    return 0 if strength is None else int(np.count_nonzero(strength))
