"""A picture as base, laid once for all codes of an order.

`halftone` fits picture, dots and colours to one code. Here a sample of the order's codes is laid,
and each module keeps what it needed at most when it was dark, and when it was light; the picture
between the dots is the sample's mean. That gives two whole pictures, one with all its dots dark,
one with all of them light, and a code is the light one with the dark one showing through its dark
modules: dots never leave their module, and between them the two are the same.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from generative_codes.brief import ArtStyle, SolvedArt
from generative_codes.drawing.design import Design
from generative_codes.drawing.output import to_pixels
from generative_codes.drawing.press import PrintSpec
from generative_codes.halftone import BaseArt
from generative_codes.halftone.colour import from_hex
from generative_codes.halftone.style import MAX_RADIUS_MODULES

# More codes change the mean by less than a grey level.
_SAMPLE = 16
_SEED = 20_261_122

Bits = npt.NDArray[np.bool_]
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class SharedBase:
    """Two pictures of one design.

    Attributes:
        light: All modules that are dots light.
        dark: The same dark.
    """

    light: BaseArt
    dark: BaseArt

    @classmethod
    def of(
        cls,
        art: SolvedArt,
        module_mm: float,
        strength: npt.NDArray[np.floating] | None = None,
    ) -> "SharedBase":
        """Lay a sample of the codes and keep what each module needed.

        Args:
            art: A solved design of the style base.
            module_mm: Size in print, which decides the picture's resolution.
            strength: float (N, N) in 0..1, modules to raise; None for none.
        """
        if art.brief.style is not ArtStyle.BASE:
            raise TypeError("only pictures have a shared base")
        ppm = PrintSpec(module_mm).pixels_per_module
        template = art.template
        letters = np.array(list(template.alphabet or "0"))
        shape = (_SAMPLE if template.serial_characters else 1, template.serial_characters)
        chosen = np.random.default_rng(_SEED).choice(letters, shape)
        laid = []
        for made in art.arts(["".join(row) for row in chosen]):
            code = replace(made, strength=strength).code(ppm)
            if isinstance(code, BaseArt):
                laid.append(code)
        mean = np.mean([one.picture.astype(np.float32) for one in laid], axis=0)
        picture = np.asarray(np.rint(mean), dtype=np.uint8)
        return cls(_merged(laid, picture, is_dark=False), _merged(laid, picture, is_dark=True))

    def pixels(self, design: Design, pixels_per_module: int) -> tuple[Pixels, Pixels]:
        """The light and the dark picture with quiet zone, uint8 (H, W, 3) B, G, R."""
        bare = replace(design, frame=None, caption=None, is_transparent=False)
        light, dark = (
            to_pixels(one, bare, pixels_per_module)[..., 2::-1].copy()
            for one in (self.light, self.dark)
        )
        return light, dark

    @property
    def dotted(self) -> Bits:
        """Modules that are dots, bool (N, N)."""
        return np.asarray(~self.light.solid)


def mixed(light: Pixels, dark: Pixels, modules: Bits) -> Pixels:
    """The dark picture where modules bool (N, N) are dark, else the light one."""
    side = modules.shape[0]
    # The quiet zone is a whole number of modules on each side.
    margin = next(quiet for quiet in range(4, 21) if light.shape[0] % (side + 2 * quiet) == 0)
    scale = light.shape[0] // (side + 2 * margin)
    shown = np.pad(modules, margin).repeat(scale, axis=0).repeat(scale, axis=1)
    if light.ndim == 3:
        shown = shown[..., None]
    return np.asarray(np.where(shown, dark, light), dtype=np.uint8)


def _merged(laid: list[BaseArt], picture: Pixels, *, is_dark: bool) -> BaseArt:
    """What the modules needed in one of their two states."""
    first = laid[0]
    rows, columns = first.dot_modules_rc.T
    radii = np.array([one.dot_radii for one in laid])
    colours = np.array([one.dot_colours for one in laid])
    state = np.array([one.symbol.modules[rows, columns] for one in laid]) == is_dark
    known = state.any(axis=0)
    # Where the sample never had this state, the dot has to fight the picture alone: the largest
    # one, in ink or paper.
    needed = np.where(state, radii, 0.0).max(axis=0)
    extreme = np.rint(255 * from_hex(first.paper)) * (not is_dark)
    if is_dark:
        tones = np.where(state[..., None], colours, 255).min(axis=0)
    else:
        tones = np.where(state[..., None], colours, 0).max(axis=0)
    modules = np.where(first.solid, first.symbol.modules, is_dark)
    modules.setflags(write=False)
    symbol = replace(first.symbol, modules=modules)
    return replace(
        first,
        symbol=symbol,
        picture=picture,
        dot_radii=np.where(known, needed, MAX_RADIUS_MODULES),
        dot_colours=np.where(known[:, None], tones, extreme).astype(np.uint8),
    )
