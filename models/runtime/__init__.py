"""How models run: sessions, the registry of stored models, their cards."""

from models.runtime.card import Manifest, ModelCard
from models.runtime.errors import (
    ModelDamagedError,
    ModelError,
    ModelInputError,
    ModelNotFoundError,
    ModelRunError,
)
from models.runtime.registry import ModelRef, ModelRegistry, StoredModel
from models.runtime.session import FakeSession, ModelSession, OrtSession, TensorSpec

__all__ = [
    "FakeSession",
    "Manifest",
    "ModelCard",
    "ModelDamagedError",
    "ModelError",
    "ModelInputError",
    "ModelNotFoundError",
    "ModelRef",
    "ModelRegistry",
    "ModelRunError",
    "ModelSession",
    "OrtSession",
    "StoredModel",
    "TensorSpec",
]
