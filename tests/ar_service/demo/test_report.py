"""The report shows strangers' text as text, stands alone, and says what is simulated."""

import re
from collections.abc import Callable

import pytest

from ar_service.demo.report import render_report, write_report
from ar_service.demo.run import DemoRun

RunMaker = Callable[..., DemoRun]
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def test_product_name_in_a_reply_is_shown_as_text(new_run: RunMaker) -> None:
    page = render_report(new_run(reply=f"您所查询的{HOSTILE}为正品"))
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("field", ["detail", "outcome"])
def test_every_text_of_the_server_is_escaped(field: str, new_run: RunMaker) -> None:
    page = render_report(new_run(**{field: HOSTILE}))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_organisation_name_is_escaped(new_run: RunMaker) -> None:
    page = render_report(new_run(organisation=f"A01 {HOSTILE}"))
    assert "<script" not in page


def test_report_loads_nothing_from_elsewhere(new_run: RunMaker) -> None:
    run = new_run()
    # A link to the console loads nothing until it is followed.
    page = render_report(run).replace(f'<a href="{run.console_url}">', "")
    targets = re.findall(r"""(?:src|href)=["']([^"']+)["']""", page)
    assert targets
    assert not [target for target in targets if re.match(r"[a-z]+:|//|/", target)]
    assert not re.search(r"url\(|@import|<script|<link", page)


def test_report_says_in_both_languages_that_photos_are_simulated(new_run: RunMaker) -> None:
    page = render_report(new_run())
    assert "不是真实照片" in page
    assert "All photographs on this page are simulated" in page


def test_dates_are_those_of_shanghai(new_run: RunMaker) -> None:
    assert "2026-11-22 08:47" in render_report(new_run())


def test_unexpected_answer_is_marked_on_its_card(new_run: RunMaker) -> None:
    page = render_report(new_run(expected="EXPIRED"))
    assert "outcome: expected EXPIRED, got GENUINE_FIRST" in page
    assert 'class="card unexpected"' in page


def test_report_is_written_beside_its_pictures(new_run: RunMaker) -> None:
    run = new_run()
    assert write_report(run) == run.folder / "report.html"
    assert 'src="photos/kraft.jpg"' in (run.folder / "report.html").read_text(encoding="utf-8")
