"""Fuzz the soft decoder: any levels and reliabilities, NaN and infinity among them.

`python -m fuzz.soft_levels [-max_total_time=60] [-max_len=12000]`; needs `atheris`.
"""

from __future__ import annotations

import sys

import atheris
import numpy as np

with atheris.instrument_imports(include=["vision.codes.soft"]):
    from vision.codes.budget import Budget
    from vision.codes.soft.qr_symbol import decode_soft
    from vision.codes.soft.reed_solomon import correct_block

_BUDGET_MS = 1_000.0
_MOST_CHECKS, _LONGEST_BLOCK = 68, 255


def decode_levels(data: bytes) -> None:
    """Correct the bytes as one block, then read them as float32 levels of a version 1 or 2 symbol.

    Raises:
        RuntimeError: a block came out that is farther away than its checks can reach.
    """
    provider = atheris.FuzzedDataProvider(data)
    checks = provider.ConsumeIntInRange(1, _MOST_CHECKS)
    length = provider.ConsumeIntInRange(checks + 1, _LONGEST_BLOCK)
    erased = [provider.ConsumeIntInRange(0, length - 1) for _ in range(checks % 9)]
    block = np.frombuffer(provider.ConsumeBytes(length).ljust(length, b"\0"), np.uint8)
    found = correct_block(block, checks, erased)
    if found is not None and 2 * found.errors + found.erasures > checks:
        raise RuntimeError(
            f"{found.errors} errors and {found.erasures} erasures by {checks} checks"
        )
    version = provider.ConsumeIntInRange(1, 2)
    side = 17 + 4 * version
    planes = [
        np.resize(np.frombuffer(taken[: len(taken) // 4 * 4] or bytes(4), np.float32), (side, side))
        for taken in (provider.ConsumeBytes(4 * side * side) for _ in range(2))
    ]
    decode_soft(planes[0], planes[1], version, Budget.of_ms(_BUDGET_MS))


if __name__ == "__main__":
    atheris.Setup(sys.argv, decode_levels)
    atheris.Fuzz()
