"""`dianjin demo`: labels made, printed, photographed and verified; table, JSON lines, report."""

from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ar_service.commands.output import Output
from ar_service.demo import (
    DemoOptions,
    DemoRun,
    Stage,
    Watcher,
    case_document,
    result_table,
    run_demo,
    summary_document,
    write_report,
)
from trace_backend.kit.clock import SystemClock

WIDE_COLUMNS = 168
"""Width of the table where the output is no terminal."""

Runner = Callable[[DemoOptions, Watcher], DemoRun]


def demo(out: Path, codes: int, seed: int, output: Output, run: Runner | None = None) -> int:
    """Run the demo and show it; 0 when every answer is as expected, 1 otherwise.

    Args:
        out: the folder, which is made anew.
        codes: how many to issue.
        seed: of the simulated prints and photos, 0 or more.
        output: where the results go; the progress bars go to its `err`.
        run: carries the demo out; a test passes its own.
    """
    try:
        made = _watched(DemoOptions(out, codes, seed), output, run or _run_now)
    except httpx.HTTPError as error:
        output.message(f"dianjin: the demo's server gave no answer: {error}")
        return 1
    report = write_report(made)
    if output.as_json:
        for number, result in enumerate(made.results, 1):
            output.result(case_document(number, result), "")
        output.result(summary_document(made), "")
    else:
        console = _console(output.out)
        console.print(result_table(made, console.width))
        for line in (f"report: {report}", *_sign_in_lines(made)):
            console.print(line, soft_wrap=True, markup=False, highlight=False)
    for result in made.unexpected:
        output.message(f"unexpected: {result.case.slug}: {'; '.join(result.mismatches)}")
    return 1 if made.unexpected else 0


def _sign_in_lines(made: DemoRun) -> tuple[str, str]:
    return (
        f"console: {made.console_url} after: {made.serve_command}",
        f"sign in as {made.sign_in.login} with the password {made.sign_in.password} "
        "(shown this once, new at every demo)",
    )


def _console(out: TextIO) -> Console:
    return Console(file=out, width=None if out.isatty() else WIDE_COLUMNS)


def _run_now(options: DemoOptions, watch: Watcher) -> DemoRun:
    return run_demo(options, SystemClock(), watch)


def _watched(options: DemoOptions, output: Output, run: Runner) -> DemoRun:
    """Run with one progress bar per stage on stderr; none is drawn where it is no terminal."""
    columns = (
        TextColumn("{task.description:<30}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=output.err)) as progress:
        tasks = {stage: progress.add_task(stage.value, total=None, start=False) for stage in Stage}

        def watch(stage: Stage, done: int, total: int) -> None:
            progress.start_task(tasks[stage])
            progress.update(tasks[stage], completed=done, total=total)

        return run(options, watch)
