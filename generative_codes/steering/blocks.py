"""One Reed-Solomon block solved for a target, and the search for what elimination leaves open."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generative_codes.artwork import Target
from generative_codes.steering.code_space import (
    BlockSpace,
    Elimination,
    eliminate,
    unpack,
)

# Swaps of one or two free bits that one block may go through; each lowers the weighted mismatch.
_MAX_SWAPS = 128


@dataclass(frozen=True, slots=True, eq=False)
class SolvedBlock:
    """A block whose free bits are tied to the most important modules.

    Attributes:
        space: Bits and modules of the block.
        reduced: Rows of the free bits, each with one pivot module of its own.
        open_bits: intp, block-local bits of wanted modules that no pivot serves.
        pivot_weights: float32 (r,), importance of the pivots' modules.
        open_weights: float32, importance of the open bits' modules.
        open_rows: float32 0/1 (r, open bits), how each pivot's row touches the open bits.
    """

    space: BlockSpace
    reduced: Elimination
    open_bits: npt.NDArray[np.intp]
    pivot_weights: npt.NDArray[np.float32]
    open_weights: npt.NDArray[np.float32]
    open_rows: npt.NDArray[np.float32]

    @classmethod
    def solve(
        cls,
        space: BlockSpace,
        first_free_bit: int,
        target: Target,
        choices: Sequence[tuple[int, ...]] = (),
    ) -> "SolvedBlock":
        """Eliminate the block's free bits along falling importance.

        Args:
            space: The block.
            first_free_bit: First message bit of the symbol from which all may be chosen.
            target: What the modules should show.
            choices: Message bits before it that may be changed together, choice by choice; those
                not wholly in this block are no choice.
        """
        bits = space.message_bits.size
        weights = target.importance.reshape(-1)[space.module_of_bit]
        falling = np.argsort(-weights, kind="stable").astype(np.intp)
        order = falling[: int(np.count_nonzero(weights))]
        data = space.message_bits[: space.data_bits]
        first = int(np.searchsorted(data, first_free_bit))
        own = [choice for choice in choices if np.isin(choice, data).all()]
        chosen = np.zeros((len(own), bits), dtype=np.uint8)
        for row, choice in zip(chosen, own, strict=True):
            for place in np.searchsorted(data, choice):
                row ^= space.rows(int(place), int(place) + 1)[0]
        free = np.concatenate((chosen, space.rows(first, space.data_bits)))
        reduced = eliminate(free, order)
        is_open = weights > 0
        is_open[reduced.pivots] = False
        # Bits that carry the payload cannot move: no search over them.
        is_open[:first] &= chosen[:, :first].any(axis=0)
        open_bits = np.flatnonzero(is_open)
        rows = unpack(reduced.rows, bits)
        return cls(
            space=space,
            reduced=reduced,
            open_bits=open_bits,
            pivot_weights=weights[reduced.pivots],
            open_weights=weights[open_bits],
            open_rows=rows[:, open_bits].astype(np.float32),
        )

    def steer(
        self, bits: npt.NDArray[np.uint8], wanted: npt.NDArray[np.uint8]
    ) -> npt.NDArray[np.uint8]:
        """Bring every pivot to its wanted value: one sum of rows.

        Args:
            bits: uint8 0/1 (n,), a codeword of the block.
            wanted: uint8 0/1 (n,), the bits that would show the target.
        """
        pivots = self.reduced.pivots
        is_wrong = bits[pivots] != wanted[pivots]
        return bits ^ unpack(self.reduced.combine(is_wrong), bits.size)

    def refine(
        self, bits: npt.NDArray[np.uint8], wanted: npt.NDArray[np.uint8]
    ) -> npt.NDArray[np.uint8]:
        """Give up single pivots where that mends more among the open bits.

        With s = +weight on right and -weight on wrong bits, flipping pivot i changes the weighted
        mismatch by g_i = s_i + sum over its open bits of s, and flipping i and j together by
        g_i + g_j - 2 * (sum of s over the open bits both touch): all pairs are one matrix product.
        The best single or pair is taken until none helps.
        """
        if not self.open_bits.size or not self.reduced.pivots.size:
            return bits
        pivots, opened, rows = self.reduced.pivots, self.open_bits, self.open_rows
        bits = bits.copy()
        packed = self.reduced.rows
        for _ in range(_MAX_SWAPS):
            sign_open = np.where(bits[opened] == wanted[opened], 1, -1).astype(np.float32)
            sign_pivot = np.where(bits[pivots] == wanted[pivots], 1, -1).astype(np.float32)
            stakes = sign_open * self.open_weights
            single = sign_pivot * self.pivot_weights + rows @ stakes
            pair = single[:, None] + single[None, :] - 2 * ((rows * stakes) @ rows.T)
            np.fill_diagonal(pair, single)
            first, second = divmod(int(pair.argmin()), pivots.size)
            if pair[first, second] > -1e-3:
                break
            change = packed[first] if first == second else packed[first] ^ packed[second]
            bits ^= unpack(change, bits.size)
        return bits
