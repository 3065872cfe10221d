"""Brand templates: names, revisions, archive and restore, and caps."""

import json
from dataclasses import replace

import pytest

from trace_backend.designs.templates import (
    MAX_BRIEF_BYTES,
    MAX_TEMPLATES,
    TemplateContent,
    archive_template,
    create_template,
    restore_template,
    revise_template,
    template_of,
    templates_query,
)
from trace_backend.kit.errors import CONFLICT, INVALID, NOT_FOUND, RecordError


@pytest.fixture
def act(record, subjects):
    """Do one thing in a transaction of the first tenant: act(archive_template, id)."""

    def do(what, *rest, tenant=0, **named):
        clock = () if what is restore_template else (record.clock,)
        with record.database.transaction() as session:
            return what(session, *clock, subjects[tenant], *rest, **named)

    return do


def test_a_template_begins_as_revision_one_and_counts_its_changes(act, save_template, record):
    template = save_template()
    assert template.revision == 1
    renamed = act(revise_template, template.id, seen_revision=1, name="秋茶")
    assert (renamed.revision, renamed.name, renamed.brief) == (2, "秋茶", template.brief)


def test_a_change_based_on_an_older_revision_is_refused_and_names_the_newest(
    act, save_template, record, subjects
):
    template = save_template()
    act(revise_template, template.id, seen_revision=1, name="秋茶")
    with pytest.raises(RecordError, match="read it again") as refused:
        act(revise_template, template.id, seen_revision=1, name="冬茶")
    assert refused.value.problem is CONFLICT
    assert refused.value.extensions == {"revision": 2}
    with record.database.reading() as session:
        assert template_of(session, subjects[0].tenant_id, template.id).name == "秋茶"


def test_a_new_content_replaces_the_old_one_as_a_whole(act, save_template, keep, content_of):
    template = save_template()
    artwork = keep(b"other").artwork
    content = content_of(artwork.id, json.dumps({"style": "base"}), "payload")
    changed = act(revise_template, template.id, seen_revision=1, content=content)
    assert (changed.artwork_id, json.loads(changed.brief), changed.payload_example) == (
        artwork.id,
        {"style": "base"},
        "payload",
    )
    assert changed.name == template.name


def test_names_are_unique_among_the_templates_in_use(act, save_template):
    first = save_template("春茶")
    with pytest.raises(RecordError) as refused:
        save_template("春茶")
    assert refused.value.problem is CONFLICT
    other = save_template("秋茶")
    with pytest.raises(RecordError):
        act(revise_template, other.id, seen_revision=1, name="春茶")
    assert save_template("春茶", tenant=1).name == "春茶"
    act(archive_template, first.id)
    assert act(revise_template, other.id, seen_revision=1, name="春茶").name == "春茶"
    with pytest.raises(RecordError) as refused:
        act(restore_template, first.id)
    assert refused.value.problem is CONFLICT


def test_an_archived_template_is_not_changed_until_it_is_restored(act, save_template):
    template = save_template()
    archived = [act(archive_template, template.id).archived_at for _ in range(2)]
    assert archived[0] == archived[1] is not None
    with pytest.raises(RecordError, match="restore it first"):
        act(revise_template, template.id, seen_revision=1, name="x")
    assert act(restore_template, template.id).archived_at is None
    assert act(restore_template, template.id).revision == 1


def test_an_artwork_of_another_tenant_makes_no_template(act, save_template, keep, content_of):
    theirs = content_of(keep(b"theirs", tenant=1).artwork.id)
    mine = save_template()
    for attempt in (
        lambda: act(create_template, "x", theirs),
        lambda: act(revise_template, mine.id, seen_revision=1, content=theirs),
    ):
        with pytest.raises(RecordError) as refused:
            attempt()
        assert refused.value.problem is NOT_FOUND


def test_above_the_cap_no_template_is_saved(act, save_template, record, subjects, fill):
    first = save_template()
    fill(first, MAX_TEMPLATES - 1, id=lambda i: f"{i:032x}", name=lambda i: f"{i}")
    with pytest.raises(RecordError, match="archive one") as refused:
        save_template("one too many")
    assert refused.value.problem is CONFLICT
    with record.database.reading() as session:
        listed = session.scalars(templates_query(subjects[0].tenant_id, None, archived=False)).all()
    assert len(listed) == MAX_TEMPLATES


@pytest.mark.parametrize(
    ("brief", "payload"),
    [
        ("", "x"),
        ("[]", "x"),
        ("{", "x"),
        ("[" * 100_000, "x"),
        (json.dumps({"a": "x" * MAX_BRIEF_BYTES}), "x"),
        ("{}", ""),
        ("{}", "码" * 1000),
    ],
)
def test_a_brief_that_is_no_object_and_a_payload_that_no_code_holds_are_refused(
    content_of, brief, payload
):
    thumbnail = content_of("0" * 32).thumbnail
    TemplateContent("0" * 32, "{}", "x" * 2953, thumbnail)
    with pytest.raises(RecordError) as refused:
        TemplateContent("0" * 32, brief, payload, thumbnail)
    assert refused.value.problem is INVALID


@pytest.mark.parametrize("which", ["painted_artwork_id", "protected_artwork_id"])
def test_maps_of_another_tenant_are_unknown(
    act, keep, content_of, save_template, record, subjects, which
):
    theirs = keep(b"their map", tenant=1).artwork.id
    template = save_template()
    content = replace(content_of(template.artwork_id), **{which: theirs})
    with pytest.raises(RecordError) as refused:
        act(revise_template, template.id, seen_revision=1, content=content)
    assert refused.value.problem is NOT_FOUND
    with pytest.raises(RecordError) as refused:
        act(create_template, "夏茶", content)
    assert refused.value.problem is NOT_FOUND
    with record.database.reading() as session:
        kept = template_of(session, subjects[0].tenant_id, template.id)
        assert (kept.revision, getattr(kept, which)) == (1, None)
