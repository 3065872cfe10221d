"""The five scenes of the camera try-out, all of them simulated."""

from dataclasses import dataclass, replace
from typing import assert_never

from ar_service.studio.schemas import BilingualOut, TryoutCase
from vision.printcam import Camera, Light, Scene, View
from vision.printcam.presets import (
    BOTTLE,
    CARTON_BOX,
    KRAFT_BOX,
    PHONE_GOOD,
)


@dataclass(frozen=True, slots=True)
class Shot:
    """How one photo is taken."""

    camera: Camera
    view: View
    scene: Scene


def shot_of(case: TryoutCase) -> Shot:
    """Camera, pose and surroundings of a scene."""
    match case:
        case TryoutCase.SHOP:
            scene = replace(CARTON_BOX, face_mm=(96, 70), label_at_mm=(0, 0), light=_SHELF_LIGHT)
            view = View(66, tilt_deg=14, turn_deg=-12, roll_deg=-4)
            return Shot(PHONE_GOOD, view, scene)
        case TryoutCase.FAR:
            scene = replace(KRAFT_BOX, label_at_mm=(14, 6))
            view = View(160, tilt_deg=12, turn_deg=10, roll_deg=5, offset_mm=(10, 4))
            return Shot(PHONE_GOOD, view, scene)
        case TryoutCase.TILT:
            scene = replace(KRAFT_BOX, face_mm=(84, 66), label_at_mm=(0, 0))
            view = View(80, tilt_deg=26, turn_deg=38, roll_deg=-7)
            return Shot(PHONE_GOOD, view, scene)
        case TryoutCase.DARK:
            scene = replace(KRAFT_BOX, face_mm=(92, 70), label_at_mm=(2, 0), light=_LAMP_LIGHT)
            view = View(70, tilt_deg=8, turn_deg=9, roll_deg=6)
            return Shot(_NIGHT_CAMERA, view, scene)
        case TryoutCase.BOTTLE:
            view = View(84, tilt_deg=5, turn_deg=4, roll_deg=2, radius_mm=44)
            return Shot(PHONE_GOOD, view, BOTTLE)
        case _:
            assert_never(case)


def words_of(case: TryoutCase) -> BilingualOut:
    """Name of a scene; what its picture shows is simulated."""
    match case:
        case TryoutCase.SHOP:
            return BilingualOut(zh="货架灯光（模拟）", en="Shop shelf light (simulated)")
        case TryoutCase.FAR:
            return BilingualOut(zh="远距离（模拟）", en="From afar (simulated)")
        case TryoutCase.TILT:
            return BilingualOut(zh="斜着拍（模拟）", en="At an angle (simulated)")
        case TryoutCase.DARK:
            return BilingualOut(zh="光线昏暗（模拟）", en="In dim light (simulated)")
        case TryoutCase.BOTTLE:
            return BilingualOut(zh="瓶身曲面（模拟）", en="On a bottle (simulated)")
        case _:
            assert_never(case)


_SHELF_LIGHT = Light(
    gradient=0.3,
    gradient_deg=250,
    glare_mm=(30.0, -4.0),
    glare_size_mm=(13.0, 5.0),
    glare_strength=1.1,
)
_LAMP_LIGHT = Light(
    gradient=0.5,
    gradient_deg=200,
    shadow_mm=(26.0, 26.0),
    shadow_deg=40,
    shadow_softness_mm=12,
    shadow_depth=0.35,
)
# A phone that lifts the exposure of a dim room as far as it goes: grey, grainy, a little moved.
_NIGHT_CAMERA = replace(
    PHONE_GOOD,
    exposure=0.26,
    white_electrons=500.0,
    read_noise_electrons=7.0,
    defocus_px=2.0,
    motion_px=2.0,
    motion_deg=30.0,
    vignetting=0.6,
    chroma_denoise_px=2.5,
    sharpening=0.3,
)
