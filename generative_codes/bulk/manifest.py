"""The manifest of a run: one JSON line per finished step, only ever appended to.

A line counts once it ends in a newline; what a crash left half written is cut off.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from generative_codes.bulk.durable import sync_folder
from generative_codes.bulk.order import BulkError

NAME = "progress.jsonl"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class PartRecord:
    """A finished part as the manifest keeps it; see `PartReport`."""

    index: int
    file: str
    byte_count: int
    sha256: str
    labels: int
    decoded: int
    rerolled: int
    failed: tuple[str, ...]
    masks: tuple[int, ...]
    fidelity_mean: float
    fidelity_min: float
    first_serial: str
    last_serial: str
    cpu_s: float
    pdf_state: str = ""


class Manifest:
    """The steps of one order in one folder."""

    def __init__(self, folder: Path, digest: str) -> None:
        """Open or begin the manifest of an order.

        Raises:
            BulkError: If the folder holds another order.
        """
        self._path = folder / NAME
        self.digest = digest
        self.parts: list[PartRecord] = []
        self.notes: dict[str, Any] = {}
        if self._path.exists():
            self._read()
        else:
            self._append({"order": digest, "version": _VERSION})

    def _read(self) -> None:
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) != len(content):
            with self._path.open("r+b") as stream:
                stream.truncate(len(whole))
                os.fsync(stream.fileno())
        lines = [json.loads(line) for line in whole.splitlines()]
        if not lines:
            self._append({"order": self.digest, "version": _VERSION})
            return
        if lines[0].get("order") != self.digest and len(lines) == 1:
            # Nothing was finished, as when the design failed: the changed order takes the folder.
            self.drop_from(0)
            return
        if lines[0].get("order") != self.digest:
            raise BulkError(
                f"{self._path.parent} holds another order (other codes, artwork, brief or layout); "
                "take an empty folder, or repeat the same order to go on with it."
            )
        for line in lines[1:]:
            if "part" in line:
                record = line["part"]
                record["failed"], record["masks"] = tuple(record["failed"]), tuple(record["masks"])
                self.parts.append(PartRecord(**record))
            elif "note" in line:
                self.notes[line["note"]] = line["value"]

    def drop_from(self, index: int) -> None:
        """Forget parts from an index on: their files are gone or damaged."""
        self.parts = self.parts[:index]
        lines: list[dict[str, Any]] = [{"order": self.digest, "version": _VERSION}]
        lines += [{"note": name, "value": value} for name, value in self.notes.items()]
        lines += [{"part": _plain(part)} for part in self.parts]
        fresh = self._path.with_name(f"{NAME}.part")
        with fresh.open("wb") as stream:
            stream.write(b"".join(_line(line) for line in lines))
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self._path)
        sync_folder(self._path.parent)

    def add_part(self, record: PartRecord) -> None:
        """Note a part whose files are on the disk."""
        self._append({"part": _plain(record)})
        self.parts.append(record)

    def add_note(self, name: str, value: Any) -> None:  # noqa: ANN401 - JSON
        """Keep a JSON value by name: the certificate, the sample."""
        self._append({"note": name, "value": value})
        self.notes[name] = value

    def _append(self, line: dict[str, Any]) -> None:
        with self._path.open("ab") as stream:
            stream.write(_line(line))
            stream.flush()
            os.fsync(stream.fileno())
        sync_folder(self._path.parent)


def _plain(record: PartRecord) -> dict[str, Any]:
    return asdict(record)


def _line(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode() + b"\n"
