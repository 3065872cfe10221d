"""The committed pages are those of the committed sources, and hold nothing of other hosts."""

import hashlib
import json
import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
WEB_CLIENT = REPOSITORY / "web_client"
PAGES = REPOSITORY / "ar_service" / "pages"
CONSOLE = PAGES / "console"
# Names of markup languages, not addresses that a browser would ask.
NAMESPACES = {
    "http://www.w3.org/1998/Math/MathML",
    "http://www.w3.org/1999/xhtml",
    "http://www.w3.org/1999/xlink",
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/XML/1998/namespace",
}
# Hosts in the console's scripts: help pages that error messages of libraries name, the base of
# relative addresses, and examples that the studio types in for a beginner. None is ever asked: the
# console's security policy lets it connect to its own server alone.
NAMED_BY_THE_CONSOLE = {
    "dianjin.example",
    "github.com",
    "localhost",
    "procomponents.ant.design",
    "react.dev",
    "reactrouter.com",
    "www.example.com",
}


def _source_files(source: str) -> list[Path]:
    path = WEB_CLIENT / source
    return [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]


def test_pages_were_built_from_these_sources() -> None:
    stamp = json.loads((PAGES / "build.json").read_text(encoding="utf-8"))
    digests = {
        file.relative_to(WEB_CLIENT).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for source in stamp["sources"]
        for file in _source_files(source)
    }
    assert {"scan/src/main.ts", "console/src/main.tsx"} <= set(digests)
    lines = "".join(f"{digests[path]}  {path}\n" for path in sorted(digests))
    assert hashlib.sha256(lines.encode()).hexdigest() == stamp["sha256"], (
        "the sources of the web client changed without a build: run `npm run build` in web_client"
    )


def test_index_names_only_files_that_are_there() -> None:
    index = (PAGES / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="/([^"]+)"', index)
    assert any(name.endswith(".js") for name in named)
    assert [name for name in named if not (PAGES / name).is_file()] == []


def test_index_obeys_the_security_policy() -> None:
    index = (PAGES / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)", index) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", index) == []


def _addresses(files: list[Path]) -> set[str]:
    return {
        address
        for file in files
        for address in re.findall(r"https?://[\w.-]+[\w/.-]*", file.read_text(encoding="utf-8"))
    } - NAMESPACES


@pytest.mark.parametrize("suffix", [".html", ".css", ".js"])
def test_scan_page_asks_no_other_host(suffix: str) -> None:
    files = [file for file in PAGES.rglob(f"*{suffix}") if CONSOLE not in file.parents]
    assert files
    assert _addresses(files) - {"https://fastly.jsdelivr.net/npm/zxing-wasm"} == set()


@pytest.mark.parametrize("suffix", [".html", ".css", ".js"])
def test_console_names_only_hosts_that_are_known(suffix: str) -> None:
    files = list(CONSOLE.rglob(f"*{suffix}"))
    assert files
    hosts = {address.split("/")[2].rstrip(".") for address in _addresses(files)}
    assert hosts <= (NAMED_BY_THE_CONSOLE if suffix == ".js" else set())


def test_console_index_names_only_files_that_are_there_and_obeys_its_policy() -> None:
    index = (CONSOLE / "index.html").read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="/console/([^"]+)"', index)
    assert any(name.endswith(".js") for name in named)
    assert [name for name in named if not (CONSOLE / name).is_file()] == []
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", index) == []


def test_console_begins_lighter_than_its_lists() -> None:
    import gzip

    index = (CONSOLE / "index.html").read_text(encoding="utf-8")
    first = set(re.findall(r'"/console/(assets/[^"]+\.js)"', index))
    packed = sum(len(gzip.compress((CONSOLE / name).read_bytes())) for name in first)
    assert packed <= 320_000
    every = sum(len(gzip.compress(script.read_bytes())) for script in CONSOLE.rglob("*.js"))
    assert every <= 800_000


def test_script_of_the_page_is_light() -> None:
    import gzip

    scripts = list((PAGES / "assets").glob("*.js"))
    packed = sum(len(gzip.compress(script.read_bytes())) for script in scripts)
    assert packed <= 60_000


def test_package_lock_names_no_registry() -> None:
    lock = json.loads((WEB_CLIENT / "package-lock.json").read_text(encoding="utf-8"))
    resolved = {
        package["resolved"] for package in lock["packages"].values() if "resolved" in package
    }
    # Only the workspaces of this repository are resolved to a place: their folder.
    assert {place for place in resolved if "://" in place} == set()
    assert all(
        "integrity" in package
        for name, package in lock["packages"].items()
        if name.startswith("node_modules/") and not package.get("link")
    )
