"""The error budget: modules set against the code where they show most, within what readers mend."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generative_codes.artwork import Target
from generative_codes.steering.template import SteeringError
from vision.iso18004.layout import Layout

# Correctable codewords of a block that the picture may never spend: left for dirt and glare, and
# at versions 1 to 3 for the codewords that ISO/IEC 18004:2015, Table 9 keeps against misdecoding.
RESERVED_CODEWORDS = 2


def most_spendable(layout: Layout) -> int:
    """Codewords per block that may be spent at most: half of the correction less the reserve.

    Between 1 (version 1-L) and 13.
    """
    return layout.structure.ec_codewords_per_block // 2 - RESERVED_CODEWORDS


@dataclass(frozen=True, slots=True, eq=False)
class ErrorBudget:
    """Spends codewords on the picture.

    Attributes:
        layout: Version and level.
        target: What the modules should show.
        codewords_per_block: How many codewords of each block may be wrong; 0 = none.

    Raises:
        SteeringError: If the budget is negative or more than `most_spendable`.
    """

    layout: Layout
    target: Target
    codewords_per_block: int = 0

    def __post_init__(self) -> None:
        most = most_spendable(self.layout)
        if not 0 <= self.codewords_per_block <= most:
            raise SteeringError(
                f"Version {self.layout.version}-{self.layout.level} can spend 0 to {most} "
                f"codewords per block on the picture, not {self.codewords_per_block}."
            )

    def spend(
        self, modules: npt.NDArray[np.bool_]
    ) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64]]:
        """Set the worst visible codewords of each block to the target.

        Args:
            modules: bool (B, N, N), valid symbols.

        Returns:
            The changed symbols, bool (B, N, N); and the codewords spent, int64 (B, blocks).
        """
        structure = self.layout.structure
        count = modules.shape[0]
        spent = np.zeros((count, structure.blocks), dtype=np.int64)
        if self.codewords_per_block == 0 or count == 0:
            return modules, spent
        flat_bits = self.layout.bit_of_module.reshape(-1)
        carriers = np.flatnonzero(flat_bits >= 0)
        module_of_bit = np.empty(8 * structure.total_codewords, dtype=np.intp)
        module_of_bit[flat_bits[carriers]] = carriers
        block_of_codeword = self.layout.block_of_module.reshape(-1)[module_of_bit[::8]]

        weights = self.target.importance.reshape(-1)
        wanted = self.target.dark.reshape(-1)
        flat = modules.reshape(count, -1)
        is_visible = (flat != wanted) & (weights > 0)
        by_bit = np.where(is_visible, weights, 0)[:, module_of_bit]
        by_codeword = by_bit.reshape(count, -1, 8).sum(axis=2)

        is_spent = np.zeros(by_codeword.shape, dtype=np.bool_)
        for block in range(structure.blocks):
            members = np.flatnonzero(block_of_codeword == block)
            damage = by_codeword[:, members]
            worst = np.argsort(-damage, axis=1, kind="stable")[:, : self.codewords_per_block]
            is_worth = np.take_along_axis(damage, worst, axis=1) > 0
            np.put_along_axis(is_spent, members[worst], is_worth, axis=1)
            spent[:, block] = is_worth.sum(axis=1)
        is_changed = np.zeros(flat.shape, dtype=np.bool_)
        is_changed[:, module_of_bit] = np.repeat(is_spent, 8, axis=1)
        changed = flat ^ (is_changed & is_visible)
        return changed.reshape(modules.shape), spent
