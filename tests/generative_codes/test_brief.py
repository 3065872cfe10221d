"""Briefs: JSON both ways, unknown keys, limits, schema; and what a made code can be written as."""

import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from generative_codes.artwork import Artwork, Fit, Placement
from generative_codes.brief import ArtBrief, ArtStyle, brief_schema, make_art
from generative_codes.drawing import Design, DesignError, PrintSpec, presets
from generative_codes.fields import MAX_JSON_BYTES
from generative_codes.halftone import BaseStyle, DotShape, Timing, base_presets
from generative_codes.symbol import ErrorLevel

PAYLOAD = "https://dj.example/c/7K3M9QXP2HTC"

placements = st.builds(
    Placement,
    fit=st.sampled_from(Fit),
    scale=st.floats(0.1, 1),
    rotation_deg=st.floats(-180, 180),
    right_modules=st.floats(-5, 5),
)
base_styles = st.builds(
    BaseStyle,
    dot_shape=st.sampled_from(DotShape),
    radius_modules=st.floats(0.25, 0.5),
    margin=st.floats(0, 0.3),
    dark_max=st.floats(0, 0.35),
    spread=st.floats(0, 1),
    timing=st.sampled_from(Timing),
    placement=placements,
)
briefs = st.builds(
    ArtBrief,
    style=st.sampled_from(ArtStyle),
    version=st.none() | st.integers(1, 40),
    level=st.none() | st.sampled_from(ErrorLevel),
    placement=st.none() | placements,
    fidelity=st.floats(0.5, 1),
    budget=st.integers(0, 13),
    design=st.sampled_from([Design(), *(preset.design for preset in presets())]),
    base=base_styles | st.sampled_from([preset.style for preset in base_presets()]),
)


@settings(max_examples=100, deadline=None)
@given(briefs)
def test_json_reads_back_into_an_equal_brief(brief) -> None:
    text = brief.to_json()
    assert ArtBrief.from_json(text) == brief
    assert ArtBrief.from_json(text.encode()) == brief
    assert "NaN" not in text


def test_an_empty_object_is_the_default_brief() -> None:
    assert ArtBrief.from_json("{}") == ArtBrief()
    assert json.loads(ArtBrief().to_json()) == {}


@pytest.mark.parametrize(
    ("text", "path", "message"),
    [
        ("", "", "not JSON"),
        ("[]", "", "object"),
        ('{"styel": "base"}', "", "did you mean 'style'"),
        ('{"style": "photo"}', "style", "dots, base"),
        ('{"version": 41}', "version", "nearest: 40"),
        ('{"version": 0}', "version", "nearest: 1"),
        ('{"version": 2.5}', "version", "whole number"),
        ('{"level": "X"}', "level", "one of"),
        ('{"fidelity": 1.5}', "fidelity", "nearest: 1"),
        ('{"fidelity": NaN}', "", "not a number of JSON"),
        ('{"budget": 14}', "budget", "nearest: 13"),
        ('{"base": {"margin": 1}}', "base.margin", r"nearest: 0\.3"),
        ('{"base": {"dark_max": 0.6, "light_min": 0.7}}', "base.dark_max", "nearest that works"),
        ('{"base": {"ink": "#000000"}}', "base", "Unknown key 'ink'"),
        ('{"base": {"paper": "#ffffff"}}', "base", "Unknown key 'paper'"),
        ('{"base": {"quiet_zone_modules": 4}}', "base", "Unknown key"),
        ('{"design": {"quiet_zone_modules": 3}}', "design.quiet_zone_modules", "nearest: 4"),
        ('{"design": {"dark": "#eeeeee"}}', "design.dark", "nearest that works"),
        ("[" * 100_000, "", "bytes"),
        ('{"design": ' * 5000 + "1" + "}" * 5000, "", "not JSON|object|key"),
    ],
)
def test_a_brief_that_cannot_be_used_is_refused_in_both_languages(text, path, message) -> None:
    with pytest.raises(DesignError, match=message) as refusal:
        ArtBrief.from_json(text)
    assert refusal.value.path == path
    chinese = refusal.value.text_zh
    assert any("一" <= character <= "鿿" for character in chinese)
    assert path in chinese


def test_a_brief_over_the_cap_is_refused_before_it_is_parsed() -> None:
    text = '{"design": {"name": "' + "x" * MAX_JSON_BYTES + '"}}'
    with pytest.raises(DesignError, match=str(MAX_JSON_BYTES)):
        ArtBrief.from_json(text)


def validate(value, schema, root) -> bool:
    """True if a JSON value fits; as much of draft 2020-12 as the schema uses."""
    if "$ref" in schema:
        return validate(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root)
    if "anyOf" in schema:
        return any(validate(value, option, root) for option in schema["anyOf"])
    if "enum" in schema:
        return value in schema["enum"]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match schema.get("type"):
        case "object":
            return (
                isinstance(value, dict)
                and set(value) <= set(schema["properties"])
                and set(schema.get("required", [])) <= set(value)
                and all(validate(v, schema["properties"][k], root) for k, v in value.items())
            )
        case "array":
            return (
                isinstance(value, list)
                and len(value) <= schema["maxItems"]
                and all(validate(item, schema["items"], root) for item in value)
            )
        case "null":
            return value is None
        case "string":
            return isinstance(value, str) and len(value) <= schema.get("maxLength", 10**9)
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "number" as kind:
            fits = number and (kind == "number" or isinstance(value, int))
            low, high = schema.get("minimum", -1e99), schema.get("maximum", 1e99)
            return fits and low <= value <= high
    raise AssertionError(f"the schema uses {schema}")


@settings(max_examples=50, deadline=None)
@given(briefs)
def test_every_brief_fits_the_published_schema(brief) -> None:
    schema = brief_schema()
    plain = json.loads(brief.to_json())
    assert validate(plain, schema, schema)
    assert not validate({**plain, "colour": 1}, schema, schema)
    assert not validate({**plain, "fidelity": 2}, schema, schema)
    assert not validate({**plain, "style": "photo"}, schema, schema)


def ring() -> Artwork:
    rows, columns = np.mgrid[:240, :240] - 119.5
    reach = np.hypot(rows, columns)
    picture = np.full((240, 240, 3), 250, np.uint8)
    picture[(reach > 50) & (reach < 105)] = (40, 60, 160)
    return Artwork(picture, np.full((240, 240), 255, np.uint8))


@pytest.mark.parametrize("style", ArtStyle)
def test_a_made_code_is_read_from_every_picture_it_writes(style, decode, pdf_pages) -> None:
    made = make_art(ArtBrief(style=style, version=6), ring(), PAYLOAD)
    assert decode(made.bare_pixels(8)) == PAYLOAD.encode()
    with Image.open(io.BytesIO(made.png(0.5, 300))) as image:
        assert decode(np.asarray(image.convert("L"))) == PAYLOAD.encode()
        side_mm = image.width / image.info["dpi"][0] * 25.4
    assert side_mm == pytest.approx((41 + 8) * 0.5, abs=0.1)
    assert decode(pdf_pages(made.pdf(PrintSpec(0.5)), 200)[0]) == PAYLOAD.encode()
    assert made.svg(0.5).startswith("<svg ")
    assert ("<image" in made.svg(0.5)) == (style is ArtStyle.BASE)
    assert made.eps(PrintSpec(0.5)).startswith("%!PS-Adobe-3.0 EPSF-3.0")


def test_the_design_rules_ink_paper_and_quiet_zone_of_a_base_code() -> None:
    design = Design.from_json('{"dark": "#102040", "light": "#fff8e8", "quiet_zone_modules": 6}')
    made = make_art(ArtBrief(style=ArtStyle.BASE, version=5, design=design), ring(), PAYLOAD)
    assert made.quiet_zone_modules == 6
    pixels = made.bare_pixels(8)
    assert pixels.shape == (8 * 49, 8 * 49, 3)
    assert (pixels[: 8 * 6] == [0xE8, 0xF8, 0xFF]).all()
    assert (pixels[8 * 6 + 4, 8 * 6 + 4] == [0x40, 0x20, 0x10]).all()
