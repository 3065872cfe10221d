"""Finds stored models by name and version and verifies them before they run.

Layout: ``<root>/<name>/<version>/{model.onnx, manifest.json, card.md}``.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from pathlib import Path

from models.runtime.card import (
    MAX_CARD_BYTES,
    MAX_MANIFEST_BYTES,
    Manifest,
    ModelCard,
    parse_card,
    parse_manifest,
)
from models.runtime.errors import ModelDamagedError, ModelNotFoundError
from models.runtime.session import OrtSession

# Models live in the repository, so they are small; a larger file is not one of ours.
DEFAULT_MAX_MODEL_BYTES = 10 * 1024 * 1024
_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_VERSION = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4}){0,2}")


@dataclass(frozen=True, slots=True, order=True)
class ModelRef:
    """Which model: a name such as "code_locator" and a version such as "1" or "1.2".

    Raises:
        ValueError: a name or version of another form (a path can't hide in either).
    """

    name: str
    version: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or not _VERSION.fullmatch(self.version):
            raise ValueError(
                "expected a name of a-z, 0-9 and _ and a version such as 1.2, "
                f"got {self.name!r} and {self.version!r}"
            )

    def __str__(self) -> str:
        return f"{self.name}/{self.version}"

    @classmethod
    def parse(cls, text: str) -> ModelRef:
        """Return the reference written as "name/version"."""
        name, _, version = text.partition("/")
        return cls(name, version)


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A verified model: its bytes have the manifest's hash, and card and manifest agree."""

    ref: ModelRef
    path: Path
    manifest: Manifest
    card: ModelCard
    model: bytes

    def open(self, threads: int = 1) -> OrtSession:
        """Return a session on the verified bytes.

        Raises:
            ModelDamagedError: the graph has other inputs or outputs than the manifest says.
        """
        session = OrtSession(self.model, threads)
        if (session.inputs, session.outputs) != (self.manifest.inputs, self.manifest.outputs):
            raise ModelDamagedError(
                f"{self.ref}: the graph takes {session.inputs} and gives {session.outputs}, the "
                f"manifest says {self.manifest.inputs} and {self.manifest.outputs}"
            )
        return session


@dataclass(frozen=True, slots=True)
class ModelRegistry:
    """The models below one folder."""

    root: Path
    max_model_bytes: int = DEFAULT_MAX_MODEL_BYTES

    @classmethod
    def shipped(cls) -> ModelRegistry:
        """Return the registry of the models that come with this package."""
        return cls(Path(__file__).resolve().parent.parent / "store")

    def refs(self) -> list[ModelRef]:
        """Return what is stored, by name and version; folders of another form are passed over."""
        return sorted(
            ModelRef(folder.parent.name, folder.name)
            for folder in self.root.glob("*/*")
            if _NAME.fullmatch(folder.parent.name) and _VERSION.fullmatch(folder.name)
        )

    def find(self, ref: ModelRef) -> StoredModel:
        """Return the model, verified.

        Raises:
            ModelNotFoundError: it is not stored.
            ModelDamagedError: a file is missing, too large, or says something else.
        """
        folder = self.root / ref.name / ref.version
        if not folder.is_dir():
            known = ", ".join(str(known) for known in self.refs()) or "none"
            raise ModelNotFoundError(f"no model {ref} is stored (stored: {known})")
        manifest = parse_manifest(_read(folder / "manifest.json", MAX_MANIFEST_BYTES))
        card = parse_card(_read_text(folder / "card.md", MAX_CARD_BYTES))
        for source, name, version in (
            ("manifest", manifest.name, manifest.version),
            ("card", card.name, card.version),
        ):
            if (name, version) != (ref.name, ref.version):
                raise ModelDamagedError(f"the {source} of {ref} speaks of {name}/{version}")
        if card.threshold != manifest.threshold:
            raise ModelDamagedError(f"card and manifest of {ref} name different thresholds")
        path = folder / "model.onnx"
        model = _read(path, self.max_model_bytes)
        if not hmac.compare_digest(hashlib.sha256(model).hexdigest(), manifest.sha256):
            raise ModelDamagedError(f"model.onnx of {ref} has another hash than its manifest says")
        return StoredModel(ref, path, manifest, card, model)


def _read(path: Path, max_bytes: int) -> bytes:
    """Return the file, after its size was checked against the cap."""
    try:
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise ModelDamagedError(f"can't read {path.name}: {error.strerror}") from error
    if len(data) > max_bytes:
        raise ModelDamagedError(f"{path.name} has more than {max_bytes} bytes")
    return data


def _read_text(path: Path, max_bytes: int) -> str:
    try:
        return _read(path, max_bytes).decode()
    except UnicodeDecodeError as error:
        raise ModelDamagedError(f"{path.name} is not UTF-8") from error
