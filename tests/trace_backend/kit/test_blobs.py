import hashlib

import pytest

from trace_backend.kit import blobs
from trace_backend.kit.blobs import BlobStore
from trace_backend.kit.errors import NOT_FOUND, TOO_LARGE, UNAVAILABLE, RecordError


@pytest.fixture(params=["folder", "memory"])
def store(request, tmp_path):
    if request.param == "folder":
        return BlobStore.open(str(tmp_path / "blobs"))
    return BlobStore.open(f"memory://{tmp_path.name}")


@pytest.mark.parametrize("content", [b"", b"x", bytes(range(256)) * 1000])
def test_blob_comes_back_under_its_sha256(store, content):
    key = store.put(content)
    assert key == hashlib.sha256(content).hexdigest()
    assert store.get(key) == content
    assert store.exists(key)


def test_same_content_twice_is_one_blob(tmp_path):
    store = BlobStore.open(str(tmp_path))
    assert store.put(b"label") == store.put(b"label")
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 1


def test_unknown_blob_is_not_found(store):
    with pytest.raises(RecordError) as refused:
        store.get("0" * 64)
    assert refused.value.problem is NOT_FOUND
    assert not store.exists("0" * 64)


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "0" * 63, "0" * 65, "G" * 64, "0" * 63 + "\n"]
)
def test_key_of_another_form_never_reaches_the_disk(store, key):
    for call in (store.get, store.exists, store.delete):
        with pytest.raises(RecordError) as refused:
            call(key)
        assert refused.value.problem is NOT_FOUND


def test_deleted_blob_is_gone_and_deleting_again_is_no_error(store):
    key = store.put(b"label")
    store.delete(key)
    store.delete(key)
    assert not store.exists(key)


def test_damaged_blob_is_noticed(tmp_path):
    store = BlobStore.open(str(tmp_path))
    key = store.put(b"label")
    (tmp_path / key[:2] / key[2:]).write_bytes(b"Label")
    with pytest.raises(RecordError) as refused:
        store.get(key)
    assert refused.value.problem is UNAVAILABLE


def test_blob_over_the_limit_is_refused(store, monkeypatch):
    monkeypatch.setattr(blobs, "MAX_BLOB_BYTES", 4)
    store.put(b"1234")
    with pytest.raises(RecordError) as refused:
        store.put(b"12345")
    assert refused.value.problem is TOO_LARGE


def test_store_that_cannot_write_is_unavailable_and_leaves_no_draft(tmp_path):
    (tmp_path / "blobs").write_bytes(b"a file where the folder should be")
    with pytest.raises(RecordError) as refused:
        BlobStore.open(str(tmp_path / "blobs")).put(b"label")
    assert refused.value.problem is UNAVAILABLE


def test_interrupted_write_leaves_nothing_under_the_key(tmp_path, monkeypatch):
    def fail(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(blobs.os, "fsync", fail)
    store = BlobStore.open(str(tmp_path))
    with pytest.raises(RecordError) as refused:
        store.put(b"label")
    assert refused.value.problem is UNAVAILABLE
    assert not any(path.is_file() for path in tmp_path.rglob("*"))
