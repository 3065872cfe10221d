"""ModelSession: the little that callers need of an inference runtime; ONNX Runtime behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from models.runtime.errors import ModelDamagedError, ModelInputError, ModelRunError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

# The runtime's exceptions share no base class but Exception.
_RUNTIME_ERRORS = (
    ort_errors.EPFail,
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NoModel,
    ort_errors.NoSuchFile,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
    RuntimeError,
    ValueError,
)
# numpy's name of each ONNX element type that our models use.
_NUMPY_NAMES = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(double)": "float64",
    "tensor(uint8)": "uint8",
    "tensor(int8)": "int8",
    "tensor(int32)": "int32",
    "tensor(int64)": "int64",
    "tensor(bool)": "bool",
}


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """Name, numpy dtype name and shape of a tensor; an axis of any length is None."""

    name: str
    dtype: str
    shape: tuple[int | None, ...]

    def admits(self, array: NDArray[Any]) -> bool:
        """Return whether an array has this dtype and shape."""
        return (
            array.dtype == np.dtype(self.dtype)
            and array.ndim == len(self.shape)
            and all(
                axis is None or axis == length
                for axis, length in zip(self.shape, array.shape, strict=True)
            )
        )


class ModelSession(Protocol):
    """A loaded model that turns named arrays into arrays; safe to call from several threads."""

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        """What `run` takes."""
        ...

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        """What `run` returns, in this order."""
        ...

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> tuple[NDArray[Any], ...]:
        """Return one array per output.

        Raises:
            ModelInputError: a name, dtype or shape is not what `inputs` says.
            ModelRunError: the runtime failed.
        """
        ...


class OrtSession:
    """A model on ONNX Runtime's CPU provider.

    `model`: the bytes of an .onnx file (bytes, not a path: what was verified is what runs, and
    no external data file is followed). `threads`: cores that one `run` may use.

    Raises:
        ModelDamagedError: the bytes are no model that the runtime takes.
        ValueError: threads below 1.
    """

    def __init__(self, model: bytes, threads: int = 1) -> None:
        if threads < 1:
            raise ValueError(f"expected threads >= 1, got {threads}")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        # 4 = fatal only: errors reach the caller as exceptions, not as lines on stderr.
        options.log_severity_level = 4
        # Spinning workers would eat the cores of the web workers beside them.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session = onnxruntime.InferenceSession(
                model, options, providers=["CPUExecutionProvider"]
            )
            self._inputs = tuple(_spec(node) for node in self._session.get_inputs())
            self._outputs = tuple(_spec(node) for node in self._session.get_outputs())
        except (*_RUNTIME_ERRORS, KeyError) as error:
            raise ModelDamagedError(f"the runtime can't load the model: {error}") from error

    @property
    def inputs(self) -> tuple[TensorSpec, ...]:
        """What `run` takes."""
        return self._inputs

    @property
    def outputs(self) -> tuple[TensorSpec, ...]:
        """What `run` returns, in this order."""
        return self._outputs

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> tuple[NDArray[Any], ...]:
        """Return one array per output; see `ModelSession.run`."""
        check_feeds(self._inputs, feeds)
        try:
            return tuple(self._session.run(None, dict(feeds)))
        except _RUNTIME_ERRORS as error:
            raise ModelRunError(f"the runtime failed: {error}") from error


@dataclass(slots=True)
class FakeSession:
    """A model for tests of callers: checks what it is fed, then asks a function.

    `calls` counts the runs.
    """

    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    answer: Callable[[Mapping[str, NDArray[Any]]], tuple[NDArray[Any], ...]]
    calls: int = field(default=0, init=False)

    def run(self, feeds: Mapping[str, NDArray[Any]]) -> tuple[NDArray[Any], ...]:
        """Return what the function answers; see `ModelSession.run`."""
        check_feeds(self.inputs, feeds)
        self.calls += 1
        answer = self.answer(feeds)
        if len(answer) != len(self.outputs) or not all(
            spec.admits(array) for spec, array in zip(self.outputs, answer, strict=True)
        ):
            raise ModelRunError(f"the fake answered other arrays than {self.outputs}")
        return answer


def check_feeds(inputs: tuple[TensorSpec, ...], feeds: Mapping[str, NDArray[Any]]) -> None:
    """Raise ModelInputError unless `feeds` are the inputs, each of its dtype and shape."""
    expected = {spec.name for spec in inputs}
    if expected != set(feeds):
        raise ModelInputError(f"expected inputs {sorted(expected)}, got {sorted(feeds)}")
    for spec in inputs:
        array = feeds[spec.name]
        if not spec.admits(array):
            raise ModelInputError(
                f"expected {spec.name} as {spec.dtype} {spec.shape}, got {array.dtype} "
                f"{array.shape}"
            )


def _spec(node: onnxruntime.NodeArg) -> TensorSpec:
    shape = tuple(axis if isinstance(axis, int) else None for axis in node.shape)
    return TensorSpec(node.name, _NUMPY_NAMES[node.type], shape)
