"""`dianjin art bulk`: many styled codes on sheets, each read back before it goes out."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ar_service.commands.art_inputs import BriefOptions, brief_of, picture_bytes, refused
from ar_service.commands.output import Output

if TYPE_CHECKING:
    from generative_codes.bulk import BulkOrder, LabelText, SerialList

_LEAST_S_BETWEEN_LINES = 30.0


@dataclass(frozen=True, slots=True)
class BulkOptions:
    """What the command line says."""

    image: Path
    out: Path
    codes: Path | None
    prefix: str | None
    serials: Path | None
    count: int | None
    look: BriefOptions
    painted: Path | None
    protected: Path | None
    format: str
    layout: str
    part_labels: int
    is_single: bool
    may_resume: bool
    title: str
    name: str
    text: str | None
    inks: str
    sample: int
    seed: int


def make_bulk(options: BulkOptions, output: Output) -> int:
    """Carry out a bulk order in a folder, or go on with it.

    Returns:
        The exit status: 0 when every code was handed out, 1 when some were not or the order was
        refused, 130 when it was interrupted (run it again to go on).
    """
    from generative_codes import GenerativeCodeError
    from generative_codes.bulk import FolderRun, run_in_folder

    started = time.monotonic()
    try:
        serials = _serials(options)
        order = _order(options, serials)
        artwork = picture_bytes(options.image)
        painted = None if options.painted is None else picture_bytes(options.painted)
        protected = None if options.protected is None else picture_bytes(options.protected)
        with _progress(output) as progress:
            result = run_in_folder(
                order,
                artwork,
                serials,
                FolderRun(
                    options.out, options.is_single, options.may_resume, options.sample, progress
                ),
                painted=painted,
                protected=protected,
            )
    except (GenerativeCodeError, OSError) as error:
        return refused({"folder": str(options.out)}, options.out, str(error), output)
    except KeyboardInterrupt:
        output.message(f"Stopped; run the same command again to go on in {options.out}.")
        return 130
    seconds = time.monotonic() - started
    document: dict[str, object] = {
        "folder": str(options.out),
        "labels": result.labels,
        "decoded": result.decoded,
        "rerolled": result.rerolled,
        "failed": result.failed,
        "files": list(result.files),
        "bytes": result.byte_count,
        "resumed_parts": result.resumed_parts,
        "certificate": "pass",
        "raised_modules": result.raised_modules,
        "sample": asdict(result.bound),
        "simulated": True,
        "seconds": round(seconds, 1),
    }
    bound = result.bound
    lines = [
        f"{options.out}: {result.decoded:,} of {result.labels:,} codes read back and handed out, "
        f"{result.byte_count / 1e6:,.1f} MB in {seconds:,.0f} s",
        f"  sample of {len(bound.serials)} codes, simulated photos: with 95 % confidence at least "
        f"{bound.lower_bound:.1%} of all codes read in {bound.share_wanted:.0%} of the scenes",
        f"  report: {options.out / 'report.html'}",
    ]
    if result.failed:
        lines.append(f"  {result.failed:,} codes were not handed out; they are in failed.csv")
    output.result(document, "\n".join(lines))
    return 1 if result.failed else 0


def _serials(options: BulkOptions) -> "SerialList":
    from generative_codes.bulk import BulkError, for_trial, from_csv, from_lines

    given = [options.codes is not None, options.serials is not None, options.count is not None]
    if sum(given) != 1:
        raise BulkError(
            "Give the codes in one way: --codes FILE.csv, or --prefix with --serials FILE, or for "
            "a trial --prefix with --count N."
        )
    if options.codes is not None:
        return from_csv(options.codes, options.prefix)
    if options.prefix is None:
        raise BulkError("Payloads are prefix + serial; give --prefix.")
    if options.serials is not None:
        return from_lines(options.serials, options.prefix)
    return for_trial(options.prefix, options.count or 0, options.seed)


def _order(options: BulkOptions, serials: "SerialList") -> "BulkOrder":
    from generative_codes.bulk import BulkFormat, BulkOrder
    from generative_codes.drawing import Inks
    from generative_codes.imposition import parse_layout

    layout = parse_layout(options.layout, options.title)
    return BulkOrder(
        brief=brief_of(options.look),
        template=serials.template,
        layout=layout,
        quantity=len(serials),
        part_labels=options.part_labels,
        format=BulkFormat(options.format),
        inks=Inks(options.inks),
        text=_text(options, is_round=layout.outline.value == "circle"),
        seed=options.seed,
    )


def _text(options: BulkOptions, *, is_round: bool) -> "LabelText":
    """Round labels carry no text unless it is asked for."""
    from generative_codes.bulk import BulkError, LabelText

    wanted = options.text
    if wanted is None:
        wanted = "none" if is_round else "serial,number"
    parts = set() if wanted == "none" else set(wanted.split(","))
    if not parts <= {"serial", "number"}:
        raise BulkError(f"--text is none, or serial and number with a comma, not {wanted!r}.")
    return LabelText(options.name, "serial" in parts, "number" in parts)


@contextmanager
def _progress(output: Output) -> Iterator[Callable[[int, int], None]]:
    """A bar with codes per second on a terminal, else a line now and then; all on stderr."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    if not output.err.isatty():
        yield _lines(output)
        return

    class Speed(ProgressColumn):
        """Codes per second."""

        def render(self, task: Task) -> Text:
            """The speed of the last seconds, once there is one."""
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.0f} codes/s", style="cyan")

    columns = (
        TextColumn("点金"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        Speed(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=output.err)) as bar:
        task = bar.add_task("codes", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _lines(output: Output) -> Callable[[int, int], None]:
    """Progress for logs: at most two lines a minute."""
    begun = last = time.monotonic()
    before: int | None = None

    def tell(done: int, total: int) -> None:
        nonlocal last, before
        now = time.monotonic()
        if before is None:
            before = done
        elif now - last >= _LEAST_S_BETWEEN_LINES:
            speed = (done - before) / (now - begun)
            left = (total - done) / max(speed, 1e-9)
            output.message(f"{done:,} of {total:,} codes, {speed:,.0f}/s, {left:,.0f} s left")
            last = now

    return tell
