import numpy as np
import pytest

from vision.fingerprint import PrintedMatrix


@pytest.mark.parametrize("shape", [(0, 0), (3, 3), (21, 25), (178, 178), (21,), (21, 21, 2)])
def test_shapes_that_no_symbol_has_are_refused(shape):
    with pytest.raises(ValueError, match="expected a square"):
        PrintedMatrix.of(np.zeros(shape, bool))


def test_a_mask_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="expected a mask of shape"):
        PrintedMatrix(np.zeros((21, 21), bool), np.zeros((25, 25), bool))


def test_a_blank_symbol_has_no_edges():
    assert PrintedMatrix.of(np.zeros((21, 21), bool)).edges.count == 0


def test_one_dark_module_has_four_edges_with_known_places():
    modules = np.zeros((21, 21), bool)
    modules[5, 9] = True

    edges = PrintedMatrix.of(modules).edges

    assert edges.middle_uv.tolist() == [[9.0, 5.5], [10.0, 5.5], [9.5, 5.0], [9.5, 6.0]]
    assert edges.polarity.tolist() == [-1.0, 1.0, -1.0, 1.0]
    assert edges.is_lying.tolist() == [False, False, True, True]


def test_the_neighbourhood_of_an_edge_is_told_from_its_dark_side():
    modules = np.zeros((21, 21), bool)
    modules[5, 9] = modules[5, 8] = True
    edges = PrintedMatrix.of(modules).edges

    for edge in np.flatnonzero(~edges.is_lying):
        across = edges.context[edge].reshape(6, 5)[:, 2]
        assert across.tolist() == [-1, 1, 1, -1, -1, -1]


def test_both_directions_of_a_transposed_symbol_have_the_same_edges(modules):
    one, other = PrintedMatrix.of(modules).edges, PrintedMatrix.of(modules.T).edges
    upright, lying = ~one.is_lying, other.is_lying

    assert np.array_equal(one.line[upright], other.line[lying])
    assert np.array_equal(one.place[upright], other.place[lying])
    assert np.array_equal(one.context[upright], other.context[lying])


def test_no_edge_that_touches_the_mask_is_open(modules):
    masked = np.zeros(modules.shape, bool)
    masked[10:20, 12:16] = True
    matrix = PrintedMatrix(modules, masked)
    middle = matrix.edges.middle_uv
    near = (middle[:, 0] >= 12) & (middle[:, 0] <= 16) & (middle[:, 1] >= 10)
    near &= middle[:, 1] <= 20

    assert not matrix.open_edges()[near].any()
    assert matrix.open_edges()[~near].all()
