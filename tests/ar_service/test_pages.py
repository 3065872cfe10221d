import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ar_service.app import create_app
from ar_service.edge.pages import default_pages_dir, load_pages
from ar_service.settings import Settings

CODE = "0123456789ABCDEFGHJK"


@pytest.mark.parametrize(
    "path", ["/", "/01/09521234543213/21/" + CODE, "/01/09521234543213/10/L1/21/" + CODE]
)
def test_the_root_and_every_digital_link_open_the_scan_page(quiet_house, path: str) -> None:
    response = quiet_house.client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.text.startswith("<!doctype html>")
    assert response.headers["cache-control"] == "no-cache"


def test_assets_are_immutable_and_have_their_types(quiet_house) -> None:
    script = quiet_house.client.get("/assets/app-0a1b2c.js")
    wasm = quiet_house.client.get("/assets/reader-9f8e7d.wasm")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert wasm.headers["content-type"] == "application/wasm"
    for response in (script, wasm):
        assert response.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_a_browser_that_takes_gzip_gets_gzip_of_the_same_bytes(quiet_house) -> None:
    plain = quiet_house.client.get("/assets/app-0a1b2c.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    with_gzip = quiet_house.client.get("/assets/app-0a1b2c.js", headers={"Accept-Encoding": "gzip"})
    assert with_gzip.headers["content-encoding"] == "gzip"
    assert int(with_gzip.headers["content-length"]) < len(plain.content)
    assert with_gzip.content == plain.content


def test_a_browser_that_has_the_page_gets_304(quiet_house) -> None:
    etag = quiet_house.client.get("/").headers["etag"]
    again = quiet_house.client.get("/", headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content) == (304, b"")


def test_head_answers_without_a_body(quiet_house) -> None:
    response = quiet_house.client.request("HEAD", "/")
    assert (response.status_code, response.content) == (200, b"")


def test_a_file_of_the_root_is_served(quiet_house) -> None:
    response = quiet_house.client.get("/favicon.svg")
    assert response.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/index.htm",
        "/assets/",
        "/assets/missing.js",
        "/assets/../index.html",
        "/assets/%2e%2e/index.html",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.key",
        "/assets//etc/passwd",
        "/01",
        "/docs",
        "/redoc",
        "/v1/nothing",
        "/%00",
        "/%ff",
    ],
)
def test_what_is_not_there_is_a_404_problem(quiet_house, problem, path: str) -> None:
    response = quiet_house.client.get(path)
    assert (response.status_code, problem(response)) == (404, "not-found")


def test_another_method_is_a_405_problem(quiet_house, problem) -> None:
    response = quiet_house.client.request("DELETE", "/v1/verify")
    assert (response.status_code, problem(response)) == (405, "method-not-allowed")


def test_without_built_pages_the_answer_says_what_to_do(tmp_path, portal, problem, house) -> None:
    app = create_app(Settings(data_dir=tmp_path / "data", run_jobs=False), pages_dir=tmp_path)
    client = type(house.client)(app, portal)
    with portal.wrap_async_context_manager(app.router.lifespan_context(app)):
        response = client.get("/01/09521234543213/21/" + CODE)
        assert (response.status_code, problem(response)) == (503, "pages-missing")
        assert "make web" in response.json()["detail"]
        assert client.get("/healthz").status_code == 200


def test_an_absent_folder_is_no_page(tmp_path) -> None:
    assert not load_pages(tmp_path / "absent").present


def test_the_pages_live_beside_the_package() -> None:
    import ar_service

    assert default_pages_dir().parent.samefile(ar_service.__path__[0])


def test_the_etag_is_of_the_content(quiet_house, pages_dir) -> None:
    body = (pages_dir / "index.html").read_bytes()
    expected = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    assert quiet_house.client.get("/").headers["etag"] == expected


CONSOLE_HTML = (
    b'<!doctype html><script type="module" src="/console/assets/index-0a1b.js" nonce="__NONCE__">'
    b'</script><link rel="stylesheet" href="/console/assets/index-0a1b.css" nonce="__NONCE__">'
)


@pytest.fixture
def console(tmp_path, portal, house) -> Iterator:
    """A client of a service that has a scan page and a console."""
    folder = tmp_path / "pages"
    (folder / "console" / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(b"<!doctype html><title>scan</title>")
    (folder / "console" / "index.html").write_bytes(CONSOLE_HTML)
    (folder / "console" / "assets" / "index-0a1b.js").write_bytes(b"export const a = 1;")
    app = create_app(Settings(data_dir=tmp_path / "data", run_jobs=False), pages_dir=folder)
    with portal.wrap_async_context_manager(app.router.lifespan_context(app)):
        yield type(house.client)(app, portal)


def _nonces(text: str) -> set[str]:
    return set(re.findall(r'nonce="([^"]*)"', text))


@pytest.mark.parametrize(
    "path", ["/console", "/console/", "/console/login", "/console/runs?run=1", "/console/a/b.c"]
)
def test_every_address_of_the_console_opens_the_console(console, path: str) -> None:
    response = console.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "/console/assets/index-0a1b.js" in response.text


def test_the_console_allows_only_its_own_scripts_and_styles_with_the_nonce(console) -> None:
    response = console.get("/console/")
    (nonce,) = _nonces(response.text)
    policy = dict(
        directive.split(" ", 1)
        for directive in response.headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == f"'self' 'nonce-{nonce}'"
    assert "unsafe" not in response.headers["content-security-policy"]
    assert len(nonce) >= 22, "128 bits in base64url are 22 characters"


def test_no_nonce_of_the_console_comes_twice_or_is_stored(console) -> None:
    answers = [console.get("/console/") for _ in range(3)]
    assert len(set().union(*(_nonces(answer.text) for answer in answers))) == 3
    assert all("__NONCE__" not in answer.text for answer in answers)
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert all("etag" not in answer.headers for answer in answers)


def test_the_scan_page_keeps_its_policy_and_knows_no_console(console) -> None:
    response = console.get("/")
    assert "style-src 'self';" in response.headers["content-security-policy"]
    assert "nonce" not in response.headers["content-security-policy"]
    assert "console" not in response.text


def test_assets_of_the_console_are_immutable_and_missing_ones_are_no_page(console, problem) -> None:
    asset = console.get("/console/assets/index-0a1b.js")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    for name in ("", "gone.js", "%2e%2e/index.html"):
        response = console.get(f"/console/assets/{name}")
        assert (response.status_code, problem(response)) == (404, "not-found"), name


def test_an_installation_without_a_console_says_what_to_do(quiet_house, problem) -> None:
    response = quiet_house.client.get("/console/runs")
    assert (response.status_code, problem(response)) == (503, "pages-missing")
    assert quiet_house.client.get("/").status_code == 200


def test_the_built_console_marks_every_script_and_style_with_the_nonce() -> None:
    index: Path = default_pages_dir() / "console" / "index.html"
    html = index.read_text(encoding="utf-8")
    tags = re.findall(r"<(?:script|style)[^>]*>|<link[^>]*(?:stylesheet|modulepreload)[^>]*>", html)
    assert len(tags) >= 3
    assert [tag for tag in tags if 'nonce="__NONCE__"' not in tag] == []
