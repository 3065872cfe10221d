"""Artworks: one row for the same bytes, archive instead of delete, and a cap."""

import hashlib

import pytest

from trace_backend.designs.artworks import (
    MAX_ARTWORKS,
    NewArtwork,
    archive_artwork,
    artwork_of,
    artworks_query,
    restore_artwork,
)
from trace_backend.kit.errors import CONFLICT, INVALID, NOT_FOUND, RecordError

KEY = hashlib.sha256(b"").hexdigest()


def _listed(record, subject, search=None, archived=False):
    with record.database.reading() as session:
        query = artworks_query(subject.tenant_id, search, archived=archived)
        return [row.name for row in session.scalars(query)]


def test_a_tenant_begins_without_artworks(record, subjects):
    assert _listed(record, subjects[0]) == []


def test_the_same_bytes_are_the_same_row_under_their_first_name(keep):
    first, again, other = keep(name="甲"), keep(name="乙"), keep(b"other")
    assert (first.is_new, again.is_new, other.is_new) == (True, False, True)
    assert first.artwork.id == again.artwork.id != other.artwork.id
    assert again.artwork.name == "甲"


def test_two_tenants_with_the_same_bytes_have_a_row_each(record, subjects, keep):
    ours, theirs = keep().artwork, keep(tenant=1).artwork
    assert ours.id != theirs.id
    assert ours.blob_key == theirs.blob_key
    with record.database.reading() as session, pytest.raises(RecordError) as refused:
        artwork_of(session, subjects[0].tenant_id, theirs.id)
    assert refused.value.problem is NOT_FOUND


def test_an_archived_artwork_leaves_the_list_and_comes_back_with_its_bytes(record, subjects, keep):
    artwork = keep().artwork
    for _ in range(2):
        with record.database.transaction() as session:
            archive_artwork(session, record.clock, subjects[0], artwork.id)
    assert _listed(record, subjects[0]) == []
    assert _listed(record, subjects[0], archived=True) == [artwork.name]
    assert keep().artwork.id == artwork.id
    assert _listed(record, subjects[0]) == [artwork.name]


@pytest.mark.parametrize("search", ["标", "100%", "_", "YQW"])
def test_a_search_takes_wildcards_as_letters(record, subjects, keep, search):
    keep(b"1", "yqw 标志 100%_")
    keep(b"2", "另一个")
    assert _listed(record, subjects[0], search) == ["yqw 标志 100%_"]


def test_above_the_cap_nothing_is_kept_until_one_is_archived(record, subjects, keep, fill):
    first = keep().artwork
    fill(
        first,
        MAX_ARTWORKS - 1,
        id=lambda i: f"{i:032x}",
        blob_key=lambda i: f"{i:064x}",
    )
    with pytest.raises(RecordError) as refused:
        keep(b"one too many")
    assert refused.value.problem is CONFLICT
    assert len(_listed(record, subjects[0])) == MAX_ARTWORKS
    with record.database.transaction() as session:
        archive_artwork(session, record.clock, subjects[0], first.id)
    assert keep(b"one too many").is_new
    with record.database.transaction() as session, pytest.raises(RecordError):
        restore_artwork(session, subjects[0], first.id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"media_type": "text/html"},
        {"media_type": "image/svg+xml; charset=x"},
        {"width_px": 0},
        {"height_px": 100_001},
        {"byte_count": 0},
        {"blob_key": "../../etc/passwd"},
        {"blob_key": KEY.upper()},
    ],
)
def test_what_no_picture_has_is_refused(wrong):
    right = {
        "name": "x",
        "media_type": "image/png",
        "byte_count": 1,
        "width_px": 1,
        "height_px": 1,
        "blob_key": KEY,
    }
    NewArtwork(**right)
    with pytest.raises(RecordError) as refused:
        NewArtwork(**right | wrong)
    assert refused.value.problem is INVALID
