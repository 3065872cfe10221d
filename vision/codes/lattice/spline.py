"""Smooth surfaces over the symbol: penalised tensor products of cubic B-splines.

Source: Eilers and Marx, "Flexible smoothing with B-splines and penalties", Statistical Science
11(2), 1996; here with penalties in both directions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Makes the normal equations solvable where no data reach; far below every penalty.
_NO_RIDGE = 1e-9


@dataclass(frozen=True, slots=True)
class Smoothness:
    """What a surface pays for not being flat.

    Attributes:
        second: weight of second differences; favours planes.
        third: weight of third differences; favours paraboloids, so that extrapolation bends on.
        ridge: weight of the coefficients themselves; favours zero.
    """

    second: float = 0.0
    third: float = 0.0
    ridge: float = _NO_RIDGE


@dataclass(frozen=True, slots=True)
class SplineGrid:
    """Where a surface lives: `knots` x `knots` control points over a square.

    Attributes:
        knots: control points along a side, 4 or more.
        low: least coordinate, modules.
        high: greatest coordinate, modules.
    """

    knots: int
    low: float
    high: float

    def basis(self, at: Floats) -> Floats:
        """Values (n, knots) of the basis along one axis at coordinates (n,)."""
        place = (np.asarray(at, dtype=np.float64) - self.low) / (self.high - self.low)
        place = place * (self.knots - 3)
        first = np.clip(np.floor(place).astype(np.intp), 0, self.knots - 4)
        f = place - first
        basis = np.zeros((place.size, self.knots))
        rows = np.arange(place.size)
        basis[rows, first] = (1 - f) ** 3 / 6
        basis[rows, first + 1] = (3 * f**3 - 6 * f**2 + 4) / 6
        basis[rows, first + 2] = (-3 * f**3 + 3 * f**2 + 3 * f + 1) / 6
        basis[rows, first + 3] = f**3 / 6
        return basis

    def design(self, u: Floats, v: Floats) -> Floats:
        """Rows (n, knots * knots) of the surface at scattered points."""
        return outer_rows(self.basis(v), self.basis(u))

    def on_lattice(self, coefficients: Floats, at: Floats) -> Floats:
        """Values (n, n) [v, u] of a surface at all pairs of coordinates (n,)."""
        basis = self.basis(at)
        square = coefficients.reshape(self.knots, self.knots)
        values: Floats = basis @ square @ basis.T
        return values


def outer_rows(down: Floats, across: Floats) -> Floats:
    """Row-wise outer products (n, K * K) of two (n, K), `down` slowest."""
    return (down[:, :, None] * across[:, None, :]).reshape(len(down), -1)


@lru_cache(maxsize=64)
def _penalty(knots: int, smoothness: Smoothness) -> Floats:
    one: Floats = np.eye(knots)
    differences = [np.asarray(np.diff(one, order, axis=0), np.float64) for order in range(4)]
    total: Floats
    total = smoothness.ridge * np.eye(knots * knots)
    for order, weight in ((2, smoothness.second), (3, smoothness.third)):
        if not weight:
            continue
        for down in range(order + 1):
            # The binomial weights make the penalty alike in all directions.
            factor = weight * _BINOMIAL[order][down]
            bend = np.kron(differences[down], differences[order - down])
            total = total + factor * (bend.T @ bend)
    total.setflags(write=False)
    return total


_BINOMIAL = {2: (1, 2, 1), 3: (1, 3, 3, 1)}


def fitted(
    design: Floats, values: Floats, weights: Floats, knots: int, smoothness: Smoothness
) -> Floats:
    """Coefficients that fit values (n,) or (n, k) with squared weights (n,), least squares."""
    weighted = design * weights[:, None]
    right = weighted.T @ (values * (weights if values.ndim == 1 else weights[:, None]))
    normal = weighted.T @ weighted + _penalty(knots, smoothness)
    return np.asarray(np.linalg.solve(normal, right), dtype=np.float64)


def pair_products(basis: Floats) -> Floats:
    """Products (n, K * K) of all pairs of a basis (n, K): what `fitted_lattice` needs of it."""
    return outer_rows(basis, basis)


def fitted_lattice(
    down: Floats, across: Floats, values: Floats, weights: Floats, smoothness: Smoothness
) -> Floats:
    """The coefficients of `fitted` where values lie on a lattice, without a row for every point.

    The normal equations of a tensor product on a lattice are three matrix products (Currie, Durban
    and Eilers, "Generalized linear array models", J. R. Statist. Soc. B 68, 2006).

    Args:
        down: (m, K), the basis at the lattice's rows.
        across: (n, K), the basis at its columns.
        values: (m, n).
        weights: (m, n), 0 where nothing is known; the squares of the weights of `fitted`.
        smoothness: As in `fitted`.
    """
    knots = down.shape[1]
    products = pair_products(down).T @ weights @ pair_products(across)
    normal = products.reshape(knots, knots, knots, knots).transpose(0, 2, 1, 3)
    normal = normal.reshape(knots**2, knots**2) + _penalty(knots, smoothness)
    right = (down.T @ (weights * values) @ across).reshape(-1)
    return np.asarray(np.linalg.solve(normal, right), dtype=np.float64)
