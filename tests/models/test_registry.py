import json

import numpy as np
import pytest

from models.runtime import (
    ModelDamagedError,
    ModelNotFoundError,
    ModelRef,
    ModelRegistry,
    TensorSpec,
)

REF = ModelRef("scale_and_sum", "1.2")


def rewrite(store, **changes):
    path = store / "scale_and_sum" / "1.2" / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_an_empty_store_holds_nothing(tmp_path):
    registry = ModelRegistry(tmp_path)

    assert registry.refs() == []
    with pytest.raises(ModelNotFoundError, match=r"scale_and_sum/1\.2 is stored \(stored: none\)"):
        registry.find(REF)


def test_a_stored_model_is_found_verified_and_runs(store):
    registry = ModelRegistry(store)

    stored = registry.find(REF)
    y, s = stored.open(threads=1).run({"x": np.ones((1, 3), np.float32)})

    assert registry.refs() == [REF]
    assert stored.manifest.threshold == stored.card.threshold == 0.5
    assert stored.card.limits == ("Takes three columns only.", "Knows no units.")
    assert (y.tolist(), s.tolist()) == ([[2, 2, 2]], [6])


def test_another_version_is_not_found_and_the_message_names_what_is_stored(store):
    with pytest.raises(ModelNotFoundError, match=r"stored: scale_and_sum/1\.2"):
        ModelRegistry(store).find(ModelRef("scale_and_sum", "2"))


def test_one_flipped_bit_of_the_model_is_refused(store):
    path = store / "scale_and_sum" / "1.2" / "model.onnx"
    model = bytearray(path.read_bytes())
    model[100] ^= 1
    path.write_bytes(model)

    with pytest.raises(ModelDamagedError, match="another hash"):
        ModelRegistry(store).find(REF)


def test_a_model_above_the_cap_is_refused_before_it_is_parsed(store):
    size = (store / "scale_and_sum" / "1.2" / "model.onnx").stat().st_size

    assert ModelRegistry(store, max_model_bytes=size).find(REF).ref == REF
    with pytest.raises(ModelDamagedError, match="more than"):
        ModelRegistry(store, max_model_bytes=size - 1).find(REF)


@pytest.mark.parametrize("missing", ["model.onnx", "manifest.json", "card.md"])
def test_a_missing_file_is_refused_by_name(store, missing):
    (store / "scale_and_sum" / "1.2" / missing).unlink()

    with pytest.raises(ModelDamagedError, match=missing):
        ModelRegistry(store).find(REF)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "other"}, "speaks of other"),
        ({"version": "1.3"}, "speaks of scale_and_sum/1.3"),
        ({"sha256": "0" * 64}, "another hash"),
        ({"sha256": "0" * 63}, "64 small hex digits"),
        ({"threshold": 0.25}, "different thresholds"),
        ({"threshold": True}, "finite number"),
        ({"threshold": float("nan")}, "finite number"),
        ({"trained_on": ""}, "trained_on"),
        ({"inputs": []}, "inputs"),
        ({"inputs": [{"name": "x", "dtype": "float32", "shape": [0, 3]}]}, "above 0"),
        ({"inputs": [{"name": "x", "dtype": "float32", "shape": [1] * 9}]}, "axes"),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(store, changes, message):
    rewrite(store, **changes)

    with pytest.raises(ModelDamagedError, match=message):
        ModelRegistry(store).find(REF)


@pytest.mark.parametrize("data", [b"", b"[]", b"nonsense", b"[" * 60_000, b" " * 70_000])
def test_a_manifest_that_is_no_object_is_refused(store, data):
    (store / "scale_and_sum" / "1.2" / "manifest.json").write_bytes(data)

    with pytest.raises(ModelDamagedError):
        ModelRegistry(store).find(REF)


def test_a_graph_with_other_shapes_than_its_manifest_does_not_open(store):
    rewrite(store, inputs=[{"name": "x", "dtype": "float32", "shape": [1, 3]}])

    with pytest.raises(ModelDamagedError, match="the graph takes"):
        ModelRegistry(store).find(REF).open()


@pytest.mark.parametrize(
    "text", ["", "name", "name/", "/1", "../1", "name/..", "name/1/2", "Name/1", "name/1.2.3.4"]
)
def test_a_reference_can_hide_no_path(text):
    with pytest.raises(ValueError, match="expected a name"):
        ModelRef.parse(text)


def test_a_reference_reads_back_what_it_writes():
    assert ModelRef.parse(str(REF)) == REF


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("---\nname", "name", "front matter"),
        ("trained_on: nothing, it is arithmetic\n", "", "trained_on"),
        ("threshold: 0.5", "threshold: high", "number or none"),
        ("threshold: 0.5", "threshold: 0.5\nthreshold: 0.5", "once"),
        ("threshold: 0.5", "threshold: 0.5\nauthor: me", "expected one of"),
        ("- Takes three columns only.\n- Knows no units.\n", "", "limits"),
        ("version: 1.2", "version: 7", "speaks of scale_and_sum/7"),
    ],
)
def test_a_card_that_says_something_else_is_refused(store, card_text, old, new, message):
    (store / "scale_and_sum" / "1.2" / "card.md").write_text(card_text.replace(old, new))

    with pytest.raises(ModelDamagedError, match=message):
        ModelRegistry(store).find(REF)


def test_a_card_that_is_not_utf8_is_refused(store):
    (store / "scale_and_sum" / "1.2" / "card.md").write_bytes(b"\xff\xfe---")

    with pytest.raises(ModelDamagedError, match="UTF-8"):
        ModelRegistry(store).find(REF)


def test_a_tensor_spec_admits_any_length_only_where_it_says_so():
    spec = TensorSpec("x", "uint8", (None, 2))

    assert spec.admits(np.zeros((0, 2), np.uint8))
    assert not spec.admits(np.zeros((2, 3), np.uint8))
