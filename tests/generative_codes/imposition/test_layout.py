"""Layouts: what fits is laid out to the millimetre, what does not is refused with what would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generative_codes.errors import SheetError
from generative_codes.imposition import Outline, PlaceOrder, SheetLayout, parse_layout


@pytest.mark.parametrize(
    ("text", "page", "label", "grid"),
    [
        ("a4", (210.0, 297.0), (56.0, 28.0), (3, 8)),
        ("a4:label=30x30", (210.0, 297.0), (30.0, 30.0), (5, 8)),
        ("roll", (50.0, 30.0), (50.0, 30.0), (1, 1)),
        ("roll:label=40x20,across=3,gap=2", (124.0, 20.0), (40.0, 20.0), (3, 1)),
        ("diecut:label=40x40,outline=circle", (320.0, 450.0), (40.0, 40.0), (6, 9)),
        ("diecut:page=100x80,label=30x20,gap=4x4,margin=5x5", (100.0, 80.0), (30.0, 20.0), (2, 3)),
    ],
)
def test_a_line_of_text_becomes_a_grid(text, page, label, grid) -> None:
    layout = parse_layout(text, "T")
    assert (layout.page_wh_mm, layout.label_wh_mm) == (page, label)
    assert (layout.columns, layout.rows) == grid
    assert layout.title == "T"


def test_the_gripper_keeps_the_lower_edge_free() -> None:
    layout = parse_layout("diecut:page=100x100,label=20x20,gap=0x0,margin=0x0,bleed=0,gripper=15")
    assert layout.rows == 4
    assert layout.lower_margin_mm == pytest.approx(15 + 2.5)


@given(
    columns=st.integers(1, 7),
    rows=st.integers(1, 7),
    labels=st.integers(1, 200),
    order=st.sampled_from(PlaceOrder),
)
def test_every_label_has_one_place_whatever_the_order(columns, rows, labels, order) -> None:
    layout = SheetLayout(
        (columns * 10.0, rows * 10.0), (10.0, 10.0), columns, rows, (0.0, 0.0), order=order
    )
    pages = layout.pages_of(labels)
    seen = [index for page in range(pages) for _, index in layout.labels_of_page(page, labels)]
    assert sorted(seen) == list(range(labels))
    for page in range(pages):
        places = [place for place, _ in layout.labels_of_page(page, labels)]
        assert len(set(places)) == len(places)
        assert all(0 <= place < columns * rows for place in places)
    if order is PlaceOrder.STACKS:
        first = [dict(layout.labels_of_page(page, labels)).get(0) for page in range(pages)]
        assert first == list(range(pages))


def test_text_keeps_inside_a_round_outline() -> None:
    circle = parse_layout("diecut:label=40x40,outline=circle")
    assert circle.safe_wh_mm == pytest.approx((28.284, 28.284), abs=1e-3)
    rounded = parse_layout("diecut:label=40x60,outline=rounded,radius=10")
    # The corner's arc crosses the diagonal 10 (1 - 1/sqrt 2) = 2.929 mm inside.
    assert rounded.safe_wh_mm == pytest.approx((40 - 5.858, 60 - 5.858), abs=1e-3)
    assert parse_layout("a4").safe_wh_mm == (56.0, 28.0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a4, roll or diecut"),
        ("a5", "a4, roll or diecut"),
        ("a4:label=0x0", "at least 5 x 5 mm"),
        ("a4:label=-5x5", "from 0 to 10,000"),
        ("a4:label=300x30", "186 x 269 mm are free"),
        ("a4:label=30", "written WIDTHxHEIGHT"),
        ("a4:label=nanx5", "from 0 to 10,000"),
        ("a4:label=56x28,label=5x5", "each once"),
        ("a4:outline=circle", "takes gap, label"),
        ("roll:across=0", "1 to 50"),
        ("roll:across=2.5", "1 to 50"),
        ("roll:label=0x30", "smaller label or a larger page"),
        ("diecut:label=40x30,outline=circle", "30 x 30 mm fits"),
        ("diecut:label=40x30,outline=rounded,radius=16", "up to 15 mm"),
        ("diecut:label=40x30,outline=star", "rectangle, rounded, circle"),
        ("diecut:bleed=5,gap=4x4", "2 mm are possible"),
        ("diecut:order=spiral", "rows, columns, stacks"),
        ("diecut:marks=maybe", "yes or no"),
        ("diecut:label=5x5,gap=0x0,bleed=0", "more than 2000"),
        ("diecut:page=6000x100", "at most 5000 mm"),
        ("a4:" + "x" * 400, "at most 400 characters"),
    ],
)
def test_an_impossible_layout_is_refused_with_the_nearest_that_works(text, words) -> None:
    with pytest.raises(SheetError, match=words):
        parse_layout(text)


def test_a_grid_that_is_too_large_names_the_one_that_fits() -> None:
    with pytest.raises(SheetError, match="3 x 1 labels fit"):
        SheetLayout((100.0, 40.0), (30.0, 30.0), 3, 2, (10.0, 5.0))
    with pytest.raises(SheetError, match="No label of this size fits"):
        SheetLayout((20.0, 20.0), (30.0, 30.0), 1, 1, (0.0, 0.0))
    with pytest.raises(SheetError, match="zero or more"):
        SheetLayout((20.0, 20.0), (10.0, 10.0), 1, 1, (-1.0, 0.0))


def test_outlines_have_names_that_the_text_takes() -> None:
    assert {outline.value for outline in Outline} == {"rectangle", "rounded", "circle"}
