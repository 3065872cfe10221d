"""Variable data CSV: machine-readable, and harmless when somebody opens it in a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generative_codes.errors import SheetError
from generative_codes.vdp import VdpCodeRow, VdpRow, write_vdp_csv

ROW = VdpRow("7K3M9QXP2HTC5W8DNA4F", "https://dj.example/01/06951234567892/21/7K3M9Q", "000001")


def test_rows_come_back_from_a_csv_reader() -> None:
    stream = io.StringIO(newline="")
    assert write_vdp_csv([ROW, ROW], stream) == 2
    rows = list(csv.reader(io.StringIO(stream.getvalue(), newline="")))
    assert rows[0] == ["serial", "payload", "label_number"]
    assert rows[1:] == [[ROW.serial, ROW.payload, ROW.label_number]] * 2
    assert stream.getvalue().count("\r\n") == 3


def test_no_rows_give_a_header_alone() -> None:
    stream = io.StringIO(newline="")
    assert write_vdp_csv([], stream) == 0
    assert stream.getvalue() == '"serial","payload","label_number"\r\n'


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "a\nb", "a\r", "\x00", "|calc", "%0"],
)
def test_cell_that_could_run_as_a_formula_is_refused(cell) -> None:
    for arguments in ((cell, "p", "1"), ("s", cell, "1"), ("s", "p", cell)):
        with pytest.raises(SheetError, match=r"formula|control character"):
            VdpRow(*arguments)


@given(st.text(max_size=30))
def test_whatever_is_accepted_comes_back_unchanged_and_is_no_formula(cell) -> None:
    try:
        row = VdpRow("s", cell, "1")
    except SheetError:
        return
    stream = io.StringIO(newline="")
    write_vdp_csv([row], stream)
    written = list(csv.reader(io.StringIO(stream.getvalue(), newline="")))[1][1]
    assert written == cell
    assert not written.lstrip().startswith(("=", "+", "-", "@"))


def test_made_codes_say_where_they_are_and_go_on_without_a_second_header() -> None:
    row = VdpCodeRow("S1", "p", "1", "5", "3", "labels-0001.zip/code-00000001.svg", "1", "24")
    stream = io.StringIO(newline="")
    write_vdp_csv([row], stream, VdpCodeRow)
    write_vdp_csv([row], stream, VdpCodeRow, has_header=False)
    header, *rows = csv.reader(io.StringIO(stream.getvalue(), newline=""))
    assert header[3:] == ["version", "mask", "file", "page", "place"]
    assert rows == [["S1", "p", "1", "5", "3", row.file, "1", "24"]] * 2
    with pytest.raises(SheetError, match="formula"):
        VdpCodeRow("S1", "p", "1", file="=cmd()")
