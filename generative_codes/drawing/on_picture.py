"""What a design gives way when its code lies on a picture."""

from dataclasses import replace

from generative_codes.drawing.colours import Colour, Fill, Gradient
from generative_codes.drawing.design import Design, Finder, Finders
from generative_codes.fields import DesignError

# Beside a dark picture a reader's local threshold sinks. Finder rings of luma 0.29 cost zxing-cpp
# one view in twenty (6 pictures x 3 codes x 8 sizes, simulated), of 0.19 one in three hundred and
# of 0.16 none; pupils of 0.29 in a dark ring cost none.
MOST_RING_LUMA, MOST_PUPIL_LUMA = 0.17, 0.28


def on_picture(design: Design) -> Design:
    """The design with its patterns as dark as readers need them on a picture; hues are kept.

    Raises:
        DesignError: If one of them is a spot ink, which cannot be made darker.
    """
    finders = design.finders
    return replace(
        design,
        dark=_deep("dark", design.dark, MOST_RING_LUMA),
        finders=Finders(
            _deep_finder("finders.top_left", finders.top_left),
            _deep_finder("finders.top_right", finders.top_right),
            _deep_finder("finders.bottom_left", finders.bottom_left),
        ),
    )


def _deep_finder(path: str, finder: Finder) -> Finder:
    ring, pupil = finder.ring_colour, finder.pupil_colour
    return replace(
        finder,
        ring_colour=ring and _deep_colour(f"{path}.ring_colour", ring, MOST_RING_LUMA),
        pupil_colour=pupil and _deep_colour(f"{path}.pupil_colour", pupil, MOST_PUPIL_LUMA),
    )


def _deep(path: str, fill: Fill, most_luma: float) -> Fill:
    if isinstance(fill, Colour):
        return _deep_colour(path, fill, most_luma)
    stops = tuple(
        replace(stop, colour=_deep_colour(path, stop.colour, most_luma)) for stop in fill.stops
    )
    return Gradient(fill.kind, stops, fill.angle_deg)


def _deep_colour(path: str, colour: Colour, most_luma: float) -> Colour:
    if colour.luma <= most_luma:
        return colour
    share = most_luma / colour.luma
    # Rounded down: the limit holds for the bytes themselves.
    deep = Colour("#" + "".join(f"{int(255 * channel * share):02x}" for channel in colour.channels))
    if colour.spot is not None:
        raise DesignError(
            path,
            f"The spot ink {colour.spot!r} with its grey of {100 * colour.luma:.0f} % is too light "
            f"beside a picture; readers need at most {100 * most_luma:.0f} %. The nearest that "
            f"works is {deep.rgb}.",
            f"专色 {colour.spot!r} 的灰度 {100 * colour.luma:.0f} % 在图片旁太浅；"
            f"最多 {100 * most_luma:.0f} %，最接近的可用颜色是 {deep.rgb}。",
        )
    return deep
