"""What `dianjin demo` prints and with which status it ends."""

import io
import json
from collections.abc import Callable

import httpx
import pytest

from ar_service.commands.demo import demo
from ar_service.commands.output import Output
from ar_service.demo import DemoOptions, DemoRun, Stage, Watcher

RunMaker = Callable[..., DemoRun]


def _demo(run: DemoRun, *, as_json: bool) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()

    def carry_out(options: DemoOptions, watch: Watcher) -> DemoRun:
        watch(Stage.VERIFY, 1, 1)
        return run

    status = demo(run.folder, 24, 1, Output(out, err, as_json), carry_out)
    return status, out.getvalue(), err.getvalue()


def test_expected_answers_end_with_0(new_run: RunMaker) -> None:
    status, out, _ = _demo(new_run(), as_json=False)
    assert status == 0
    assert "1 of 1 as expected" in out


@pytest.mark.parametrize("as_json", [False, True])
def test_unexpected_answer_ends_with_1(as_json: bool, new_run: RunMaker) -> None:
    status, out, err = _demo(new_run(expected="EXPIRED"), as_json=as_json)
    assert status == 1
    assert "unexpected: kraft" in err
    assert "EXPIRED" in out


def test_json_is_one_object_per_line_and_nothing_else(new_run: RunMaker) -> None:
    _, out, _ = _demo(new_run(), as_json=True)
    case, summary = (json.loads(line) for line in out.splitlines())
    assert (case["kind"], case["verdict"], case["ok"]) == ("case", "GENUINE_FIRST", True)
    assert case["simulated"] is True
    assert (summary["kind"], summary["photos"], summary["as_expected"]) == ("summary", 1, 1)


def test_refused_photo_has_a_problem_and_no_verdict(new_run: RunMaker) -> None:
    run = new_run(expected="no-code-found", outcome="no-code-found", seal=None, code=None)
    _, out, _ = _demo(run, as_json=True)
    case = json.loads(out.splitlines()[0])
    assert (case["verdict"], case["problem"], case["ok"]) == (None, "no-code-found", True)


def test_brackets_in_a_reply_are_no_markup_of_the_terminal(new_run: RunMaker) -> None:
    _, out, _ = _demo(new_run(reply="[red]您好[/red]"), as_json=False)
    assert "[red]您好[/red]" in out


def test_server_that_stops_answering_ends_with_1(new_run: RunMaker) -> None:
    def fail(options: DemoOptions, watch: Watcher) -> DemoRun:
        raise httpx.ReadTimeout("timed out")

    out, err = io.StringIO(), io.StringIO()
    assert demo(new_run().folder, 24, 1, Output(out, err, as_json=True), fail) == 1
    assert "gave no answer" in err.getvalue()
    assert out.getvalue() == ""
