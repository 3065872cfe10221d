"""The PDF writer: streamed, resumable, read by other programs."""

import datetime as dt
import io
import subprocess
import tracemalloc

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generative_codes.errors import SheetError
from generative_codes.pdf_file import MOST_KIDS, OutputCondition, PdfFile, PdfState

MM_PER_PT = 25.4 / 72


def write(pages: int, condition=OutputCondition.NONE, stream=None) -> bytes:
    stream = stream or io.BytesIO()
    pdf = PdfFile(stream, "标签 (1)", condition)
    for index in range(pages):
        pdf.add_page(20, 10, f"0 0 0 1 k {index % 20} 0 5 5 re f\n")
    pdf.close()
    return stream.getvalue()


def test_file_without_pages_is_a_document() -> None:
    assert len(pypdf.PdfReader(io.BytesIO(write(0)), strict=True).pages) == 0


@pytest.mark.parametrize("pages", [1, MOST_KIDS, MOST_KIDS + 1, MOST_KIDS**2 + 1])
def test_page_tree_is_balanced_and_no_node_has_more_than_64_kids(pages) -> None:
    reader = pypdf.PdfReader(io.BytesIO(write(pages)), strict=True)
    depths = []

    def walk(reference, parent, depth) -> int:
        node = reference.get_object()
        assert node.raw_get("/Parent") == parent if parent else "/Parent" not in node
        if node["/Type"] == "/Page":
            depths.append(depth)
            return 1
        kids = node["/Kids"]
        assert 1 <= len(kids) <= MOST_KIDS
        count = sum(walk(kid, reference, depth + 1) for kid in kids)
        assert node["/Count"] == count
        return count

    assert walk(reader.trailer["/Root"].raw_get("/Pages"), None, 0) == pages
    assert len(set(depths)) == 1
    first, last = reader.pages[0], reader.pages[pages - 1]
    assert b" 0 0 5 5 re" in b" " + first.get_contents().get_data().replace(b"0 0 0 1 k", b"")
    assert f"{(pages - 1) % 20} 0 5 5 re".encode() in last.get_contents().get_data()


def test_poppler_counts_the_pages_and_the_size_is_right(needs_program, tmp_path) -> None:
    needs_program("pdfinfo", "poppler-utils")
    path = tmp_path / "many.pdf"
    path.write_bytes(write(200))
    done = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True, timeout=60)
    report = dict(line.split(":", 1) for line in done.stdout.splitlines() if ":" in line)
    assert report["Pages"].strip() == "200"
    assert report["PDF version"].strip() == "1.4"
    assert report["Title"].strip() == "标签 (1)"
    wide, _, high = report["Page size"].split()[:3]
    assert float(wide) * MM_PER_PT == pytest.approx(20, abs=0.01)
    assert float(high) * MM_PER_PT == pytest.approx(10, abs=0.01)
    assert done.stderr == ""


def test_boxes_lie_in_each_other_and_measure_in_mm() -> None:
    stream = io.BytesIO()
    pdf = PdfFile(stream, "box")
    pdf.add_page(50, 30, "", bleed_mm=2, margin_mm=7)
    pdf.close()
    page = pypdf.PdfReader(stream, strict=True).pages[0]

    def mm(box):
        return [round(float(value) * MM_PER_PT, 3) for value in box]

    assert mm(page["/MediaBox"]) == [0, 0, 64, 44]
    assert mm(page["/BleedBox"]) == [5, 5, 59, 39]
    assert mm(page["/TrimBox"]) == [7, 7, 57, 37]


@pytest.mark.parametrize("size", [(0, 10, 0, 0), (10, -1, 0, 0), (10, 10, 3, 2), (10, 10, -1, 0)])
def test_page_without_size_or_paper_for_its_bleed_is_refused(size) -> None:
    width, height, bleed, margin = size
    with pytest.raises(SheetError, match="needs paper"):
        PdfFile(io.BytesIO(), "x").add_page(width, height, "", bleed, margin)


@pytest.mark.parametrize("condition", [c for c in OutputCondition if c != OutputCondition.NONE])
def test_output_condition_declares_what_pdf_x_asks_for(condition) -> None:
    made_at = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    stream = io.BytesIO()
    pdf = PdfFile(stream, "x", condition, made_at)
    pdf.add_page(10, 10, "")
    pdf.close()
    data = stream.getvalue()
    assert data.startswith(b"%PDF-1.4\n")
    reader = pypdf.PdfReader(stream, strict=True)
    (intent,) = reader.trailer["/Root"]["/OutputIntents"]
    intent = intent.get_object()
    assert intent["/S"] == "/GTS_PDFX"
    assert intent["/OutputConditionIdentifier"] == condition.value
    assert intent["/RegistryName"] == "http://www.color.org"
    assert intent["/Info"] == condition.meaning
    information = reader.trailer["/Info"]
    assert information["/GTS_PDFXVersion"] == "PDF/X-1a:2003"
    assert information["/Trapped"] == "/False"
    assert information["/CreationDate"] == information["/ModDate"] == "D:20261122000000Z"
    assert information["/Title"] == "x"
    assert "/TrimBox" in reader.pages[0]
    assert "/Encrypt" not in reader.trailer
    assert len(reader.trailer["/ID"]) == 2


def test_without_a_condition_nothing_is_claimed() -> None:
    reader = pypdf.PdfReader(io.BytesIO(write(1)), strict=True)
    assert "/OutputIntents" not in reader.trailer["/Root"]
    assert "/GTS_PDFXVersion" not in reader.trailer["/Info"]


def test_equal_input_gives_equal_bytes_and_other_content_another_identifier() -> None:
    assert write(3, OutputCondition.FOGRA39) == write(3, OutputCondition.FOGRA39)

    def identifier(content: str) -> bytes:
        stream = io.BytesIO()
        pdf = PdfFile(stream, "x")
        pdf.add_page(10, 10, content)
        pdf.close()
        return pypdf.PdfReader(stream).trailer["/ID"][0]

    assert identifier("1 0 0 rg") != identifier("0 1 0 rg")


@settings(max_examples=40, deadline=None)
@given(
    pages=st.integers(0, 3 * MOST_KIDS),
    share=st.floats(0, 1),
    lost=st.integers(0, 3000),
    condition=st.sampled_from(OutputCondition),
)
def test_a_file_killed_anywhere_and_resumed_is_byte_identical(
    pages, share, lost, condition
) -> None:
    whole = write(pages, condition)
    stream = io.BytesIO()
    pdf = PdfFile(stream, "标签 (1)", condition)
    font = pdf.reserve()  # filled after the resumption
    # The yardstick reserves the same, so it is written here and not by `write`.
    yardstick = io.BytesIO()
    other = PdfFile(yardstick, "标签 (1)", condition)
    assert other.reserve() == font
    kept = round(share * pages)
    saved = ""
    for index in range(pages + 1):
        if index == kept:
            saved = pdf.state().to_json()
        if index < pages:
            for file in (pdf, other):
                file.add_page(20, 10, f"0 0 0 1 k {index} 0 5 5 re f\n")
    other.write_object(font, "<</A(endobj)>>")
    other.close()

    cut = stream.getvalue()[: max(PdfState.from_json(saved).position, stream.tell() - lost)]
    stream = io.BytesIO(cut + b"half an obj"[: lost % 12])
    pdf = PdfFile.resume(stream, PdfState.from_json(saved))
    assert pdf.pages == kept
    for index in range(kept, pages):
        pdf.add_page(20, 10, f"0 0 0 1 k {index} 0 5 5 re f\n")
    pdf.write_object(font, "<</A(endobj)>>")
    pdf.close()
    assert stream.getvalue() == yardstick.getvalue()
    assert whole[:9] == b"%PDF-1.4\n"


def test_a_file_on_disk_goes_on_after_a_kill(tmp_path) -> None:
    path = tmp_path / "job.pdf"
    with path.open("wb") as stream:
        pdf = PdfFile(stream, "标签 (1)")
        for index in range(70):
            pdf.add_page(20, 10, f"0 0 0 1 k {index % 20} 0 5 5 re f\n")
        state = pdf.state()
        pdf.add_page(20, 10, "lost")
    with path.open("r+b") as stream:
        pdf = PdfFile.resume(stream, state)
        for index in range(70, 100):
            pdf.add_page(20, 10, f"0 0 0 1 k {index % 20} 0 5 5 re f\n")
        pdf.close()
    assert path.read_bytes() == write(100)


def test_a_state_of_another_file_is_refused_and_the_file_kept() -> None:
    pdf = PdfFile(io.BytesIO(), "x")
    for _ in range(3):
        pdf.add_page(10, 10, "0 0 5 5 re f")
    state = pdf.state()
    for foreign in (b"", b"%PDF-1.7\n" + bytes(5000), write(1), write(200), bytes(5000)):
        stream = io.BytesIO(foreign)
        with pytest.raises(SheetError, match="begin"):
            PdfFile.resume(stream, state)
        assert stream.getvalue() == foreign


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"branches": [1]}', '{"branches": []}', "null"])
def test_text_that_is_no_state_is_refused(text) -> None:
    with pytest.raises(SheetError, match="no state"):
        PdfState.from_json(text)


def test_an_object_reserved_and_forgotten_is_refused() -> None:
    pdf = PdfFile(io.BytesIO(), "x")
    forgotten = pdf.reserve()
    with pytest.raises(SheetError, match=f"Object {forgotten} "):
        pdf.close()


class _Sink(io.RawIOBase):
    """Takes bytes and keeps none."""

    def write(self, data) -> int:
        return len(data)


@pytest.mark.slow
def test_memory_stays_flat_over_200_000_pages() -> None:
    pdf = PdfFile(_Sink(), "x")
    tracemalloc.start()
    for _ in range(200_000):
        pdf.add_page(10, 10, "0 0 5 5 re f")
    state = pdf.state().to_json()
    pdf.close()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Eight bytes per object (two per page), twice while the table of offsets grows.
    assert peak < 12_000_000
    assert len(state) < 4_000
