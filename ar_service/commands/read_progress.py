"""How far `dianjin read` has come, on stderr where that is a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ar_service.commands.output import Output


@dataclass(frozen=True, slots=True)
class FileProgress:
    """Two calls: one after every file, and one with the share of a long file, 0..1."""

    file_done: Callable[[], None]
    share_of_file: Callable[[float], None]


@contextmanager
def file_progress(output: Output, total: int) -> Iterator[FileProgress]:
    """A bar on stderr where that is a terminal and there is something to wait for."""
    if total < 1 or not output.err.isatty():
        yield FileProgress(lambda: None, lambda _: None)
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn

    console = Console(file=output.err)
    columns = (*Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("reading", total=total)
        done = 0

        def file_done() -> None:
            nonlocal done
            done += 1
            bar.update(task, completed=done)

        yield FileProgress(file_done, lambda share: bar.update(task, completed=done + share))
