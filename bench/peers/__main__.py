"""`python -m bench.peers`: draw, photograph (simulated), read, and write the table in Markdown.

Every code's result is kept in `var/peers/results` under a digest of its picture, so that a run that
was stopped goes on, and only what changed is measured anew. `--rows base-6h,plain-6h` measures
some rows, `--codes 4` fewer codes, `--tuning` the other pictures and payloads, on which settings
may be chosen, `--table` only prints.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import cv2

from bench.peers.pictures import REPORTED_SET, TUNING_SET
from bench.peers.rows import AMAZING_QR, Row, Shot, payloads_of, rows
from bench.peers.table import Counts, table_of
from generative_codes.certify import camera_grid, make_panel
from generative_codes.certify.panel import Decoder
from generative_codes.certify.rates import measure_rates

RESULTS = Path("var/peers/results")
GRID_SEED = 1


def main() -> int:
    """Measure what is missing, print the table."""
    options = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    options.add_argument("--rows", default="", help="keys, separated by commas; none: all")
    options.add_argument("--codes", type=int, default=20)
    options.add_argument("--tuning", action="store_true")
    options.add_argument("--table", action="store_true", help="print what is there")
    options.add_argument("--list", action="store_true", help="print the keys")
    given = options.parse_args()
    wanted = {key for key in given.rows.split(",") if key}
    known = rows()
    unknown = wanted - {row.key for row in known}
    if unknown or given.list:
        sys.stdout.write("\n".join(row.key for row in known) + "\n")
        return 2 if unknown else 0
    which = TUNING_SET if given.tuning else REPORTED_SET
    cv2.setNumThreads(1)
    panel = make_panel()
    counts: dict[str, Counts] = {}
    for row in known:
        if wanted and row.key not in wanted:
            continue
        if given.table:
            kept = RESULTS / f"{row.key}-{which}.total.json"
            if kept.exists():
                counts[row.key] = Counts(**json.loads(kept.read_text()))
            continue
        if row.key.startswith("amazing") and not AMAZING_QR.exists():
            sys.stderr.write(f"{row.key}: left out, {AMAZING_QR} is not installed\n")
            continue
        counts[row.key] = _measure(row, given.codes, which, panel)
        sys.stderr.write(f"{row.key}: {counts[row.key].read} of {counts[row.key].photos}\n")
    sys.stdout.write(table_of(known, counts, [decoder.name for decoder in panel]))
    return 0


def _measure(row: Row, codes: int, which: int, panel: tuple[Decoder, ...]) -> Counts:
    """Rates of one row, from kept results where the picture and the camera are the same."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    file = RESULTS / f"{row.key}-{which}.jsonl"
    grid = camera_grid(GRID_SEED)
    kept: dict[str, dict[str, int]] = {}
    if file.exists():
        for line in file.read_text().splitlines():
            entry = json.loads(line)
            kept[entry["digest"]] = entry["read"]
    read = dict.fromkeys((decoder.name for decoder in panel), 0)
    shots = row.draw(payloads_of(codes, which), which)
    for number, shot in enumerate(shots, start=1):
        digest = _digest(shot, number, grid)
        found = kept.get(digest, {})
        missing = tuple(decoder for decoder in panel if decoder.name not in found)
        if missing:
            rates = measure_rates(
                shot.picture, shot.pixels_per_module, shot.payload, grid, missing, number
            )
            found = {**found, **{str(rate.decoder): rate.read for rate in rates}}
            with file.open("a") as stream:
                stream.write(json.dumps({"digest": digest, "read": found}) + "\n")
        for name in read:
            read[name] += found[name]
    counts = Counts(len(shots), len(shots) * len(grid), {str(name): n for name, n in read.items()})
    total = {"codes": counts.codes, "photos": counts.photos, "read": counts.read}
    (RESULTS / f"{row.key}-{which}.total.json").write_text(json.dumps(total))
    return counts


def _digest(shot: Shot, number: int, grid: object) -> str:
    state = hashlib.sha256(shot.picture.tobytes())
    state.update(repr((shot.payload, shot.pixels_per_module, number, grid)).encode())
    return state.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
