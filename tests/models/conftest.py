import hashlib
import json
from pathlib import Path

import pytest

ASSET = Path(__file__).parent / "assets" / "scale_and_sum.onnx"

CARD = """---
name: scale_and_sum
version: 1.2
trained_on: nothing, it is arithmetic
threshold: 0.5
limits:
- Takes three columns only.
- Knows no units.
---
# scale_and_sum

Doubles and adds.
"""


@pytest.fixture
def model_bytes() -> bytes:
    return ASSET.read_bytes()


@pytest.fixture
def manifest_fields(model_bytes) -> dict:
    return {
        "name": "scale_and_sum",
        "version": "1.2",
        "sha256": hashlib.sha256(model_bytes).hexdigest(),
        "inputs": [{"name": "x", "dtype": "float32", "shape": [None, 3]}],
        "outputs": [
            {"name": "y", "dtype": "float32", "shape": [None, 3]},
            {"name": "s", "dtype": "float32", "shape": [None]},
        ],
        "trained_on": "nothing, it is arithmetic",
        "threshold": 0.5,
    }


@pytest.fixture
def card_text() -> str:
    return CARD


@pytest.fixture
def store(tmp_path, model_bytes, manifest_fields) -> Path:
    folder = tmp_path / "scale_and_sum" / "1.2"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(model_bytes)
    (folder / "manifest.json").write_text(json.dumps(manifest_fields))
    (folder / "card.md").write_text(CARD)
    return tmp_path
