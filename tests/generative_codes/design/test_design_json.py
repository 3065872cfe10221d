"""Designs in and out of JSON; wrong ones are refused with the field and the remedy."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import generative_codes.drawing
from generative_codes.drawing import Design, DesignError, design_schema, presets
from generative_codes.drawing.colours import Colour, Gradient, GradientKind, Stop
from generative_codes.drawing.design import (
    AlignmentShape,
    Caption,
    CornerShape,
    Finder,
    Finders,
    Frame,
    Logo,
    LogoShape,
    Modules,
    ModuleShape,
    Side,
)

channel = st.integers(0, 90)
dark_colours = st.builds(
    Colour,
    st.builds("#{:02x}{:02x}{:02x}".format, channel, channel, channel),
    st.none() | st.tuples(*[st.integers(0, 75).map(float)] * 4),
    st.none() | st.sampled_from(["PANTONE 871 C", "Gold"]),
)
plain_colours = dark_colours.map(lambda colour: Colour(colour.rgb, colour.cmyk))
gradients = st.builds(
    lambda kind, first, middle, last, angle: Gradient(
        kind, (Stop(0.0, first), Stop(0.25, middle), Stop(1.0, last)), angle
    ),
    st.sampled_from(GradientKind),
    plain_colours,
    plain_colours,
    plain_colours,
    st.floats(0, 360),
)
corners = st.sampled_from(CornerShape)
finders = st.builds(Finder, corners, corners, st.none() | dark_colours, st.none() | dark_colours)
texts = st.sampled_from(["", "真", "正品", "Scan me", "扫码验真"])
modules = st.builds(
    lambda shape, size: Modules(shape, 1.0 if shape is ModuleShape.CONNECTED else size),
    st.sampled_from(ModuleShape),
    st.floats(0.92, 1),
)


@st.composite
def designs(draw) -> Design:
    try:
        return Design(
            name=draw(texts),
            modules=draw(modules),
            finders=draw(st.builds(Finders, finders, finders, finders)),
            alignment=draw(st.sampled_from(AlignmentShape)),
            dark=draw(dark_colours | gradients),
            light=draw(st.sampled_from([Colour("#ffffff"), Colour("#fbf9f4", (0, 1, 4, 0))])),
            is_transparent=draw(st.booleans()),
            quiet_zone_modules=draw(st.integers(4, 20)),
            logo=draw(
                st.none() | st.builds(Logo, st.floats(0.08, 0.4), st.sampled_from(LogoShape))
            ),
            caption=draw(st.none() | st.builds(Caption, texts, st.floats(1.2, 6))),
            frame=draw(
                st.none() | st.builds(Frame, texts, st.sampled_from(Side), st.integers(1, 6))
            ),
        )
    except DesignError:
        assume(False)  # too little contrast: refused rightly, see test_design_rules
        raise


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(designs())
def test_every_design_survives_json(design) -> None:
    text = design.to_json()
    assert Design.from_json(text) == design
    assert Design.from_json(text.encode()) == design


def test_nothing_but_braces_is_the_plain_black_code() -> None:
    assert Design.from_json("{}") == Design()
    assert json.loads(Design().to_json()) == {}


def test_every_preset_survives_json(preset) -> None:
    assert Design.from_json(preset.design.to_json()) == preset.design


def test_a_colour_may_be_written_as_text_or_in_full() -> None:
    short = Design.from_json('{"dark": "#123456"}')
    full = Design.from_json('{"dark": {"rgb": "#123456"}}')
    assert short == full
    spot = Design.from_json('{"dark": {"rgb": "#123456", "cmyk": [90, 60, 20, 10], "spot": "P 1"}}')
    assert spot.dark == Colour("#123456", (90, 60, 20, 10), "P 1")


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("", "", "not JSON"),
        (b"\xff\xfe{", "", "not JSON"),
        ("[]", "", "Expected an object"),
        ('{"name": "\\ud800"}', "name", "U+D800"),
        ('{"modul": {}}', "", "did you mean 'modules'"),
        ('{"zzz": 1}', "", "known are name, modules"),
        ('{"modules": {"shape": "hexagon"}}', "modules.shape", "square, dot, rounded"),
        ('{"modules": {"shape": 3}}', "modules.shape", "Expected one of"),
        ('{"modules": {"size_share": "big"}}', "modules.size_share", "Expected a number"),
        ('{"modules": {"size_share": true}}', "modules.size_share", "Expected a number"),
        ('{"modules": {"size_share": 0}}', "modules.size_share", "nearest: 0.6"),
        ('{"modules": {"shape": "dot", "size_share": 0.7}}', "modules.size_share", "0.75"),
        (
            '{"modules": {"shape": "connected", "size_share": 0.9}}',
            "modules.size_share",
            "choose 1",
        ),
        ('{"finders": {"top_left": {"ring": "heart"}}}', "finders.top_left.ring", "leaf"),
        ('{"finders": {"bottom_right": {}}}', "finders", "Unknown key"),
        ('{"quiet_zone_modules": 2}', "quiet_zone_modules", "nearest: 4"),
        ('{"quiet_zone_modules": 4.5}', "quiet_zone_modules", "a whole number"),
        ('{"quiet_zone_modules": ' + "9" * 400 + "}", "quiet_zone_modules", "nearest: 20"),
        ('{"modules": {"size_share": NaN}}', "", "NaN is not a number of JSON"),
        ('{"modules": {"size_share": 1e999}}', "modules.size_share", "nearest: 1"),
        ('{"dark": "black"}', "dark.rgb", "written #rrggbb"),
        ('{"dark": "#000\\"/><script>"}', "dark.rgb", "written #rrggbb"),
        ('{"dark": {"rgb": "#000000", "cmyk": [0, 0, 0]}}', "dark.cmyk", "four coverages"),
        ('{"dark": {"rgb": "#000000", "cmyk": [90, 90, 90, 90]}}', "dark.cmyk", "does not dry"),
        ('{"dark": {"rgb": "#000000", "spot": "(a)"}}', "dark.spot", "spot ink name"),
        ('{"dark": {"kind": "linear", "stops": []}}', "dark.stops", "2 to 5"),
        ('{"dark": {"stops": []}}', "dark", "'kind' is missing"),
        (
            '{"dark": {"kind": "radial", "stops": [{"at": 1, "colour": "#000000"}, '
            '{"at": 0, "colour": "#000000"}]}}',
            "dark.stops",
            "rise from 0 to 1",
        ),
        (
            '{"dark": {"kind": "radial", "stops": [{"at": 0, "colour": "#000000"}, '
            '{"at": 1, "colour": {"rgb": "#000000", "spot": "Gold"}}]}}',
            "dark.stops.1.colour",
            "cannot run into another",
        ),
        ('{"dark": {"kind": "radial", "stops": [' + "0," * 40 + "0]}}", "dark.stops", "At most 16"),
        ('{"logo": {}}', "logo", "'width_share' is missing"),
        ('{"logo": {"width_share": 0.9}}', "logo.width_share", "nearest: 0.4"),
        ('{"logo": {"width_share": 0.2, "text": "abcde"}}', "logo.text", "4 fit"),
        ('{"caption": {"text": "a\\u0007"}}', "caption.text", "U+0007"),
        ('{"caption": {"text": null}}', "caption.text", "Expected text"),
        ('{"is_transparent": 1}', "is_transparent", "true or false"),
        ('{"frame": []}', "frame", "Expected an object"),
        ("[" * 60_000, "", "not JSON"),
        ('{"name": "' + "a" * 70_000 + '"}', "", "at most 65536 bytes"),
    ],
)
def test_wrong_json_is_refused_with_the_field_and_the_remedy(text, path, words) -> None:
    with pytest.raises(DesignError) as refusal:
        Design.from_json(text)
    assert refusal.value.path == path
    assert words in str(refusal.value)
    # People read it in Chinese, too: the same field, and no English left over.
    assert refusal.value.text_zh.startswith(f"{path}：" if path else "")
    assert "此项无法使用" not in refusal.value.text_zh
    assert any("一" <= character <= "鿿" for character in refusal.value.text_zh)


def test_published_schema_is_the_models_own() -> None:
    folder = Path(generative_codes.drawing.__file__).parent
    published = json.loads((folder / "design.schema.json").read_text(encoding="utf-8"))
    assert published == design_schema()


def test_schema_closes_every_object_and_resolves_every_reference() -> None:
    schema = design_schema()
    seen = 0

    def walk(node) -> None:
        nonlocal seen
        if isinstance(node, list):
            for entry in node:
                walk(entry)
        if isinstance(node, dict):
            if node.get("type") == "object":
                assert node["additionalProperties"] is False
            if "$ref" in node:
                assert node["$ref"].removeprefix("#/$defs/") in schema["$defs"]
                seen += 1
            for entry in node.values():
                walk(entry)

    walk(schema)
    assert seen >= 15
    assert schema["properties"]["quiet_zone_modules"]["minimum"] == 4
    assert schema["$defs"]["Logo"]["required"] == ["width_share"]


def test_gallery_has_eleven_designs_named_in_two_languages() -> None:
    gallery = presets()
    assert len({preset.key for preset in gallery}) == 11
    assert all(preset.title_zh and preset.title_en.isascii() for preset in gallery)
