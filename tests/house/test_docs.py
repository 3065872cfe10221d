"""The documents keep pace with the code: every setting, command and make target is written down."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from ar_service.cli import app
from ar_service.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
DOCS = REPOSITORY / "docs"


def _headings(page: Path) -> set[str]:
    return {
        match[1].strip().strip("`")
        for match in re.finditer(r"^#{2,3}\s+(.+)$", page.read_text(), flags=re.MULTILINE)
    }


def test_every_setting_has_its_heading() -> None:
    wanted = {f"DIANJIN_{name.upper()}" for name in Settings.model_fields}
    assert wanted == {h for h in _headings(DOCS / "guide" / "settings.md") if "DIANJIN_" in h}


def _commands(group=None, name="dianjin") -> dict:
    """Every command by its whole name: dianjin read, dianjin art make, ..."""
    found = {}
    for part, command in (group or typer.main.get_command(app)).commands.items():
        whole = f"{name} {part}"
        found |= _commands(command, whole) if hasattr(command, "commands") else {whole: command}
    return found


def test_every_command_has_its_heading() -> None:
    headings = _headings(DOCS / "guide" / "command-line.md")
    assert set(_commands()) == {h for h in headings if "dianjin " in h}


def test_every_option_of_a_command_is_explained() -> None:
    page = (DOCS / "guide" / "command-line.md").read_text()
    for name, command in _commands().items():
        section = page.split(f"## `{name}`")[1].split("\n## ")[0]
        options = [o for p in command.params for o in p.opts if o.startswith("--")]
        assert [o for o in options if o not in section and o != "--json"] == [], name


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    used = set(re.findall(r"\bmake ([a-z-]+)", (REPOSITORY / "README.md").read_text()))
    assert {"demo", "test"} <= used
    assert used <= targets


@pytest.mark.parametrize("page", [*sorted(DOCS.rglob("*.md")), REPOSITORY / "README.md"], ids=str)
def test_every_link_and_picture_of_a_page_exists(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text()):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), f"{page.name} points to {target}"


def test_every_decision_stands_in_the_index() -> None:
    index = (DOCS / "decisions" / "index.md").read_text()
    pages = {p.name for p in (DOCS / "decisions").glob("0*.md")}
    assert pages
    assert {name for name in pages if name not in index} == set()
