"""What `dianjin demo` prints and with which status it ends."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from ar_service.commands.demo import demo
from ar_service.commands.output import Output
from ar_service.demo import DemoOptions, DemoRun, Stage, Watcher
from ar_service.demo.brand import found_brand
from ar_service.record import open_record
from ar_service.settings import Settings
from trace_backend.kit.clock import SystemClock
from trace_backend.orgs import User

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


def test_who_ran_the_demo_is_told_once_how_to_sign_in_and_the_report_has_no_password(
    new_run: RunMaker,
) -> None:
    run = new_run()
    _, out, _ = _demo(run, as_json=False)
    assert out.count(run.sign_in.password) == 1
    assert f"sign in as {run.sign_in.login}" in out
    assert run.console_url in out
    report = (run.folder / "report.html").read_text(encoding="utf-8")
    assert f'href="{run.console_url}"' in report
    assert run.sign_in.login in report
    assert run.sign_in.password not in report
    _, lines, _ = _demo(run, as_json=True)
    summary = json.loads(lines.splitlines()[-1])
    told = (summary["login"], summary["password"], summary["console"])
    assert told == (run.sign_in.login, run.sign_in.password, run.console_url)


def test_the_login_of_a_demo_signs_in_and_has_a_password_of_its_own(tmp_path: Path) -> None:
    clock = SystemClock()
    first, second = (found_brand(tmp_path / name, clock) for name in ("a", "b"))
    assert first.sign_in.login == second.sign_in.login
    assert first.sign_in.password != second.sign_in.password
    settings = Settings(data_dir=tmp_path / "a", database_url=None, blob_url=None)
    with open_record(settings, clock) as record, record.database.transaction() as session:
        query = select(User).where(User.login == first.sign_in.login)
        user = session.execute(query).scalar_one()
        assert user.password_hash != first.sign_in.password
        assert "studio.order" in user.permissions
