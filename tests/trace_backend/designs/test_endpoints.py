"""The HTTP doors of designs: what they show, to whom, and how blobs come out of them."""

import hashlib
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from trace_backend.codes import Code
from trace_backend.designs import router
from trace_backend.designs.certificates import keep_certificate
from trace_backend.designs.parts import finish_run
from trace_backend.kit.errors import INVALID, NOT_FOUND, UNAVAILABLE, RecordError

ALL = ("studio.read", "studio.write", "studio.order")
NOBODY = "0" * 32
LOGO = b"\x89PNG\r\n\x1a\n of a made logo"


@pytest.fixture
def brand(bearer):
    return bearer(0, *ALL)


@pytest.fixture
def printed(runs, record, clock):
    """A finished run of ten labels in two files; label 7 could not be read."""
    run = runs.place().run
    runs.start(run)
    runs.certify(run)
    runs.part(run, 0, 4, files=[runs.file("part-0001.pdf", 1, 4)])
    runs.part(run, 4, 6, failing={7}, files=[runs.file("part-0002.pdf", 5, 10)])
    with record.database.transaction() as session:
        finish_run(session, clock, run.id, [runs.file("labels.pdf", 1, 10, b"x" * 700_000)])
    return run


@pytest.fixture
def serials(runs, printed):
    """The serials of the run by their label numbers."""
    items = runs.items(printed, 0, 10)
    ids = {item.code_id: item.label_number for item in items}
    with runs.record.database.reading() as session:
        return {ids[code_id]: session.get_one(Code, code_id).serial for code_id in ids}


def test_a_tenant_without_designs_sees_empty_lists(http, brand):
    for path in ("artworks", "templates", "runs"):
        reply = http.get(f"/v1/studio/{path}", headers=brand)
        assert (reply.status_code, reply.json()) == (200, {"items": [], "next_cursor": None})


def test_artworks_are_searched_shown_archived_and_restored(http, brand, keep):
    logo, other = keep().artwork, keep(b"other", "另一个").artwork
    listed = http.get("/v1/studio/artworks", headers=brand).json()["items"]
    assert [item["id"] for item in listed] == sorted([logo.id, other.id], reverse=True)
    found = http.get("/v1/studio/artworks?q=玉泉", headers=brand).json()["items"]
    shown = http.get(f"/v1/studio/artworks/{logo.id}", headers=brand).json()
    assert found == [shown]
    assert shown["sha256"] == hashlib.sha256(LOGO).hexdigest()
    assert (shown["width_px"], shown["height_px"], shown["byte_count"]) == (640, 480, len(LOGO))
    archived = http.post(f"/v1/studio/artworks/{logo.id}/archive", headers=brand).json()
    assert archived["archived_at"] is not None
    assert http.get("/v1/studio/artworks?archived=true", headers=brand).json()["items"] == [
        archived
    ]
    restored = http.post(f"/v1/studio/artworks/{logo.id}/restore", headers=brand).json()
    assert restored == shown


def test_a_picture_comes_out_as_it_went_in_and_only_once(http, brand, keep):
    path = f"/v1/studio/artworks/{keep().artwork.id}/picture"
    reply = http.get(path, headers=brand)
    tag = reply.headers["etag"]
    assert (reply.content, reply.headers["content-type"]) == (LOGO, "image/png")
    assert tag == f'"{hashlib.sha256(LOGO).hexdigest()}"'
    assert reply.headers["content-length"] == str(len(LOGO))
    assert "sandbox" in reply.headers["content-security-policy"]
    assert reply.headers["x-content-type-options"] == "nosniff"
    for known in (tag, f"W/{tag}", f'"x", {tag}'):
        again = http.get(path, headers=brand | {"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert http.get(path, headers=brand | {"If-None-Match": '"x"'}).status_code == 200


def test_a_lost_picture_is_a_problem_and_a_damaged_one_never_comes_out_whole(
    http, brand, keep, record, tmp_path
):
    artwork = keep().artwork
    place = tmp_path / "blobs" / artwork.blob_key[:2] / artwork.blob_key[2:]
    path = f"/v1/studio/artworks/{artwork.id}/picture"
    place.write_bytes(LOGO[:-1] + b"!")
    pieces = record.blobs.pieces(artwork.blob_key, 8)
    came = []
    with pytest.raises(RecordError) as refused:
        came.extend(pieces)
    assert refused.value.problem is UNAVAILABLE
    assert len(b"".join(came)) < len(LOGO)
    place.unlink()
    lost = http.get(path, headers=brand)
    assert (lost.status_code, lost.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("size", [0, 1, 8, 9, 1_000_000])
def test_a_blob_in_pieces_is_the_blob(record, size):
    content = bytes(range(256)) * (size // 256 + 1)
    key = record.blobs.put(content[:size])
    for piece_bytes in (8, 262_144):
        assert b"".join(record.blobs.pieces(key, piece_bytes)) == content[:size]


def test_an_unknown_blob_is_not_found_before_the_first_piece(record):
    for key, problem in (("0" * 64, NOT_FOUND), ("../x", NOT_FOUND)):
        with pytest.raises(RecordError) as refused:
            record.blobs.pieces(key)
        assert refused.value.problem is problem


def test_a_template_is_shown_renamed_archived_and_restored(http, brand, save_template):
    template = save_template()
    path = f"/v1/studio/templates/{template.id}"
    shown = http.get(path, headers=brand).json()
    assert shown["brief"] == {"style": "dots", "version": 6}
    assert http.get("/v1/studio/templates?q=春", headers=brand).json()["items"] == [shown]
    assert http.get("/v1/studio/templates?q=秋", headers=brand).json()["items"] == []
    renamed = http.put(path, json={"name": " 秋茶 ", "revision": 1}, headers=brand).json()
    assert (renamed["name"], renamed["revision"]) == ("秋茶", 2)
    stale = http.put(path, json={"name": "冬茶", "revision": 1}, headers=brand)
    assert (stale.status_code, stale.json()["revision"]) == (409, 2)
    assert stale.json()["title"] == "与现有记录冲突"
    english = http.put(
        path, json={"name": "x", "revision": 1}, headers=brand | {"Accept-Language": "en"}
    )
    assert english.json()["title"] == "This conflicts with what is recorded"
    thumbnail = http.get(f"{path}/thumbnail", headers=brand)
    assert (thumbnail.content, thumbnail.headers["content-type"]) == (
        b"RIFF of a thumbnail",
        "image/webp",
    )
    archived = http.post(f"{path}/archive", headers=brand).json()
    listed = http.get("/v1/studio/templates?archived=true", headers=brand).json()["items"]
    assert listed == [archived]
    assert http.post(f"{path}/restore", headers=brand).json()["archived_at"] is None


def test_lists_are_read_page_by_page_newest_first(http, brand, save_template):
    saved = sorted([save_template(f"模板{place}").id for place in range(5)], reverse=True)
    seen, cursor = [], ""
    while cursor is not None:
        page = http.get(f"/v1/studio/templates?limit=2{cursor}", headers=brand).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert seen == saved


def test_a_run_shows_what_was_ordered_and_how_it_stands(http, brand, printed, runs):
    shown = http.get(f"/v1/studio/runs/{printed.id}", headers=brand).json()
    assert http.get("/v1/studio/runs?q=r-1", headers=brand).json()["items"] == [shown]
    for query, count in (
        (f"template_id={runs.template.id}", 1),
        (f"code_order_id={runs.order.id}", 1),
        (f"template_id={NOBODY}", 0),
        (f"code_order_id={NOBODY}", 0),
        ("q=x", 0),
    ):
        listed = http.get(f"/v1/studio/runs?{query}", headers=brand).json()["items"]
        assert len(listed) == count
    assert shown["state"] == "done_with_failures"
    assert (shown["percent"], shown["done_count"], shown["failed_count"]) == (100.0, 10, 1)
    assert (shown["labels_first"], shown["labels_last"], shown["quantity"]) == (1, 10, 10)
    assert (shown["template_name"], shown["output"]["part_labels"]) == ("春茶", 4)
    kept = http.get(f"/v1/studio/certificates/{shown['certificate_id']}", headers=brand).json()
    assert (kept["verdict"], kept["run_id"]) == ("pass", printed.id)
    assert kept["document"]["rates"][0]["rate"] == 1.0


def test_the_labels_of_a_run_are_listed_by_number_and_the_failed_ones_alone(
    http, brand, printed, serials
):
    path = f"/v1/studio/runs/{printed.id}/items"
    first = http.get(f"{path}?limit=6", headers=brand).json()
    rest = http.get(f"{path}?limit=6&cursor={first['next_cursor']}", headers=brand).json()
    both = first["items"] + rest["items"]
    assert rest["next_cursor"] is None
    assert [item["label_number"] for item in both] == list(range(1, 11))
    assert [item["serial"] for item in both] == [serials[label] for label in range(1, 11)]
    failed = http.get(f"{path}?passed=false", headers=brand).json()["items"]
    assert [(item["label_number"], item["mask"], item["reason"]) for item in failed] == [
        (7, None, "no reader could read it")
    ]
    passed = http.get(f"{path}?passed=true", headers=brand).json()["items"]
    assert len(passed) == 9


@pytest.mark.parametrize("cursor", ["!", "eA", "MTIzNDU2Nzg5MDEyMzQ1Njc4OQ", "2aHZog", "LTE"])
def test_a_cursor_that_is_none_of_ours_is_refused(http, brand, printed, cursor):
    """Letters, nineteen digits, Arabic digits, a negative number."""
    reply = http.get(f"/v1/studio/runs/{printed.id}/items?cursor={cursor}", headers=brand)
    assert (reply.status_code, reply.json()["type"]) == (INVALID.status, "/problems/invalid")


def test_the_files_of_a_run_are_listed_and_downloaded(http, brand, printed):
    path = f"/v1/studio/runs/{printed.id}/files"
    listed = http.get(path, headers=brand).json()["items"]
    assert [(item["name"], item["labels_first"], item["labels_last"]) for item in listed] == [
        ("labels.pdf", 1, 10),
        ("part-0001.pdf", 1, 4),
        ("part-0002.pdf", 5, 10),
    ]
    reply = http.get(f"{path}/labels.pdf", headers=brand)
    assert (reply.content, reply.headers["content-type"]) == (b"x" * 700_000, "application/pdf")
    assert reply.headers["content-disposition"] == 'attachment; filename="labels.pdf"'
    assert reply.headers["etag"] == f'"{listed[0]["sha256"]}"'
    assert hashlib.sha256(reply.content).hexdigest() == listed[0]["sha256"]
    for name in ("none.pdf", "..%2Fx", "%00", "x" * 100):
        assert http.get(f"{path}/{name}", headers=brand).status_code == 404


def test_a_run_is_cancelled_over_http_and_its_files_stay(http, brand, runs):
    run = runs.place().run
    runs.start(run)
    runs.certify(run)
    runs.part(run, 0, 4, files=[runs.file("part-0001.pdf", 1, 4)])
    path = f"/v1/studio/runs/{run.id}"
    first = http.post(f"{path}/cancel", json={"reason": "印错了"}, headers=brand)
    again = http.post(f"{path}/cancel", json={}, headers=brand)
    assert (first.status_code, first.json()["state"]) == (200, "cancelled")
    assert again.json() == first.json()
    assert first.json()["cancel_reason"] == "印错了"
    assert http.get(f"{path}/files/part-0001.pdf", headers=brand).status_code == 200
    assert len(http.get(f"{path}/items", headers=brand).json()["items"]) == 4


def test_a_finished_run_is_not_cancelled(http, brand, printed):
    path = f"/v1/studio/runs/{printed.id}/cancel"
    assert http.post(path, json={}, headers=brand).status_code == 409


def test_a_code_tells_its_art_the_newest_run_first(http, brand, runs, printed, serials):
    typed = "-".join(serials[7][start : start + 5].lower() for start in range(0, 20, 5))
    art = http.get(f"/v1/studio/codes/{typed}", headers=brand).json()
    assert (art["serial"], art["label_number"], art["state"]) == (serials[7], 7, "ISSUED")
    assert (art["current"]["run_id"], art["current"]["passed"]) == (printed.id, False)
    assert art["certificate"]["run_id"] == printed.id
    assert art["earlier"] == []
    runs.record.clock.advance(timedelta(minutes=1))
    second = runs.place("R-2").run
    runs.start(second)
    runs.certify(second)
    runs.part(second, 0, 10)
    art = http.get(f"/v1/studio/codes/{serials[7]}", headers=brand).json()
    assert (art["current"]["run_number"], art["current"]["mask"]) == ("R-2", 7)
    assert [label["run_number"] for label in art["earlier"]] == ["R-1"]


def test_a_certificate_of_the_very_code_goes_before_that_of_its_run(
    http, brand, runs, printed, serials, make_certificate, subjects
):
    code_id = runs.items(printed, 0, 1)[0].code_id
    with runs.record.database.transaction() as session:
        own = keep_certificate(
            session, runs.record.clock, subjects[0], make_certificate(), code_id=code_id
        )
    art = http.get(f"/v1/studio/codes/{serials[1]}", headers=brand).json()
    assert (art["certificate"]["id"], art["certificate"]["code_id"]) == (own.id, code_id)


def test_a_code_that_was_never_designed_has_no_art(http, brand, order_codes, record):
    order = order_codes("PO-9", 1)
    with record.database.reading() as session:
        serial = session.scalar(select(Code.serial).where(Code.order_id == order.id))
    art = http.get(f"/v1/studio/codes/{serial}", headers=brand).json()
    assert (art["current"], art["earlier"], art["certificate"]) == (None, [], None)


# Every door of the room. {names} are ids of the first tenant's things.
DOORS = [
    ("GET", "/v1/studio/artworks", None),
    ("GET", "/v1/studio/artworks/{artwork}", None),
    ("GET", "/v1/studio/artworks/{artwork}/picture", None),
    ("POST", "/v1/studio/artworks/{artwork}/archive", None),
    ("POST", "/v1/studio/artworks/{artwork}/restore", None),
    ("GET", "/v1/studio/templates", None),
    ("GET", "/v1/studio/templates/{template}", None),
    ("GET", "/v1/studio/templates/{template}/thumbnail", None),
    ("PUT", "/v1/studio/templates/{template}", {"name": "x", "revision": 1}),
    ("POST", "/v1/studio/templates/{template}/archive", None),
    ("POST", "/v1/studio/templates/{template}/restore", None),
    ("GET", "/v1/studio/certificates/{certificate}", None),
    ("GET", "/v1/studio/runs", None),
    ("GET", "/v1/studio/runs/{run}", None),
    ("GET", "/v1/studio/runs/{run}/items", None),
    ("GET", "/v1/studio/runs/{run}/files", None),
    ("GET", "/v1/studio/runs/{run}/files/{file}", None),
    ("POST", "/v1/studio/runs/{run}/cancel", {"reason": "x"}),
    ("GET", "/v1/studio/codes/{serial}", None),
]


@pytest.fixture
def things(runs, printed, serials):
    """Names of the first tenant's things."""
    return {
        "artwork": runs.template.artwork_id,
        "template": runs.template.id,
        "certificate": _certificate_id(runs, printed),
        "run": printed.id,
        "file": "part-0001.pdf",
        "serial": serials[1],
    }


def _certificate_id(runs, run):
    with runs.record.database.reading() as session:
        return session.get_one(type(run), run.id).certificate_id


def test_the_doors_of_these_tests_are_all_doors_of_the_room():
    names = {
        "artwork_id": "artwork",
        "template_id": "template",
        "certificate_id": "certificate",
        "run_id": "run",
        "name": "file",
    }
    built = {
        (method, re.sub(r"{(\w+)}", lambda m: f"{{{names.get(m[1], m[1])}}}", route.path))
        for route in router.routes
        for method in route.methods
    }
    assert built == {(method, path) for method, path, _ in DOORS}


@pytest.mark.parametrize(("method", "path", "body"), DOORS)
def test_another_tenant_finds_nothing_behind_any_door(http, bearer, things, method, path, body):
    stranger = bearer(1, *ALL)
    reply = http.request(method, path.format(**things), json=body, headers=stranger)
    if "{" in path:
        assert reply.status_code == 404
        assert reply.json()["type"] == "/problems/not-found"
    else:
        assert reply.json() == {"items": [], "next_cursor": None}


@pytest.mark.parametrize("needed", ALL)
def test_every_door_needs_its_permission(http, bearer, things, needed):
    without, alone = bearer(0, *(set(ALL) - {needed})), bearer(0, needed)
    doors = [door for door in DOORS if _permission(*door[:2]) == needed]
    assert doors
    for method, path, body in doors:
        url = path.format(**things)
        refused = http.request(method, url, json=body, headers=without)
        assert (refused.status_code, needed in refused.json()["detail"]) == (403, True)
        assert http.request(method, url, json=body).status_code == 401
        allowed = http.request(method, url, json=body, headers=alone)
        # Only a finished run refuses to be cancelled.
        assert allowed.status_code == (409 if path.endswith("/cancel") else 200), path


def _permission(method, path):
    if method == "GET":
        return "studio.read"
    return "studio.order" if "/runs/" in path else "studio.write"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/studio/artworks/x", None),
        ("GET", "/v1/studio/artworks?limit=201", None),
        ("GET", "/v1/studio/artworks?limit=0", None),
        ("GET", "/v1/studio/artworks?archived=perhaps", None),
        ("GET", "/v1/studio/templates?q=%0A1%00", None),
        ("GET", "/v1/studio/templates?cursor=!", None),
        ("PUT", f"/v1/studio/templates/{NOBODY}", {"name": "", "revision": 1}),
        ("PUT", f"/v1/studio/templates/{NOBODY}", {"name": "x" * 101, "revision": 1}),
        ("PUT", f"/v1/studio/templates/{NOBODY}", {"name": "x\u202ey", "revision": 1}),
        ("PUT", f"/v1/studio/templates/{NOBODY}", {"name": "x", "revision": 2**31}),
        ("PUT", f"/v1/studio/templates/{NOBODY}", {"name": "x"}),
        ("PUT", f"/v1/studio/templates/{NOBODY}", {"name": "x", "revision": 1, "brief": {}}),
        ("POST", f"/v1/studio/runs/{NOBODY}/cancel", {"reason": "x" * 501}),
        ("GET", f"/v1/studio/runs/{NOBODY}/items?passed=perhaps", None),
        ("GET", "/v1/studio/codes/no-code", None),
    ],
)
def test_a_bad_request_is_a_problem_document(http, brand, method, path, body):
    reply = http.request(method, path, json=body, headers=brand)
    assert (reply.status_code, reply.headers["content-type"]) == (422, "application/problem+json")


def test_runs_are_listed_by_their_state_and_an_unknown_state_is_invalid(http, brand, runs, printed):
    waiting = runs.place(number="R-2").run

    def listed(state):
        page = http.get(f"/v1/studio/runs?state={state}", headers=brand).json()
        return [run["id"] for run in page["items"]]

    assert listed("queued") == [waiting.id]
    assert listed("running") == []
    states = {run["state"] for run in http.get("/v1/studio/runs", headers=brand).json()["items"]}
    assert all(listed(state) for state in states)
    assert sum(len(listed(state)) for state in states) == 2
    refused = http.get("/v1/studio/runs?state=asleep", headers=brand)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid")
