"""OrtSession on a real ONNX file, and FakeSession beside it.

assets/scale_and_sum.onnx (y = 2 x, s = the row sums of y; x is float32 of any number of rows by 3)
was made with the `onnx` package:

    from onnx import TensorProto, helper
    two = helper.make_tensor("two", TensorProto.FLOAT, [], [2.0])
    axes = helper.make_tensor("axes", TensorProto.INT64, [1], [1])
    graph = helper.make_graph(
        [
            helper.make_node("Mul", ["x", "two"], ["y"]),
            helper.make_node("ReduceSum", ["y", "axes"], ["s"], keepdims=0),
        ],
        "scale_and_sum",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", 3])],
        [
            helper.make_tensor_value_info("y", TensorProto.FLOAT, ["rows", 3]),
            helper.make_tensor_value_info("s", TensorProto.FLOAT, ["rows"]),
        ],
        initializer=[two, axes],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    pathlib.Path("scale_and_sum.onnx").write_bytes(model.SerializeToString())
"""

import numpy as np
import pytest

from models.runtime import (
    FakeSession,
    ModelDamagedError,
    ModelInputError,
    ModelRunError,
    ModelSession,
    OrtSession,
    TensorSpec,
)

X = TensorSpec("x", "float32", (None, 3))
Y = TensorSpec("y", "float32", (None, 3))
S = TensorSpec("s", "float32", (None,))


def doubled(feeds):
    y = feeds["x"] * np.float32(2)
    return y, y.sum(axis=1)


@pytest.fixture(params=["onnx runtime", "fake"])
def session(request, model_bytes) -> ModelSession:
    if request.param == "fake":
        return FakeSession((X,), (Y, S), doubled)
    return OrtSession(model_bytes)


def test_a_session_tells_names_types_and_shapes(session):
    assert session.inputs == (X,)
    assert session.outputs == (Y, S)


def test_a_session_computes_what_the_graph_says(session):
    x = np.array([[1, 2, 3], [-1, 0.5, 0]], dtype=np.float32)

    y, s = session.run({"x": x})

    assert y.tolist() == [[2, 4, 6], [-2, 1, 0]]
    assert s.tolist() == [12, -1]


@pytest.mark.parametrize(
    "feeds",
    [
        {},
        {"z": np.zeros((1, 3), np.float32)},
        {"x": np.zeros((1, 3), np.float32), "z": np.zeros(1, np.float32)},
        {"x": np.zeros((1, 3), np.float64)},
        {"x": np.zeros((1, 4), np.float32)},
        {"x": np.zeros(3, np.float32)},
    ],
    ids=["nothing", "other name", "one too many", "other type", "other length", "other rank"],
)
def test_a_session_refuses_arrays_that_the_model_does_not_take(session, feeds):
    with pytest.raises(ModelInputError, match="expected"):
        session.run(feeds)


def test_runs_with_several_threads_agree_with_one(model_bytes):
    x = np.random.default_rng(1).normal(size=(100, 3)).astype(np.float32)

    one, many = (OrtSession(model_bytes, threads).run({"x": x}) for threads in (1, 3))

    assert np.array_equal(one[0], many[0])
    assert np.allclose(one[1], many[1])


def test_a_session_needs_a_thread(model_bytes):
    with pytest.raises(ValueError, match="threads"):
        OrtSession(model_bytes, threads=0)


@pytest.mark.parametrize("cut", [0, 1, 40, -1, -20])
def test_a_cut_model_is_refused_at_loading(model_bytes, cut):
    with pytest.raises(ModelDamagedError, match="can't load"):
        OrtSession(model_bytes[:cut])


def test_bytes_that_are_no_model_are_refused_at_loading():
    with pytest.raises(ModelDamagedError, match="can't load"):
        OrtSession(b"\xff" * 300)


def test_a_fake_counts_its_runs_and_may_not_answer_other_arrays():
    session = FakeSession((X,), (Y,), lambda feeds: (feeds["x"].astype(np.float64),))

    with pytest.raises(ModelRunError, match="fake"):
        session.run({"x": np.zeros((1, 3), np.float32)})

    assert session.calls == 1
