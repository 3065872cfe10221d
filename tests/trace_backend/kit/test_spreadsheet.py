"""CSV for spreadsheets: opens in Chinese, runs nothing."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace_backend.kit.spreadsheet import csv_document

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def _read(pieces):
    text = b"".join(pieces).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_an_empty_table_is_its_header():
    assert (
        b"".join(csv_document(("码号", "n"), []))
        == b'\xef\xbb\xbf"\xe7\xa0\x81\xe5\x8f\xb7","n"\r\n'
    )


@pytest.mark.parametrize(
    "cell",
    [
        "=cmd|' /C calc'!A0",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\u3000=1",
        "＝1+1",
    ],
)
def test_a_formula_becomes_text(cell):
    assert _read(csv_document(("a",), [(cell,)]))[1] == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["", "有机韭菜", "a=b", 'say "x", y', "1\r\n2", "和谐街"])
def test_other_text_is_left_as_it_is(cell):
    assert _read(csv_document(("a", "b"), [(cell, 7)]))[1] == [cell, "7"]


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.integers())))
def test_every_cell_comes_back_and_none_begins_like_a_formula(rows):
    read = _read(csv_document(("a", "b"), rows))[1:]
    assert [(row[0].removeprefix("'"), int(row[1])) for row in read] == [
        (text.removeprefix("'"), number) for text, number in rows
    ]
    assert not any(row[0].lstrip(" ").startswith(FORMULA_STARTS) for row in read)


def test_a_long_table_comes_in_pieces():
    pieces = list(csv_document(("a",), [("x" * 1000,)] * 200))
    assert len(pieces) > 2
    assert max(map(len, pieces)) < 70_000
