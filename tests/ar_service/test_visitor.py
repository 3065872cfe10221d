import hmac

import pytest

from ar_service.verify.visitor import visitor_hash
from trace_backend.kit.errors import RecordError

KEY = b"v" * 32
BASE = {"install_id": None, "cookie": None, "address": "198.51.100.7", "user_agent": "Phone/1"}


def test_the_install_id_is_the_visitor_whatever_the_network() -> None:
    at_home = visitor_hash(KEY, **{**BASE, "install_id": "install-0001"})
    on_the_road = visitor_hash(
        KEY, **{**BASE, "install_id": "install-0001", "address": "203.0.113.1"}
    )
    assert at_home == on_the_road
    assert at_home != visitor_hash(KEY, **{**BASE, "install_id": "install-0002"})


def test_the_cookie_holds_the_same_install_id() -> None:
    assert visitor_hash(KEY, **{**BASE, "cookie": "install-0001"}) == visitor_hash(
        KEY, **{**BASE, "install_id": "install-0001"}
    )


def test_without_an_id_address_and_browser_are_the_visitor() -> None:
    assert visitor_hash(KEY, **BASE) == visitor_hash(KEY, **BASE)
    assert visitor_hash(KEY, **BASE) != visitor_hash(KEY, **{**BASE, "user_agent": "Phone/2"})
    assert visitor_hash(KEY, **BASE) != visitor_hash(KEY, **{**BASE, "address": "198.51.100.8"})


def test_the_hash_is_hmac_sha256_under_the_key_of_the_installation() -> None:
    expected = hmac.new(KEY, b"install:install-0001", "sha256").hexdigest()
    assert visitor_hash(KEY, **{**BASE, "install_id": "install-0001"}) == expected
    assert visitor_hash(b"w" * 32, **{**BASE, "install_id": "install-0001"}) != expected


@pytest.mark.parametrize(
    "bad", ["", "short12", "x" * 65, "with space1", "ünicode-id", "a" * 8 + "\n"]
)
def test_an_install_id_of_another_form_is_refused(bad: str) -> None:
    with pytest.raises(RecordError) as refusal:
        visitor_hash(KEY, **{**BASE, "install_id": bad})
    assert refusal.value.problem.slug == "invalid"


def test_a_cookie_of_another_form_is_passed_over() -> None:
    assert visitor_hash(KEY, **{**BASE, "cookie": "bad cookie"}) == visitor_hash(KEY, **BASE)
