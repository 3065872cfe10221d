"""The mask pattern under which a symbol agrees best with a picture.

All eight masks of ISO/IEC 18004:2015, 7.8.2 give valid symbols; 7.8.3 prefers one for readers'
sake, but the format information names the one used, so the choice may follow the picture.
"""

import numpy as np
import numpy.typing as npt

from generative_codes.errors import StyleError
from generative_codes.halftone.colour import Floats
from generative_codes.symbol import Role, Symbol, place_codewords

# Luma of a printed dark and light module that is left half to the picture.
_DARK_LUMA, _LIGHT_LUMA = np.float32(0.12), np.float32(0.88)
_MASKED_ROLES = (Role.DATA, Role.ERROR_CORRECTION, Role.REMAINDER)


def mask_disagreement(symbol: Symbol, module_luma: Floats) -> npt.NDArray[np.float64]:
    """How far each mask's symbol is from the picture.

    Args:
        symbol: Symbol under any mask.
        module_luma: float32 (N, N), mean luma of the picture in each module, 0..1.

    Returns:
        float64 (8,), sum of |luma - module's luma| over the modules that a mask changes.

    Raises:
        StyleError: If the luma has another size than the symbol.
    """
    if module_luma.shape != symbol.modules.shape:
        raise StyleError(f"Luma is needed for {symbol.modules.shape}, not {module_luma.shape}.")
    masked = np.isin(symbol.roles, _MASKED_ROLES)
    bases = symbol.layout.base_of_mask[:, masked]
    dark = bases ^ bases[symbol.mask] ^ symbol.modules[masked]
    wanted = np.where(dark, _DARK_LUMA, _LIGHT_LUMA)
    total: npt.NDArray[np.float64] = np.abs(module_luma[masked] - wanted).sum(
        axis=1, dtype=np.float64
    )
    return total


def fit_mask(symbol: Symbol, module_luma: Floats) -> Symbol:
    """The same codewords under the mask that disagrees least with the picture."""
    best = int(mask_disagreement(symbol, module_luma).argmin())
    return symbol if best == symbol.mask else place_codewords(symbol, symbol.data_codewords, best)
