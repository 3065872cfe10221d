"""Smooth surfaces reproduce what they must, and the fast fit is the plain one."""

import numpy as np
import pytest

from vision.codes.lattice.spline import Smoothness, SplineGrid, fitted, fitted_lattice, outer_rows


def cubic(u, v):
    return 1 + 2 * u - v + 0.3 * u * v - 0.02 * u**3 + 0.01 * v**3 + 0.004 * u**2 * v


def quadratic(u, v):
    return 3 - u + 0.5 * v + 0.02 * u**2 - 0.03 * u * v + 0.01 * v**2


@pytest.mark.parametrize("knots", [4, 6, 11])
def test_cubic_polynomials_are_reproduced(knots):
    rng = np.random.default_rng(knots)
    grid = SplineGrid(knots, -4, 29)
    u, v = rng.uniform(-4, 29, (2, 4000))
    coefficients = fitted(grid.design(u, v), cubic(u, v), np.ones(4000), knots, Smoothness())
    at = np.linspace(-4, 29, 23)
    expected = cubic(*np.meshgrid(at, at))
    np.testing.assert_allclose(grid.on_lattice(coefficients, at), expected, atol=5e-3)


def test_basis_sums_to_one_also_at_the_ends():
    basis = SplineGrid(7, 0, 10).basis(np.linspace(0, 10, 41))
    np.testing.assert_allclose(basis.sum(axis=1), 1)
    assert basis.min() >= 0


def test_paraboloid_goes_on_where_there_are_no_data():
    rng = np.random.default_rng(5)
    grid = SplineGrid(6, -4, 29)
    u, v = rng.uniform(-4, 29, (2, 900))
    known = (u < 10) | (v < 10)
    u, v = u[known], v[known]
    smoothness = Smoothness(third=1e-3)
    weights = np.ones(u.size)
    coefficients = fitted(grid.design(u, v), quadratic(u, v), weights, 6, smoothness)
    at = np.array((25.0, 28.0))
    expected = quadratic(*np.meshgrid(at, at))
    np.testing.assert_allclose(grid.on_lattice(coefficients, at), expected, atol=1e-3)


@pytest.mark.parametrize("knots", [4, 7])
def test_fit_on_a_lattice_is_the_fit_of_its_points(knots):
    rng = np.random.default_rng(2)
    grid = SplineGrid(knots, 0, 20)
    u, v = np.arange(21.0), np.arange(17.0) + 0.5
    values = rng.normal(0, 1, (17, 21))
    weights = rng.uniform(0, 2, (17, 21)) * (rng.random((17, 21)) < 0.6)
    smoothness = Smoothness(second=0.3, third=0.01, ridge=1e-4)
    down, across = grid.basis(v), grid.basis(u)
    rows = outer_rows(np.repeat(down, 21, axis=0), np.tile(across, (17, 1)))
    plain = fitted(rows, values.ravel(), np.sqrt(weights).ravel(), knots, smoothness)
    fast = fitted_lattice(down, across, values, weights, smoothness)
    np.testing.assert_allclose(fast, plain, rtol=1e-7, atol=1e-9)


def test_no_data_make_a_flat_surface():
    grid = SplineGrid(5, 0, 10)
    basis = grid.basis(np.arange(11.0))
    nothing = np.zeros((11, 11))
    found = fitted_lattice(basis, basis, nothing, nothing, Smoothness(second=0.3, ridge=1e-4))
    np.testing.assert_array_equal(found, 0)
