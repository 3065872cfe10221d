"""Layouts as one line of text: `a4`, `roll:label=50x30,across=2`, `diecut:label=40x40,…`."""

import math
from dataclasses import replace
from typing import TypeVar

from generative_codes.errors import SheetError
from generative_codes.imposition.layout import (
    A4_WH_MM,
    SRA3_WH_MM,
    Outline,
    PlaceOrder,
    SheetLayout,
)

_PAGES = {"a4": A4_WH_MM, "a3": (297.0, 420.0), "sra3": SRA3_WH_MM}
_SHEET_KEYS = frozenset({"label", "page", "gap", "margin", "gripper", "order", "marks"})
_KEYS = {
    "a4": _SHEET_KEYS - {"page", "gripper"},
    "roll": frozenset({"label", "across", "gap"}),
    "diecut": _SHEET_KEYS | {"outline", "radius", "bleed"},
}
_LONGEST = 400
_Choice = TypeVar("_Choice", Outline, PlaceOrder)
EXAMPLE = "diecut:label=40x40,outline=circle,bleed=2,gap=6x6,page=sra3,gripper=12"


def parse_layout(text: str, title: str = "") -> SheetLayout:
    """Read a layout.

    Kinds: `a4`, `roll`, `diecut`. Then, after a colon, `key=value` pairs with commas between:
    `label=WxH`, `page=WxH|a4|a3|sra3`, `gap=XxY`, `margin=XxY` (least), `gripper=N` (lower edge),
    `order=rows|columns|stacks`, `outline=rectangle|rounded|circle`, `radius=N`, `bleed=N`,
    `marks=yes|no`, `across=N`; mm throughout.

    Raises:
        SheetError: On an unknown kind, key or value, or an impossible grid.
    """
    if len(text) > _LONGEST:
        raise SheetError(f"A layout has at most {_LONGEST} characters, not {len(text)}.")
    kind, _, rest = text.partition(":")
    if kind not in _KEYS:
        raise SheetError(f"A layout is a4, roll or diecut, not {kind!r}; for example {EXAMPLE}.")
    values: dict[str, str] = {}
    for pair in filter(None, rest.split(",")):
        key, _, value = pair.partition("=")
        if key not in _KEYS[kind] or key in values:
            known = ", ".join(sorted(_KEYS[kind]))
            raise SheetError(f"A layout {kind} takes {known}, each once, not {key!r}.")
        values[key] = value
    if kind == "roll":
        across = _number(values.get("across", "1"), "across")
        if not 1 <= across <= 50 or across != int(across):
            raise SheetError(f"A roll has 1 to 50 labels across, not {across:g}.")
        gap = values.get("gap", "3").partition("x")[0]
        label = _pair(values.get("label", "50x30"), "label")
        roll = SheetLayout.roll(label, int(across), _number(gap, "gap"))
        return replace(roll, title=title)
    return _sheet(kind, values, title)


def _sheet(kind: str, values: dict[str, str], title: str) -> SheetLayout:
    is_die_cut = kind == "diecut"
    label = _pair(values.get("label", "40x40" if is_die_cut else "56x28"), "label")
    page = values.get("page", "sra3" if is_die_cut else "a4")
    bleed = _number(values.get("bleed", "2" if is_die_cut else "0"), "bleed")
    layout = SheetLayout.grid(
        _PAGES[page] if page in _PAGES else _pair(page, "page"),
        label,
        _pair(values.get("gap", "6x6" if is_die_cut else "4x3"), "gap"),
        _pair(values.get("margin", "12x14"), "margin"),
        _number(values.get("gripper", "0"), "gripper"),
        title,
    )
    outline = _choice(values.get("outline", "rectangle"), "outline", Outline)
    radius = _number(values.get("radius", "3"), "radius") if outline is Outline.ROUNDED else 0.0
    has_marks = values.get("marks", "yes")
    if has_marks not in {"yes", "no"}:
        raise SheetError(f"marks is yes or no, not {has_marks!r}.")
    return replace(
        layout,
        order=_choice(values.get("order", "rows"), "order", PlaceOrder),
        outline=outline,
        radius_mm=radius,
        bleed_mm=bleed,
        die_line=is_die_cut,
        # A die finds its place by registration marks; straight cuts by their own.
        cut_marks=has_marks == "yes" and not is_die_cut,
        registration_marks=has_marks == "yes" and is_die_cut,
    )


def _choice(text: str, key: str, kind: type[_Choice]) -> _Choice:
    if text not in list(kind):
        raise SheetError(f"{key} is {', '.join(kind)}, not {text!r}.")
    return kind(text)


def _pair(text: str, key: str) -> tuple[float, float]:
    first, cross, second = text.partition("x")
    if not cross:
        raise SheetError(f"{key} is written WIDTHxHEIGHT in mm, for example 40x25, not {text!r}.")
    return _number(first, key), _number(second, key)


def _number(text: str, key: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 10_000:
        raise SheetError(f"{key} is a number of mm from 0 to 10,000, not {text!r}.")
    return value
