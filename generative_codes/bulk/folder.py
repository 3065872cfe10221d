"""An order carried out in a folder: resumable, and safe against being killed at any moment.

Files are written beside their place, brought to the disk, renamed, and only then noted in the
manifest. Running the same order again goes on behind the last noted part.
"""

import hashlib
import io
import json
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from generative_codes.artwork import load_artwork
from generative_codes.bulk.durable import alone, digest_of, sync_folder, write_whole
from generative_codes.bulk.kept_certificate import (
    CERTIFICATE_NAME,
    certified_in,
    raised_modules,
)
from generative_codes.bulk.manifest import Manifest, PartRecord
from generative_codes.bulk.order import BulkError, BulkFormat, BulkOrder, PartReport, Way
from generative_codes.bulk.page_pdf import SheetPdf
from generative_codes.bulk.part import add_part, gated, make_part, report_of
from generative_codes.bulk.report import RunNumbers, write_report
from generative_codes.bulk.sample import SampledBound, sample_grid
from generative_codes.bulk.serials import SerialList, spread
from generative_codes.bulk.solved import SolvedOrder, solve
from generative_codes.pdf_file import PdfFile, PdfState
from generative_codes.tones import GreyMap
from generative_codes.vdp import VdpCodeRow, VdpRow, write_vdp_csv

MAX_SINGLE_ZIP = 100_000


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run.

    Attributes:
        labels: Codes ordered.
        decoded: Codes handed out; each was read back byte for byte.
        rerolled: Of them, under another mask or without the picture.
        failed: Codes not handed out; they are in failed.csv.
        files: What was made, in the folder.
        byte_count: Of the parts.
        resumed_parts: Parts that an earlier run had finished.
        bound: What the camera sample says.
        raised_modules: Modules that the certificate had strengthened, in all codes.
    """

    labels: int
    decoded: int
    rerolled: int
    failed: int
    files: tuple[str, ...]
    byte_count: int
    resumed_parts: int
    bound: SampledBound
    raised_modules: int


@dataclass(frozen=True, slots=True)
class FolderRun:
    """How an order is carried out in a folder.

    Attributes:
        folder: Where everything goes.
        is_single: One file over all parts instead of one per part.
        may_resume: Go on with what is there; else what is there is refused.
        sample: Codes in the camera sample.
        progress: Called with (codes done, codes in all).
    """

    folder: Path
    is_single: bool = False
    may_resume: bool = True
    sample: int = 40
    progress: Callable[[int, int], None] = lambda done, total: None


def run_in_folder(
    order: BulkOrder,
    artwork: bytes,
    serials: SerialList,
    run: FolderRun,
    *,
    painted: bytes | None = None,
    protected: bytes | None = None,
) -> RunResult:
    """Carry an order out, or go on with it.

    Args:
        order: What is asked.
        artwork: A picture file.
        serials: The codes.
        run: How.
        painted: A picture file as large as the artwork, of what matters (see `solve`).
        protected: The same, of what comes before everything else.

    Raises:
        GenerativeCodeError: If the order can't be carried out, its design fails its certificate, or
            the folder holds another order. What was finished stays.
    """
    if len(serials) != order.quantity:
        raise BulkError(f"The order has {order.quantity} codes, the list {len(serials)}.")
    if run.is_single and order.format in {BulkFormat.SVG, BulkFormat.ZIP}:
        pieces = order.quantity
        if order.format is BulkFormat.SVG:
            pieces = order.layout.pages_of(order.quantity)
        if pieces > MAX_SINGLE_ZIP:
            raise BulkError(
                f"One ZIP takes at most {MAX_SINGLE_ZIP:,} files, not {pieces:,}; leave it in "
                "parts, or take a PDF."
            )
    solved = solve(
        order,
        load_artwork(artwork),
        painted=None if painted is None else GreyMap.read(painted),
        protected=None if protected is None else GreyMap.read(protected),
    )
    pictures = [artwork, b"single" if run.is_single else b"parts"]
    for name, picture in ((b"painted", painted), (b"protected", protected)):
        if picture is not None:
            pictures += [name, hashlib.sha256(picture).digest()]
    digest = order.digest(b"".join(pictures), serials.content)
    run.folder.mkdir(parents=True, exist_ok=True)
    with alone(run.folder):
        if not run.may_resume and any(path.name != ".lock" for path in run.folder.iterdir()):
            raise BulkError(
                f"{run.folder} is not empty; take an empty folder, or go on with the run there."
            )
        manifest = Manifest(run.folder, digest)
        return _Run(solved, serials, run, manifest).carry_out()


class _Run:
    """One run."""

    def __init__(
        self, solved: SolvedOrder, serials: SerialList, run: FolderRun, manifest: Manifest
    ) -> None:
        self._solved, self._serials, self._run = solved, serials, run
        self._order, self._folder, self._manifest = solved.order, run.folder, manifest
        self._is_one_pdf = run.is_single and solved.order.format is BulkFormat.PDF

    def carry_out(self) -> RunResult:
        first = self._serials.items(range(1))[0]
        self._solved, certificate = certified_in(
            self._folder, self._manifest, self._solved, first.serial
        )
        self._drop_damaged()
        resumed = len(self._manifest.parts)
        done = sum(part.labels for part in self._manifest.parts)
        self._run.progress(done, self._order.quantity)
        if self._is_one_pdf:
            self._write_one_pdf()
        else:
            for index in range(resumed, self._order.parts):
                self._write_part(index)
        bound = self._bound()
        files = self._finish(certificate, bound)
        parts = self._manifest.parts
        return RunResult(
            labels=self._order.quantity,
            decoded=sum(part.decoded for part in parts),
            rerolled=sum(part.rerolled for part in parts),
            failed=sum(len(part.failed) for part in parts),
            files=files,
            byte_count=sum(part.byte_count for part in parts),
            resumed_parts=resumed,
            bound=bound,
            raised_modules=raised_modules(self._manifest),
        )

    def _drop_damaged(self) -> None:
        """Parts whose files are gone or changed are made anew, and all behind them."""
        if self._is_one_pdf:
            return
        for part in self._manifest.parts:
            path = self._folder / part.file
            if not path.exists() or digest_of(path) != part.sha256 or not self._rows(part).exists():
                self._manifest.drop_from(part.index)
                return

    def _rows(self, part: PartRecord) -> Path:
        return self._folder / "rows" / f"{part.index + 1:05d}.csv"

    def _write_part(self, index: int) -> None:
        started = time.process_time()
        items = self._serials.items(self._order.labels_of_part(index))
        digits = max(4, len(str(self._order.parts)))
        path = self._folder / f"labels-{index + 1:0{digits}d}{self._order.format.suffix}"
        unfinished = path.with_name(f".{path.name}.part")
        with unfinished.open("wb") as stream:
            report = make_part(self._solved, index, items, stream, self._tick(index))
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
        self._note(report, path.name, time.process_time() - started)

    def _tick(self, index: int) -> Callable[[int], None]:
        done = self._order.labels_of_part(index).start

        def tick(more: int) -> None:
            nonlocal done
            done += more
            self._run.progress(done, self._order.quantity)

        return tick

    def _write_one_pdf(self) -> None:
        """Pages of all parts in one file; each part ends at a state that a later run goes on from.

        Until it is complete the file has a name of its own, and no cross-reference table.
        """
        path, unfinished = self._folder / "labels.pdf", self._folder / ".labels.pdf.part"
        parts = self._manifest.parts
        if path.exists() and len(parts) == self._order.parts:
            return
        if parts and unfinished.exists():
            stream = unfinished.open("r+b")
            state = PdfState.from_json(parts[-1].pdf_state)
            sheets = SheetPdf(self._solved, PdfFile.resume(stream, state))
        else:
            self._manifest.drop_from(0)
            parts = self._manifest.parts
            stream = unfinished.open("w+b")
            sheets = SheetPdf(self._solved, stream)
        with stream:
            for index in range(len(parts), self._order.parts):
                started = time.process_time()
                before = sheets.pdf.state().position
                items = self._serials.items(self._order.labels_of_part(index))
                codes = gated(self._solved, index, items, self._tick(index))
                outcomes = add_part(sheets, self._solved, index, items, codes)
                state = sheets.pdf.state()
                os.fsync(stream.fileno())
                size = state.position - before
                report = report_of(self._solved, index, codes, outcomes, size, state.chain)
                seconds = time.process_time() - started
                self._note(report, path.name, seconds, state.to_json())
            sheets.close()
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
        sync_folder(self._folder)

    def _note(self, report: PartReport, file: str, cpu_s: float, pdf_state: str = "") -> None:
        record = PartRecord(
            index=report.index,
            file=file,
            byte_count=report.byte_count,
            sha256=report.sha256,
            labels=report.labels,
            decoded=report.decoded,
            rerolled=report.rerolled,
            failed=tuple(item.serial for item in report.failed),
            masks=report.masks,
            fidelity_mean=round(report.fidelity_mean, 6),
            fidelity_min=round(report.fidelity_min, 6),
            first_serial=report.outcomes[0].item.serial,
            last_serial=report.outcomes[-1].item.serial,
            cpu_s=round(cpu_s, 3),
            pdf_state=pdf_state,
        )
        rows = self._rows(record)
        rows.parent.mkdir(exist_ok=True)
        unfinished = rows.with_name(f".{rows.name}.part")
        with unfinished.open("w", encoding="utf-8", newline="") as stream:
            write_vdp_csv(self._vdp_rows(report, file), stream, VdpCodeRow, has_header=False)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(rows)
        sync_folder(rows.parent)
        sync_folder(self._folder)
        self._manifest.add_part(record)

    def _vdp_rows(self, report: PartReport, file: str) -> Iterator[VdpRow]:
        payload = self._order.template.payload
        for outcome in report.outcomes:
            if outcome.way is not Way.FAILED:
                yield VdpCodeRow(
                    outcome.item.serial,
                    payload(outcome.item.serial),
                    outcome.item.label_number,
                    str(outcome.version),
                    str(outcome.mask),
                    f"{file}/{outcome.file}" if outcome.file else file,
                    str(outcome.page or ""),
                    str(outcome.place or ""),
                )

    def _bound(self) -> SampledBound:
        known = self._manifest.notes.get("sample")
        if known is not None:
            known["serials"] = tuple(known["serials"])
            return SampledBound(**known)
        failed = {serial for part in self._manifest.parts for serial in part.failed}
        chosen = spread(self._serials, 4 * self._run.sample, self._order.seed)
        items = [item for item in chosen if item.serial not in failed]
        if not items:
            raise BulkError("No code of this order reads back; see failed.csv and the design.")
        bound = sample_grid(self._solved, items, self._run.sample, self._order.seed)
        self._manifest.add_note("sample", asdict(bound))
        return bound

    def _finish(self, certificate: dict[str, Any], bound: SampledBound) -> tuple[str, ...]:
        """The whole table, the list of failures, the manifest and the report."""
        parts = self._manifest.parts
        table = self._folder / "labels-table.csv"
        write_whole(table, self._table_pieces())
        failed = [serial for part in parts for serial in part.failed]
        write_whole(
            self._folder / "failed.csv",
            "".join(f'"{cell}"\r\n' for cell in ("serial", *failed)).encode(),
        )
        files = list(dict.fromkeys(part.file for part in parts))
        if self._run.is_single and not self._is_one_pdf:
            files = [self._join(files)]
        numbers = RunNumbers.of(self._order, parts)
        summary = {
            "format": "dianjin art bulk",
            "order": self._manifest.digest,
            "quantity": self._order.quantity,
            "decoded": numbers.decoded,
            "failed": len(failed),
            "rerolled": numbers.rerolled,
            "fidelity_mean": numbers.fidelity_mean,
            "fidelity_min": numbers.fidelity_min,
            "masks": list(numbers.masks),
            "cpu_s": numbers.cpu_s,
            "version": self._solved.art.steering.version,
            "level": self._solved.art.steering.level.value,
            "module_mm": self._solved.plan.module_mm,
            "pages": self._order.layout.pages_of(self._order.quantity),
            "certificate": CERTIFICATE_NAME,
            "raised_modules": raised_modules(self._manifest),
            "sample": asdict(bound) | {"simulated": True, "confidence": 0.95},
            "table": table.name,
            "files": [
                {"name": name, "bytes": (self._folder / name).stat().st_size} for name in files
            ],
            "parts": [
                {key: value for key, value in asdict(part).items() if key != "pdf_state"}
                for part in parts
            ],
        }
        text = json.dumps(summary, ensure_ascii=False, indent=1, allow_nan=False)
        write_whole(self._folder / "manifest.json", (text + "\n").encode())
        page = write_report(self._solved, self._serials, numbers, bound, certificate, files)
        write_whole(self._folder / "report.html", page.encode())
        sync_folder(self._folder)
        return (
            *files,
            table.name,
            "failed.csv",
            "manifest.json",
            CERTIFICATE_NAME,
            "report.html",
        )

    def _table_pieces(self) -> Iterator[bytes]:
        head = io.StringIO(newline="")
        write_vdp_csv([], head, VdpCodeRow)
        yield head.getvalue().encode()
        for part in self._manifest.parts:
            yield self._rows(part).read_bytes()

    def _join(self, names: list[str]) -> str:
        """Parts as one file, piece by piece."""
        path = self._folder / f"labels{self._order.format.suffix}"
        if self._order.format is BulkFormat.CSV:
            write_whole(path, self._csv_pieces(names))
            return path.name
        unfinished = path.with_name(f".{path.name}.part")
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as whole:
            for name in names:
                with zipfile.ZipFile(self._folder / name) as part:
                    for entry in part.infolist():
                        whole.writestr(entry, part.read(entry))
        with unfinished.open("rb") as stream:
            os.fsync(stream.fileno())
        unfinished.replace(path)
        return path.name

    def _csv_pieces(self, names: list[str]) -> Iterator[bytes]:
        for turn, name in enumerate(names):
            content = (self._folder / name).read_bytes()
            yield content if turn == 0 else content[content.index(b"\r\n") + 2 :]
