import numpy as np
import pytest

from vision.fingerprint import PrintedMatrix
from vision.fingerprint.crossings import Crossings, sample_offsets
from vision.fingerprint.prediction import unpredicted

SAMPLES = 7


def measured(shift, edges):
    filled = np.broadcast_to(shift[:, None], (edges.count, SAMPLES)).astype(np.float32)
    return Crossings(filled, np.ones(edges.count, np.float32))


def correlation(one, other):
    return float((one * other).sum() / np.sqrt((one**2).sum() * (other**2).sum()))


@pytest.fixture
def matrix(modules):
    return PrintedMatrix.of(modules)


@pytest.fixture
def accident(matrix):
    return np.random.default_rng(5).normal(0, 0.02, matrix.edges.count)


def test_without_edges_nothing_is_left(matrix):
    nothing = np.full((matrix.edges.count, SAMPLES), np.nan, np.float32)

    plain, line_free = unpredicted(matrix, Crossings(nothing, np.zeros(matrix.edges.count)))

    assert np.isnan(plain.shapes).all()
    assert np.isnan(line_free.shapes).all()


def smooth_shift(edges, side):
    u, v = (edges.middle_uv / side).T
    across = 0.1 * np.sin(3 * u + v) + 0.05 * u * v
    down = 0.08 * np.cos(2 * v) - 0.06 * u**2
    return np.where(edges.is_lying, down, across)


def ink_spread(edges, side):
    u, v = (edges.middle_uv / side).T
    return edges.polarity * (0.05 + 0.03 * u - 0.02 * v)


def neighbour_pull(edges, side):
    del side
    return edges.polarity * (edges.context[:, [3, 11, 22]] @ np.array([0.02, 0.03, -0.02]))


@pytest.mark.parametrize("predictable", [smooth_shift, ink_spread, neighbour_pull])
def test_what_is_predictable_does_not_change_what_is_left(matrix, accident, predictable):
    edges = matrix.edges
    more = accident + predictable(edges, matrix.size_modules)

    clean = unpredicted(matrix, measured(accident, edges))
    mixed = unpredicted(matrix, measured(more, edges))

    for one, other in zip(clean, mixed, strict=True):
        assert correlation(one.shapes[:, 0], other.shapes[:, 0]) > 0.98


def test_only_the_line_free_part_is_blind_to_line_banding(matrix, accident):
    edges = matrix.edges
    lines = np.random.default_rng(6).normal(0, 0.03, (2, matrix.size_modules + 1))
    banded = accident + lines[edges.is_lying.astype(int), edges.line]

    clean = unpredicted(matrix, measured(accident, edges))
    mixed = unpredicted(matrix, measured(banded, edges))

    assert correlation(clean[1].shapes[:, 0], mixed[1].shapes[:, 0]) > 0.98
    assert correlation(clean[0].shapes[:, 0], mixed[0].shapes[:, 0]) < 0.8


def test_tilt_and_bow_of_an_edge_are_told_apart(matrix):
    edges = matrix.edges
    generator = np.random.default_rng(8)
    along = sample_offsets(SAMPLES) / sample_offsets(SAMPLES)[-1]
    tilt, bow = generator.normal(0, 0.02, (2, edges.count))
    shift = tilt[:, None] * along + bow[:, None] * (along**2 - (along**2).mean())
    found = Crossings((shift * edges.polarity[:, None]).astype(np.float32), np.ones(edges.count))

    shapes = unpredicted(matrix, found)[0].shapes

    # Context takes its share out of both; clipping at three deviations bends the largest.
    assert correlation(shapes[:, 1], tilt) > 0.9
    assert correlation(shapes[:, 2], bow) > 0.9
    assert abs(correlation(shapes[:, 1], bow)) < 0.1


def test_one_wild_edge_does_not_move_the_others(matrix, accident):
    edges = matrix.edges
    wild = accident.copy()
    wild[100] += 0.35

    clean = unpredicted(matrix, measured(accident, edges))[1].shapes[:, 0]
    dirty = unpredicted(matrix, measured(wild, edges))[1].shapes[:, 0]

    others = np.arange(edges.count) != 100
    assert correlation(clean[others], dirty[others]) > 0.99
    assert abs(dirty[100]) < 3.1


def test_missing_samples_leave_the_rest_as_it_was(matrix, accident):
    edges = matrix.edges
    found = measured(accident, edges)
    holes = found.shift.copy()
    holes[::10] = np.nan
    holes[5::10, :3] = np.nan

    whole = unpredicted(matrix, found)[0].shapes[:, 0]
    part = unpredicted(matrix, Crossings(holes, found.slope))[0].shapes[:, 0]

    kept = np.isfinite(part)
    assert kept.sum() == edges.count - len(holes[::10])
    full = kept & ~np.isnan(holes).any(axis=1)
    assert correlation(whole[full], part[full]) > 0.97
