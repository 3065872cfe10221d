"""Manifest (for programs) and card (for people) of a stored model."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any

from models.runtime.errors import ModelDamagedError
from models.runtime.session import TensorSpec

MAX_MANIFEST_BYTES = 64 * 1024
MAX_CARD_BYTES = 256 * 1024
# Tensors per side and axes per tensor: far above any network here, low enough to bound the work.
MAX_TENSORS, MAX_AXES = 64, 8
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FRONT_MATTER = re.compile(r"---\n(.*?)\n---\n(.*)", re.DOTALL)
_CARD_KEYS = frozenset({"name", "version", "trained_on", "threshold", "limits"})


@dataclass(frozen=True, slots=True)
class Manifest:
    """What manifest.json says.

    `sha256`: of model.onnx, 64 hex digits; `threshold`: the score at which the model's answer
    turns, None for a model without one; `trained_on`: the data, in words.
    """

    name: str
    version: str
    sha256: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    trained_on: str
    threshold: float | None


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What card.md says: front matter, and the text for people below it.

    `limits`: what the model can't do, at least one sentence.
    """

    name: str
    version: str
    trained_on: str
    threshold: float | None
    limits: tuple[str, ...]
    body: str


def parse_manifest(data: bytes) -> Manifest:
    """Return the manifest in the JSON bytes.

    Raises:
        ModelDamagedError: too large, not JSON, or a field is missing or of the wrong kind.
    """
    if len(data) > MAX_MANIFEST_BYTES:
        raise ModelDamagedError(f"a manifest has at most {MAX_MANIFEST_BYTES} bytes")
    try:
        fields = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ModelDamagedError(f"the manifest is not JSON: {error}") from error
    if not isinstance(fields, dict):
        raise ModelDamagedError("expected a JSON object as manifest")
    sha256 = _text(fields, "sha256")
    if not _SHA256.fullmatch(sha256):
        raise ModelDamagedError("expected sha256 as 64 small hex digits in the manifest")
    return Manifest(
        name=_text(fields, "name"),
        version=_text(fields, "version"),
        sha256=sha256,
        inputs=_tensors(fields, "inputs"),
        outputs=_tensors(fields, "outputs"),
        trained_on=_text(fields, "trained_on"),
        threshold=_threshold(fields.get("threshold")),
    )


def parse_card(text: str) -> ModelCard:
    """Return the card in the Markdown text.

    The front matter stands between two lines ``---``: one ``key: value`` per line, limits as lines
    ``- sentence`` below ``limits:``, threshold a number or ``none``.

    Raises:
        ModelDamagedError: too large, no front matter, or a key is missing, unknown or doubled.
    """
    if len(text.encode()) > MAX_CARD_BYTES:
        raise ModelDamagedError(f"a card has at most {MAX_CARD_BYTES} bytes")
    match = _FRONT_MATTER.fullmatch(text.replace("\r\n", "\n"))
    if match is None:
        raise ModelDamagedError("expected a card that begins with front matter between --- lines")
    values: dict[str, str] = {}
    limits: list[str] = []
    for line in match.group(1).splitlines():
        if line.startswith("- ") and list(values)[-1:] == ["limits"]:
            limits.append(line[2:].strip())
            continue
        key, colon, value = line.partition(":")
        if not colon or key not in _CARD_KEYS or key in values:
            raise ModelDamagedError(f"expected one of {sorted(_CARD_KEYS)} once, got {line!r}")
        values[key] = value.strip()
    missing = [key for key in sorted(_CARD_KEYS - {"limits"}) if not values.get(key)]
    if missing or not limits:
        raise ModelDamagedError(f"the card lacks {missing or ['limits']}")
    return ModelCard(
        name=values["name"],
        version=values["version"],
        trained_on=values["trained_on"],
        threshold=_card_threshold(values["threshold"]),
        limits=tuple(limits),
        body=match.group(2).strip(),
    )


def _card_threshold(value: str) -> float | None:
    if value == "none":
        return None
    try:
        return _threshold(float(value))
    except ValueError as error:
        raise ModelDamagedError(f"expected a number or none as threshold, got {value!r}") from error


def _threshold(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ModelDamagedError(f"expected a finite number or null as threshold, got {value!r}")
    return float(value)


def _text(fields: dict[str, Any], key: str) -> str:
    value = fields.get(key)
    if not isinstance(value, str) or not value:
        raise ModelDamagedError(f"expected text as {key} in the manifest, got {value!r}")
    return value


def _tensors(fields: dict[str, Any], key: str) -> tuple[TensorSpec, ...]:
    value = fields.get(key)
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_TENSORS:
        raise ModelDamagedError(f"expected 1 to {MAX_TENSORS} {key} in the manifest")
    return tuple(_tensor(item, key) for item in value)


def _tensor(item: object, key: str) -> TensorSpec:
    if not isinstance(item, dict):
        raise ModelDamagedError(f"expected an object in {key}, got {item!r}")
    shape = item.get("shape")
    if not isinstance(shape, list) or len(shape) > MAX_AXES:
        raise ModelDamagedError(f"expected a shape of at most {MAX_AXES} axes in {key}")
    axes = tuple(axis if type(axis) is int and axis > 0 else None for axis in shape)
    if any(axis is None and given is not None for axis, given in zip(axes, shape, strict=True)):
        raise ModelDamagedError(f"expected axes above 0 or null in {key}, got {shape!r}")
    return TensorSpec(_text(item, "name"), _text(item, "dtype"), axes)
