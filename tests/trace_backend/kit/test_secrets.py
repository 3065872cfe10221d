import multiprocessing
import stat

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from trace_backend.kit.secrets import Secrets, load_or_create

MASTER = bytes(range(32))


def test_derived_key_is_hkdf_sha256_of_rfc_5869():
    # Extract and expand done apart, as in sections 2.2 and 2.3; no salt is 32 zero bytes.
    extract = HMAC(bytes(32), SHA256())
    extract.update(MASTER)
    info = b"\x00\x00\x00\x04code\x00\x00\x00\x02t1"
    expected = HKDFExpand(SHA256(), 32, info).derive(extract.finalize())
    assert Secrets(MASTER).derive("code", "t1") == expected


def test_purposes_that_join_to_the_same_text_have_different_keys():
    secrets = Secrets(MASTER)
    keys = [
        secrets.derive("ab", "c"),
        secrets.derive("a", "bc"),
        secrets.derive("abc"),
        secrets.derive("abc", ""),
    ]
    assert len(set(keys)) == 4


def test_master_is_not_printed():
    assert MASTER.hex() not in repr(Secrets(MASTER))
    assert str(MASTER) not in repr(Secrets(MASTER))


def test_short_master_is_refused():
    with pytest.raises(ValueError, match="32 bytes"):
        Secrets(bytes(31))


def test_created_file_is_for_its_owner_only_and_is_read_again(tmp_path):
    path = tmp_path / "var" / "master.key"
    made = load_or_create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create(path) == made
    assert [entry.name for entry in path.parent.iterdir()] == ["master.key"]


def test_two_installations_have_different_secrets(tmp_path):
    assert load_or_create(tmp_path / "a") != load_or_create(tmp_path / "b")


def test_file_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "master.key"
    load_or_create(path)
    path.chmod(0o640)
    with pytest.raises(PermissionError, match="chmod 600"):
        load_or_create(path)


@pytest.mark.parametrize("content", [b"", b"00" * 31, b"not hexadecimal at all", b"\xff" * 64])
def test_damaged_file_is_refused_without_quoting_it(tmp_path, content):
    path = tmp_path / "master.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(ValueError, match="must hold 64 hexadecimal characters") as refused:
        load_or_create(path)
    assert refused.value.__cause__ is None


def _load(path):
    return load_or_create(path).master


@pytest.mark.slow
def test_processes_that_start_at_once_share_one_secret(tmp_path):
    path = tmp_path / "master.key"
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(_load, [path] * 16, chunksize=1))) == 1
