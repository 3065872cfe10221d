"""The table in Markdown, with the bars that our own rows must reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.peers.rows import Row
from generative_codes.certify.panel import DecoderName
from generative_codes.certify.rates import wilson_interval

LEAST_ZXING = 0.98
MOST_LOSS = 0.10
_TITLES = {
    DecoderName.ZXING: "zxing-cpp",
    DecoderName.WECHAT: "WeChat",
    DecoderName.OPENCV: "OpenCV",
    DecoderName.OPENCV_ARUCO: "OpenCV ArUco",
    DecoderName.ZBAR: "ZBar",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """Photos read of one row.

    Attributes:
        codes: Codes photographed.
        photos: Photos taken.
        read: Photos read, by decoder.
    """

    codes: int
    photos: int
    read: dict[str, int]


def table_of(
    known: Sequence[Row], counts: Mapping[str, Counts], decoders: Sequence[DecoderName]
) -> str:
    """Rows by version and level, plain squares first; a bold rate misses its bar."""
    lines = [
        "| Version, level | Code | " + " | ".join(_TITLES[name] for name in decoders) + " |",
        "|---" * (2 + len(decoders)) + "|",
    ]
    kinds = list(dict.fromkeys((row.version, row.level) for row in known))
    for version, level in sorted(kinds):
        here = [row for row in known if (row.version, row.level) == (version, level)]
        plain = next((counts.get(row.key) for row in here if row.key.startswith("plain")), None)
        for row in here:
            entry = counts.get(row.key)
            if entry is None:
                continue
            cells = [_cell(row, entry, plain, name) for name in decoders]
            lines.append(f"| {version}-{level.value} | {row.title} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(row: Row, entry: Counts, plain: Counts | None, name: DecoderName) -> str:
    if name not in entry.read:
        return "-"
    rate = entry.read[name] / entry.photos
    interval = wilson_interval(entry.read[name], entry.photos)
    misses = False
    if row.is_ours and name is DecoderName.ZXING:
        misses = rate < LEAST_ZXING
    elif row.is_ours and plain is not None and name in plain.read:
        misses = rate < plain.read[name] / plain.photos - MOST_LOSS - 1e-9
    text = f"{_share(rate)} [{_share(interval.low)}, {_share(interval.high)}]"
    return f"**{text}**" if misses else text


def _share(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")
