"""The stock that a label is printed on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paper:
    """A printing stock.

    Light that enters the sheet leaves it a little to the side; where it enters through bare paper
    and leaves through ink, dots look larger than they are (optical dot gain, the Yule-Nielsen
    effect). It is modelled in Arney's form: reflectance = paper * T * (T convolved with a Gaussian
    spread function), T being the one-pass transmittance of the ink.

    Attributes:
        tone_bgr: Linear reflectance of the bare stock in B, G, R, each in 0..1.
        texture_std: Relative standard deviation of the bare stock's reflectance.
        texture_mm: Filter width of that texture (fibre flocculation) in millimetres.
        scatter_um: Standard deviation of the lateral light spread in micrometres.
        gloss: Share of a lamp's mirror image that the surface throws back, 0 (matt) to 1.
    """

    tone_bgr: tuple[float, float, float] = (0.82, 0.84, 0.85)
    texture_std: float = 0.012
    texture_mm: float = 0.08
    scatter_um: float = 25.0
    gloss: float = 0.15

    def __post_init__(self) -> None:
        """Check ranges.

        Raises:
            ValueError: When a value is out of its range.
        """
        if not all(0 < tone <= 1 for tone in self.tone_bgr):
            raise ValueError("tone_bgr must lie in 0..1, above 0")
        if not 0 <= self.texture_std <= 0.3:
            raise ValueError("texture_std must lie in 0..0.3")
        if not 0 < self.texture_mm <= 5:
            raise ValueError("texture_mm must lie in 0..5, above 0")
        if not 0 <= self.scatter_um <= 300:
            raise ValueError("scatter_um must lie in 0..300")
        if not 0 <= self.gloss <= 1:
            raise ValueError("gloss must lie in 0..1")
