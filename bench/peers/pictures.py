"""Pictures and logos made of numbers, so that everyone measures the same ones."""

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]

SIDE_PX = 480
REPORTED_SET, TUNING_SET = 0, 1


def base_picture_of(number: int, which: int = REPORTED_SET) -> Picture:
    """One of five colourful pictures, uint8 (S, S, 3) B, G, R.

    Args:
        number: 0 to 4: dusk over hills, flower, stained glass, city at night, koi in water.
        which: REPORTED_SET, or TUNING_SET with other colours and shapes, on which settings may be
            chosen.
    """
    rng = np.random.default_rng((number, which))
    y, x = np.mgrid[0:SIDE_PX, 0:SIDE_PX] / SIDE_PX
    match number:
        case 0:
            made = _dusk(x, y, rng)
        case 1:
            made = _flower(x, y, rng)
        case 2:
            made = _glass(x, y, rng)
        case 3:
            made = _city(x, y, rng)
        case _:
            made = _koi(x, y, rng)
    return np.clip(np.rint(made), 0, 255).astype(np.uint8)


def logo_of(number: int, which: int = REPORTED_SET) -> Picture:
    """One of five logos, dark on white, uint8 (S, S, 3) B, G, R."""
    rng = np.random.default_rng((number, which, 7))
    side = SIDE_PX
    made = np.full((side, side, 3), 255, np.uint8)
    colour = tuple(int(level) for level in rng.integers(0, 90, 3))
    middle = side // 2
    match number:
        case 0:  # a ring around a disc
            cv2.circle(made, (middle, middle), 200, colour, 64, cv2.LINE_AA)
            cv2.circle(made, (middle, middle), 70 + 20 * which, colour, -1, cv2.LINE_AA)
        case 1:  # a star
            turns = np.arange(10 + 2 * which) * np.pi / (5 + which) - np.pi / 2
            radii = np.where(np.arange(turns.size) % 2, 95, 230)
            cv2.fillPoly(made, [_points(middle, turns, radii)], colour, cv2.LINE_AA)
        case 2:  # a leaf with its vein
            cv2.ellipse(made, (middle, middle), (225, 110 + 25 * which), -45, 0, 360, colour, -1)
            cv2.line(made, (90, 390), (390, 90), (255, 255, 255), 22, cv2.LINE_AA)
        case 3:  # letters
            text = ("DJ", "QK")[which]
            cv2.putText(made, text, (20, 350), cv2.FONT_HERSHEY_DUPLEX, 10.5, colour, 62)
        case _:  # a fish
            cv2.ellipse(made, (200, middle), (170, 105), 0, 0, 360, colour, -1, cv2.LINE_AA)
            tail = np.array([[330, middle], [460, 120 + 30 * which], [460, 360 - 30 * which]])
            cv2.fillPoly(made, [tail.astype(np.int32)], colour, cv2.LINE_AA)
            cv2.circle(made, (110, 210), 24, (255, 255, 255), -1, cv2.LINE_AA)
    return made


def _points(
    middle: int, turns: npt.NDArray[np.float64], radii: npt.NDArray[np.int_]
) -> npt.NDArray[np.int32]:
    places = middle + radii[:, None] * np.column_stack([np.cos(turns), np.sin(turns)])
    return np.asarray(np.rint(places), np.int32)


Plane = npt.NDArray[np.float64]


def _mixed(share: Plane, low: npt.ArrayLike, high: npt.ArrayLike) -> Plane:
    part = np.clip(share, 0, 1)[..., None]
    return np.asarray((1 - part) * np.asarray(low) + part * np.asarray(high), np.float64)


def _dusk(x: Plane, y: Plane, rng: np.random.Generator) -> Plane:
    sky = _mixed(y * 1.6, (150, 70, 45), (90, 150, 250))
    sun_x, sun_y = rng.uniform(0.3, 0.7), rng.uniform(0.35, 0.5)
    glow = np.exp(-((x - sun_x) ** 2 + (y - sun_y) ** 2) / 0.012)
    made = sky + glow[..., None] * (60, 110, 120)
    for layer in range(4):
        ridge = np.full_like(x, 0.5 + 0.11 * layer)
        for wave in range(1, 5):
            ridge = ridge + rng.uniform(0.01, 0.05) / wave * np.sin(
                2 * np.pi * wave * x * rng.uniform(0.8, 1.4) + rng.uniform(0, 6)
            )
        hill = np.array([95 - 20 * layer, 75 - 16 * layer, 80 - 17 * layer])
        made = np.where((y > ridge)[..., None], hill, made)
    return made


def _flower(x: Plane, y: Plane, rng: np.random.Generator) -> Plane:
    radius = np.hypot(x - 0.5, y - 0.5)
    turn = np.arctan2(y - 0.5, x - 0.5) + rng.uniform(0, 3)
    petals = 0.30 + 0.12 * np.cos(int(rng.integers(5, 9)) * turn)
    made = _mixed(y, (200, 225, 190), (120, 175, 130))
    petal = _mixed(radius / 0.42, rng.uniform((60, 20, 200), (160, 70, 250)), (235, 215, 250))
    made = np.where((radius < petals)[..., None], petal, made)
    return np.where(
        (radius < 0.1)[..., None], _mixed(radius / 0.1, (40, 200, 250), (20, 90, 170)), made
    )


def _glass(x: Plane, y: Plane, rng: np.random.Generator) -> Plane:
    seeds = rng.random((46, 2))
    far = np.stack([np.hypot(x - a, y - b) for a, b in seeds])
    order = np.sort(far, axis=0)
    made = rng.uniform(20, 245, (46, 3))[far.argmin(axis=0)]
    return np.where((order[1] - order[0] < 0.012)[..., None], 25.0, made)


def _city(x: Plane, y: Plane, rng: np.random.Generator) -> Plane:
    made = _mixed(y, (70, 25, 20), (110, 50, 90))
    moon = np.hypot(x - rng.uniform(0.6, 0.85), y - 0.2) < 0.09
    made = np.where(moon[..., None], (190, 235, 245), made)
    for left in np.arange(0, 1, 0.125):
        top = rng.uniform(0.3, 0.65)
        house = (x >= left) & (x < left + 0.118) & (y > top)
        made = np.where(house[..., None], rng.uniform(20, 55, 3), made)
        lit = rng.random((40, 40))[(y * 40).astype(int), (x * 40).astype(int)] > 0.62
        window = house & lit & ((x * 40) % 1 > 0.3) & ((y * 40) % 1 > 0.35) & (y > top + 0.03)
        made = np.where(window[..., None], (90, 205, 250), made)
    return made


def _koi(x: Plane, y: Plane, rng: np.random.Generator) -> Plane:
    ripple = np.sin(38 * np.hypot(x - rng.random(), y - rng.random())) * 0.5 + 0.5
    made = _mixed(0.35 * ripple + 0.5 * y, (120, 105, 20), (205, 190, 120))
    for _ in range(3):
        a, b, turn = rng.uniform(0.25, 0.75), rng.uniform(0.25, 0.75), rng.uniform(0, 6)
        along = (x - a) * np.cos(turn) + (y - b) * np.sin(turn)
        across = -(x - a) * np.sin(turn) + (y - b) * np.cos(turn) - 0.05 * np.sin(9 * along)
        body = (along / 0.22) ** 2 + (across / 0.065) ** 2 < 1
        spots = np.sin(24 * along + 3) * np.cos(30 * across) > 0.05
        made = np.where(
            body[..., None], np.where(spots[..., None], (30, 75, 235), (238, 240, 248)), made
        )
    return made
