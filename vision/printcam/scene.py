"""What surrounds the label: the pack it sticks on, the table, and the light."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Material:
    """A surface with a random texture (a Gaussian field; no picture of a real material).

    Attributes:
        tone_bgr: Linear reflectance in B, G, R, each in 0..1.
        grain_std: Relative standard deviation of the fine grain.
        grain_mm: Filter widths of the grain along x and along y; unequal widths make a grain
            direction such as wood or fibres.
        blotch_std: Relative standard deviation of large, soft blotches.
        blotch_mm: Filter width of the blotches.
        gloss: Share of a lamp's mirror image that is thrown back, 0..1.
    """

    tone_bgr: tuple[float, float, float]
    grain_std: float = 0.03
    grain_mm: tuple[float, float] = (0.2, 0.2)
    blotch_std: float = 0.02
    blotch_mm: float = 5.0
    gloss: float = 0.1

    def __post_init__(self) -> None:
        """Check ranges.

        Raises:
            ValueError: When a value is out of its range.
        """
        if not all(0 <= tone <= 1 for tone in self.tone_bgr):
            raise ValueError("tone_bgr must lie in 0..1")
        if not (0 <= self.grain_std <= 0.5 and 0 <= self.blotch_std <= 0.5):
            raise ValueError("grain_std and blotch_std must lie in 0..0.5")
        if not (min(*self.grain_mm, self.blotch_mm) > 0 and 0 <= self.gloss <= 1):
            raise ValueError("grain_mm and blotch_mm must be positive, gloss in 0..1")


@dataclass(frozen=True, slots=True)
class Light:
    """Lamp, brightness gradient, glare spot and shadow edge.

    Brightness is Lambert's law with an ambient share, scaled to 1 on the label's plane; the
    gradient, the shadow and the glare are laid over it. Positions are label millimetres.

    Attributes:
        towards_lamp: Direction from the label to the lamp in the camera frame (x right, y down,
            z away from the camera); any length above 0.
        ambient: Share of the light that comes from everywhere, 0..1.
        gradient: Change of brightness from one side of the picture to the other, relative to the
            middle, 0..1.9.
        gradient_deg: Direction in which it gets brighter, clockwise from right.
        glare_mm: Centre of a lamp's mirror image, or None.
        glare_size_mm: Gaussian widths of the glare along x and y.
        glare_strength: Light added at its centre on a surface of gloss 1, in units of a white.
        specular: Light of the lamp's mirror lobe on a surface of gloss 1 that mirrors it straight
            into the lens, in units of a white; 0 for none.
        specular_deg: Angular width of the lobe (standard deviation), smaller is glossier.
        lamp_mm: Distance of the lamp from the label's centre, or None for far away.
        shadow_mm: A point on the edge of a soft shadow (a hand, the phone), or None.
        shadow_deg: Direction from the light into the shadow, clockwise from right.
        shadow_softness_mm: Width of the edge (standard deviation of its slope).
        shadow_depth: Share of the light that the shadow takes, 0..1.
    """

    towards_lamp: tuple[float, float, float] = (-0.45, -0.6, -0.66)
    ambient: float = 0.55
    gradient: float = 0.15
    gradient_deg: float = 215.0
    glare_mm: tuple[float, float] | None = None
    glare_size_mm: tuple[float, float] = (6.0, 4.0)
    glare_strength: float = 3.0
    specular: float = 0.0
    specular_deg: float = 8.0
    lamp_mm: float | None = None
    shadow_mm: tuple[float, float] | None = None
    shadow_deg: float = 60.0
    shadow_softness_mm: float = 6.0
    shadow_depth: float = 0.4

    def __post_init__(self) -> None:
        """Check ranges.

        Raises:
            ValueError: When a value is out of its range.
        """
        if sum(part * part for part in self.towards_lamp) <= 0:
            raise ValueError("towards_lamp must not be zero")
        if not (0 <= self.ambient <= 1 and 0 <= self.gradient <= 1.9):
            raise ValueError("ambient must lie in 0..1, gradient in 0..1.9")
        if min(self.glare_size_mm) <= 0 or self.glare_strength < 0:
            raise ValueError("glare_size_mm must be positive, glare_strength not negative")
        if not (0 <= self.specular <= 1000 and 0.5 <= self.specular_deg <= 60):
            raise ValueError("specular must lie in 0..1000, specular_deg in 0.5..60")
        if self.lamp_mm is not None and not self.lamp_mm > 0:
            raise ValueError("lamp_mm must be positive")
        if not (self.shadow_softness_mm > 0 and 0 <= self.shadow_depth <= 1):
            raise ValueError("shadow_softness_mm must be positive, shadow_depth in 0..1")


@dataclass(frozen=True, slots=True)
class Scene:
    """The pack that carries the label, and what lies behind it.

    With a flat view the pack is a box whose face carries the label: face_mm wide and high, the
    table depth_mm below it. With a cylinder view the pack is the cylinder itself, without ends,
    and the table a backdrop plane behind it. With a surface the pack is the bent sheet, face_mm
    wide and high about the label (1.6 times the label's size without one).

    Attributes:
        pack: Material of the pack.
        table: Material of the table or backdrop.
        light: Light.
        face_mm: Width and height of the box's face, or None for a face without end.
        label_at_mm: Where the label's centre sits right of and below the face's centre.
        depth_mm: Height of the box over the table; for a cylinder, distance of the backdrop
            behind its axis.
        label_corner_mm: Radius of the die-cut label's corners.
    """

    pack: Material
    table: Material
    light: Light = Light()
    face_mm: tuple[float, float] | None = None
    label_at_mm: tuple[float, float] = (0.0, 0.0)
    depth_mm: float = 40.0
    label_corner_mm: float = 1.5

    def __post_init__(self) -> None:
        """Check ranges.

        Raises:
            ValueError: When a length is not positive.
        """
        if self.face_mm is not None and min(self.face_mm) <= 0:
            raise ValueError("face_mm must be positive")
        if not (self.depth_mm > 0 and self.label_corner_mm >= 0):
            raise ValueError("depth_mm must be positive, label_corner_mm not negative")
