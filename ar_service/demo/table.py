"""The demo's result as a table for the terminal."""

from rich.table import Table
from rich.text import Text

from ar_service.demo.asking import CaseResult
from ar_service.demo.run import DemoRun
from ar_service.demo.words import Tone, seal_of

TITLE = "点金 dianjin demo: simulated photos, verified over HTTP"
_REPLY_COLUMNS = 32
# Columns of the table, and the width of the terminal from which on each is shown.
_COLUMNS = {
    "#": 0,
    "case": 0,
    "photographed": 126,
    "read": 96,
    "verdict": 0,
    "reply": 156,
    "ms": 0,
    "expected": 0,
}
_STYLES = {
    Tone.JADE: "green",
    Tone.CINNABAR: "red",
    Tone.AMBER: "yellow",
    Tone.INDIGO: "blue",
}


def result_table(run: DemoRun, columns: int) -> Table:
    """One row per photo; what comes from the server is shown as plain text, never as markup.

    Args:
        run: the demo.
        columns: width of the terminal; where it is narrow, the less important columns are left out.
    """
    table = Table(title=TITLE, caption=_caption(run), header_style="bold")
    kept = [name for name, needed in _COLUMNS.items() if columns >= needed]
    for name in kept:
        right = name in {"#", "ms"}
        wraps = name in {"case", "photographed", "expected"}
        table.add_column(
            name,
            justify="right" if right else "left",
            no_wrap=not wraps,
            overflow="fold" if wraps else "ellipsis",
            max_width=_REPLY_COLUMNS if name == "reply" else None,
        )
    for number, result in enumerate(run.results, 1):
        cells = _cells(number, result)
        table.add_row(*(cells[name] for name in kept))
    return table


def _cells(number: int, result: CaseResult) -> dict[str, Text]:
    case, answer = result.case, result.answer
    style = _STYLES[seal_of(answer.outcome).tone]
    verdict = Text(answer.outcome, style=style)
    if answer.history is not None and answer.history.ordinal is not None:
        verdict.append(f" #{answer.history.ordinal}", style="dim")
    if result.is_expected:
        expected = Text("OK", style="green")
    else:
        expected = Text("; ".join(result.mismatches), style="bold red")
    return {
        "#": Text(str(number)),
        "case": Text(f"{case.title.zh} {case.title.en}"),
        "photographed": Text(case.photographed.en),
        "read": Text(read_text(result)),
        "verdict": verdict,
        "reply": Text(answer.reply),
        "ms": Text(f"{answer.ms:.0f}"),
        "expected": expected,
    }


def read_text(result: CaseResult) -> str:
    """What was read: our code in groups of four, or how many codes, or nothing."""
    answer = result.answer
    if answer.code is not None:
        return " ".join(answer.code[at : at + 4] for at in range(0, len(answer.code), 4))
    return {"several-codes": "2 codes", "foreign-code": "a foreign link"}.get(answer.outcome, "—")


def _caption(run: DemoRun) -> str:
    good = len(run.results) - len(run.unexpected)
    return (
        f"{good} of {len(run.results)} as expected · {len(run.brand.codes)} codes issued · "
        f"{run.seconds:.0f} s"
    )
