"""The scan page asks the server where the phone's own reader fails (simulated bent label)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, Route, expect

if TYPE_CHECKING:
    from conftest import Service

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(240)]

READ_MS = 60_000

OpenBrowser = Callable[..., Browser]
OpenPage = Callable[..., Page]
Keep = Callable[[Page, str], None]


def _reads(page: Page) -> list[str]:
    """Collects the methods of the requests for reading."""
    asked: list[str] = []
    page.on(
        "request",
        lambda request: asked.append(request.method) if "/v1/read" in request.url else None,
    )
    return asked


@pytest.mark.parametrize(
    ("language", "hint", "heading"),
    [
        ("zh-CN", "手机读不清，正请服务器辨认画面", "正品: 首次查询"),
        ("en", "Hard to read here, asking the server", "Genuine: First check"),
    ],
)
def test_a_bent_label_that_the_phone_can_not_read_is_verified_with_the_servers_help(
    service: "Service",
    bent_clip_of: Callable[[str], Path],
    open_browser: OpenBrowser,
    open_page: OpenPage,
    keep: Keep,
    language: str,
    hint: str,
    heading: str,
) -> None:
    code = next(service.active)
    page = open_page(open_browser(bent_clip_of(code.payload)), language=language)
    asked = _reads(page)
    verified: list[str] = []
    page.on(
        "request",
        lambda request: (
            verified.append(json.loads(request.post_data or "{}")["payload"])
            if request.url.endswith("/v1/verify")
            else None
        ),
    )
    # The answer waits until the hint was seen, however fast the server is.
    held: list[Route] = []
    is_seen = False

    def hold(route: Route) -> None:
        if is_seen:
            route.continue_()
        else:
            held.append(route)

    page.route("**/v1/read", hold)
    page.goto(service.url)
    expect(page.locator(".hint[data-hint=asking]")).to_have_text(hint, timeout=READ_MS)
    keep(page, f"asking-{language}")
    is_seen = True
    held[-1].continue_()
    expect(page.locator("[data-verdict=GENUINE_FIRST]")).to_be_visible(timeout=READ_MS)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert verified == [code.payload]
    assert set(asked) == {"POST"}
    keep(page, f"asked-verdict-{language}")


def test_a_service_that_reads_no_photos_is_asked_once_and_the_search_goes_on(
    service: "Service",
    bent_clip_of: Callable[[str], Path],
    open_browser: OpenBrowser,
    open_page: OpenPage,
) -> None:
    page = open_page(open_browser(bent_clip_of(next(service.active).payload)))
    asked = _reads(page)
    body = json.dumps({"type": "/problems/not-found", "status": 404})
    page.route("**/v1/read", lambda route: route.fulfill(status=404, body=body))
    page.goto(service.url)
    page.wait_for_timeout(12_000)
    assert asked == ["POST"]
    expect(page.locator(".hint")).to_be_visible()
    expect(page.locator("[data-notice]")).to_have_count(0)


def test_pictures_are_sent_only_so_often_and_not_while_the_page_is_hidden(
    service: "Service",
    clip_of: Callable[[str], Path],
    open_browser: OpenBrowser,
    open_page: OpenPage,
) -> None:
    page = open_page(open_browser(clip_of("")))
    asked = _reads(page)
    page.route("**/v1/read", lambda route: route.fulfill(json={"codes": []}))
    page.add_init_script(
        "Object.defineProperty(document, 'hidden', {get: () => window.isShown !== true})"
    )
    page.goto(service.url)
    page.wait_for_timeout(8_000)
    assert asked == []
    page.evaluate("window.isShown = true")
    page.wait_for_timeout(20_000)
    assert 1 <= len(asked) <= 6
    so_far = len(asked)
    page.wait_for_timeout(4_000)
    assert len(asked) <= 6
    assert len(asked) >= so_far
