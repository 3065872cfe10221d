import json
from typing import Any

import pytest


def test_a_saved_design_can_be_made_again_exactly_as_it_was_shown(
    studio: Any, payload: str
) -> None:
    shown = studio.design("preview").json()
    saved = studio.post(
        "templates",
        name="春茶 2026",
        artwork_id=studio.artwork_id,
        brief={},
        payload_example=payload,
    )
    assert saved.status_code == 201, saved.text
    template = saved.json()
    # What was found for the design is saved with it: nothing is left to be found anew.
    assert template["brief"]["version"] == shown["version"]
    assert "placement" in template["brief"]
    again = studio.design("preview", brief=template["brief"]).json()
    assert again["svg"] == shown["svg"]
    thumbnail = studio.get(f"templates/{template['id']}/thumbnail")
    assert thumbnail.headers["content-type"].startswith("image/svg+xml")
    assert thumbnail.text == shown["svg"]


def test_a_base_has_a_small_picture(studio: Any, payload: str) -> None:
    saved = studio.post(
        "templates",
        name="底图",
        artwork_id=studio.artwork_id,
        brief={"style": "base", "version": 6},
        payload_example=payload,
    ).json()
    thumbnail = studio.get(f"templates/{saved['id']}/thumbnail")
    assert thumbnail.headers["content-type"] == "image/webp"
    assert len(thumbnail.content) < 60_000


def test_a_design_that_cannot_be_made_is_not_saved(studio: Any, payload: str, problem: Any) -> None:
    refused = studio.post(
        "templates",
        name="x",
        artwork_id=studio.artwork_id,
        brief={"version": 1},
        payload_example=payload,
    )
    assert (refused.status_code, problem(refused)) == (422, "payload-too-long")
    assert studio.get("templates").json()["items"] == []


def test_a_change_on_a_stale_revision_changes_nothing(
    studio: Any, payload: str, problem: Any
) -> None:
    content = {"artwork_id": studio.artwork_id, "payload_example": payload}
    saved = studio.post("templates", name="n", brief={"version": 6}, **content).json()
    place = f"templates/{saved['id']}/design"
    changed = studio.put(place, brief={"version": 7}, revision=1, **content)
    assert changed.status_code == 200, changed.text
    assert (changed.json()["revision"], changed.json()["brief"]["version"]) == (2, 7)
    stale = studio.put(place, brief={"version": 8}, revision=1, **content)
    assert (stale.status_code, problem(stale)) == (409, "conflict")
    assert studio.get(f"templates/{saved['id']}").json()["brief"]["version"] == 7


@pytest.mark.parametrize("name", ["brief", "design"])
def test_the_schemas_are_published_as_json_schema(shared_studio: Any, name: str) -> None:
    schema = shared_studio.get(f"schemas/{name}").json()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["type"] == "object"


def test_every_preset_of_the_gallery_can_be_put_into_a_brief(shared_studio: Any) -> None:
    presets = shared_studio.get("presets").json()["items"]
    assert len({preset["name"] for preset in presets}) == len(presets) >= 8
    for preset in presets:
        assert preset["svg"].startswith("<svg")
        brief = {"version": 6, "level": "H", "design": preset["design"]}
        made = shared_studio.design("preview", brief=brief)
        assert made.status_code == 200, (preset["name"], made.text)


def test_the_limits_are_those_that_hold(shared_studio: Any) -> None:
    told = shared_studio.get("limits").json()
    assert told["artwork_bytes"] == 20 * 1024 * 1024
    assert told["version"] == {"least": 1, "most": 40}
    assert {scene["case"] for scene in told["scenes"]} == {"shop", "far", "tilt", "dark", "bottle"}
    assert all("模拟" in scene["zh"] and "simulated" in scene["en"] for scene in told["scenes"])
    assert json.dumps(told)
    below = shared_studio.design(
        "preview", brief={"version": 6}, module_mm=told["module_mm"]["least"] / 2
    )
    assert below.status_code == 422
