"""Runs in a folder: whole files, resumed runs, other orders refused, nothing missing or doubled."""

import csv
import json

import cv2
import numpy as np
import pypdf
import pytest

from generative_codes.brief import ArtBrief, ArtStyle
from generative_codes.bulk import (
    BulkError,
    BulkFormat,
    BulkOrder,
    FolderRun,
    durable,
    for_trial,
    run_in_folder,
)
from generative_codes.bulk.manifest import Manifest, PartRecord
from generative_codes.drawing import Design
from generative_codes.drawing.design import CornerShape, Finder, Finders, Modules, ModuleShape
from generative_codes.errors import ArtworkError
from generative_codes.halftone import BaseStyle
from generative_codes.imposition import parse_layout

PREFIX = "HTTPS://DJ.EXAMPLE/01/06951234567892/21/"
RECORD = PartRecord(0, "labels-0001.pdf", 9, "0" * 64, 2, 2, 0, (), (2, 0), 1.0, 1.0, "A", "B", 0.1)


@pytest.fixture(scope="module")
def artwork() -> bytes:
    canvas = np.full((300, 300), 255, np.uint8)
    cv2.circle(canvas, (150, 150), 120, 0, 52)
    return cv2.imencode(".png", canvas)[1].tobytes()


@pytest.fixture
def order_of():
    def make(count, brief=None, **fields):
        serials = for_trial(PREFIX, count, 1)
        brief = brief or ArtBrief()
        fields.setdefault("part_labels", 24)
        return BulkOrder(brief, serials.template, parse_layout("a4"), count, **fields), serials

    return make


def table_of(path):
    with (path / "labels-table.csv").open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.slow
def test_a_run_that_breaks_off_goes_on_behind_the_last_whole_part(
    tmp_path, artwork, order_of
) -> None:
    order, serials = order_of(100)
    whole = tmp_path / "whole"
    run_in_folder(order, artwork, serials, FolderRun(whole, sample=2))

    class PowerCutError(Exception):
        pass

    def cut(done, total):
        if done > 60:
            raise PowerCutError

    broken = tmp_path / "broken"
    with pytest.raises(PowerCutError):
        run_in_folder(order, artwork, serials, FolderRun(broken, sample=2, progress=cut))
    assert sorted(path.name for path in broken.glob("labels-*.pdf")) == [
        "labels-0001.pdf",
        "labels-0002.pdf",
    ]
    with (broken / "progress.jsonl").open("ab") as stream:
        stream.write(b'{"part": {"index": 2, "fi')  # what a power cut leaves
    result = run_in_folder(order, artwork, serials, FolderRun(broken, sample=2))
    assert result.resumed_parts == 2
    for path in whole.glob("labels*"):
        assert (broken / path.name).read_bytes() == path.read_bytes()
    rows = table_of(broken)
    assert [row["serial"] for row in rows] == [i.serial for i in serials.items(range(100))]
    assert {row["page"] for row in rows} == {"1", "2", "3", "4", "5"}
    assert not list(broken.rglob(".*.part"))


@pytest.mark.slow
def test_one_file_over_all_parts_goes_on_too_and_is_the_same_file(
    tmp_path, artwork, order_of
) -> None:
    order, serials = order_of(80)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    run_in_folder(order, artwork, serials, FolderRun(whole, is_single=True, sample=2))

    def cut(done, total):
        if done > 60:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_in_folder(
            order, artwork, serials, FolderRun(broken, is_single=True, sample=2, progress=cut)
        )
    assert not (broken / "labels.pdf").exists()
    with (broken / ".labels.pdf.part").open("ab") as stream:
        stream.write(b"half a page")
    run_in_folder(order, artwork, serials, FolderRun(broken, is_single=True, sample=2))
    assert (broken / "labels.pdf").read_bytes() == (whole / "labels.pdf").read_bytes()
    assert len(pypdf.PdfReader(broken / "labels.pdf", strict=True).pages) == 4
    again = run_in_folder(order, artwork, serials, FolderRun(broken, is_single=True, sample=2))
    assert again.resumed_parts == 4


@pytest.mark.slow
def test_a_damaged_part_is_made_anew_and_another_order_is_refused(
    tmp_path, artwork, order_of
) -> None:
    order, serials = order_of(50, format=BulkFormat.ZIP)
    run_in_folder(order, artwork, serials, FolderRun(tmp_path / "run", sample=2))
    part = tmp_path / "run" / "labels-0002.zip"
    good = part.read_bytes()
    part.write_bytes(good[:-1] + b"?")
    result = run_in_folder(order, artwork, serials, FolderRun(tmp_path / "run", sample=2))
    assert result.resumed_parts == 1
    assert part.read_bytes() == good

    other, others = order_of(51, format=BulkFormat.ZIP)
    with pytest.raises(BulkError, match="holds another order"):
        run_in_folder(other, artwork, others, FolderRun(tmp_path / "run"))
    with pytest.raises(BulkError, match="is not empty"):
        run_in_folder(order, artwork, serials, FolderRun(tmp_path / "run", may_resume=False))
    single = FolderRun(tmp_path / "one", is_single=True, sample=2)
    files = run_in_folder(order, artwork, serials, single).files
    assert files[0] == "labels.zip"
    summary = json.loads((tmp_path / "one" / "manifest.json").read_text())
    assert (summary["quantity"], summary["decoded"], summary["failed"]) == (50, 50, 0)
    report = (tmp_path / "one" / "report.html").read_text()
    assert "每" in report or "全部通过" in report
    assert "<script" not in report
    assert "http:" not in report.replace("http://www.w3.org", "")


@pytest.mark.slow
def test_a_design_that_fails_its_certificate_prints_nothing(tmp_path, artwork, order_of) -> None:
    round_corners = Finders.all(Finder(CornerShape.CIRCLE, CornerShape.CIRCLE))
    design = Design(modules=Modules(ModuleShape.DOT, 0.9), finders=round_corners)
    order, serials = order_of(30, ArtBrief(design=design))
    folder = tmp_path / "run"
    with pytest.raises(BulkError, match="fails its scan certificate"):
        run_in_folder(order, artwork, serials, FolderRun(folder))
    assert not list(folder.glob("labels*"))
    # What has to change stands beside it, and the changed order goes into the same folder.
    assert json.loads((folder / "certificate.json").read_text())["verdict"] == "fail"
    better, serials = order_of(30)
    run_in_folder(better, artwork, serials, FolderRun(folder, sample=2))
    assert json.loads((folder / "certificate.json").read_text())["verdict"] == "pass"
    assert len(table_of(folder)) == 30


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_weak_picture_is_strengthened_in_all_parts_and_stays_so_when_a_run_goes_on(
    tmp_path, order_of
) -> None:
    across, down = np.meshgrid(np.arange(240), np.arange(240))
    sky = np.dstack([200 - down * 0.4, 60 + down * 0.5, 40 + down * 0.8 + across * 0.05])
    picture = cv2.imencode(".png", sky.clip(0, 255).astype(np.uint8))[1].tobytes()
    weak = BaseStyle(margin=0.0, max_radius_modules=0.34)
    order, serials = order_of(48, ArtBrief(style=ArtStyle.BASE, base=weak))
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    result = run_in_folder(order, picture, serials, FolderRun(whole, sample=2))
    assert result.raised_modules > 50
    assert result.decoded == 48
    assert json.loads((whole / "manifest.json").read_text())["raised_modules"] > 50

    def cut(done, total):
        if done > 24:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_in_folder(order, picture, serials, FolderRun(broken, sample=2, progress=cut))
    again = run_in_folder(order, picture, serials, FolderRun(broken, sample=2))
    assert (again.resumed_parts, again.raised_modules) == (1, result.raised_modules)
    for path in whole.glob("labels*"):
        assert (broken / path.name).read_bytes() == path.read_bytes()


@pytest.mark.slow
def test_painted_maps_are_part_of_the_order(tmp_path, artwork, order_of) -> None:
    order, serials = order_of(3)
    left = np.zeros((300, 300), np.uint8)
    left[:, :150] = 255
    left, right, black = (
        cv2.imencode(".png", one)[1].tobytes() for one in (left, left[:, ::-1], 0 * left)
    )

    def stop(done, total):
        raise KeyboardInterrupt

    plain = FolderRun(tmp_path / "plain", progress=stop)
    mapped = FolderRun(tmp_path / "mapped", progress=stop)
    with pytest.raises(KeyboardInterrupt):
        run_in_folder(order, artwork, serials, plain)
    with pytest.raises(KeyboardInterrupt):
        run_in_folder(order, artwork, serials, mapped, painted=left)
    for run, maps in (
        (plain, {"painted": left}),
        (plain, {"protected": left}),
        (mapped, {}),
        (mapped, {"painted": right}),
        (mapped, {"protected": left}),
        (mapped, {"painted": left, "protected": left}),
    ):
        with pytest.raises(BulkError, match="another order"):
            run_in_folder(order, artwork, serials, run, **maps)
    with pytest.raises(ArtworkError, match="painted map"):
        run_in_folder(order, artwork, serials, plain, protected=black)


def test_two_runs_in_one_folder_are_kept_apart(tmp_path) -> None:
    with (
        durable.alone(tmp_path),
        pytest.raises(BulkError, match="Another run is at work"),
        durable.alone(tmp_path),
    ):
        pytest.fail("the second run must not begin")


def test_a_manifest_forgets_half_lines_and_keeps_whole_ones(tmp_path) -> None:
    manifest = Manifest(tmp_path, "abc")
    manifest.add_part(RECORD)
    manifest.add_note("certificate", "pass")
    path = tmp_path / "progress.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"part": {"ind')
    again = Manifest(tmp_path, "abc")
    assert again.parts == [RECORD]
    assert again.notes == {"certificate": "pass"}
    assert path.read_bytes() == whole
    again.drop_from(0)
    third = Manifest(tmp_path, "abc")
    assert third.parts == []
    assert third.notes == {"certificate": "pass"}
    with pytest.raises(BulkError, match="holds another order"):
        Manifest(tmp_path, "abd")


def test_a_folder_in_which_nothing_was_finished_takes_another_order(tmp_path) -> None:
    Manifest(tmp_path, "abc")
    Manifest(tmp_path, "abd").add_note("certificate", "pass")
    with pytest.raises(BulkError, match="holds another order"):
        Manifest(tmp_path, "abc")
    assert Manifest(tmp_path, "abd").notes == {"certificate": "pass"}


def test_an_empty_manifest_is_a_fresh_one(tmp_path) -> None:
    (tmp_path / "progress.jsonl").write_bytes(b'{"order": "ab')
    assert Manifest(tmp_path, "abc").parts == []
    assert json.loads((tmp_path / "progress.jsonl").read_text())["order"] == "abc"


def test_one_zip_of_too_many_files_is_refused(tmp_path, artwork) -> None:
    serials = for_trial(PREFIX, 100_001, 1)
    order = BulkOrder(
        ArtBrief(), serials.template, parse_layout("a4"), 100_001, format=BulkFormat.ZIP
    )
    with pytest.raises(BulkError, match="at most 100,000 files"):
        run_in_folder(order, artwork, serials, FolderRun(tmp_path / "run", is_single=True))
    assert not (tmp_path / "run").exists()
