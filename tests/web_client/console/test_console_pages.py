"""The console's pages in a real browser: templates, runs, codes, languages, modes, access."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from conftest import ConsoleService

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(240)]

OpenConsole = Callable[..., Page]
PictureOf = Callable[[Page, str], None]
RUN_MS = 120_000
TEMPLATE_NAME = "云岭古树红茶 · 山形"
PAGES = {"templates": "品牌模板", "runs": "出码任务", "codes": "码与订单"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_serious_access_findings(
    open_console: OpenConsole,
    picture_of: PictureOf,
    serious_findings: Callable[[Page], list[str]],
    scheme: str,
) -> None:
    page = open_console(login=None, scheme=scheme)
    picture_of(page, f"login-{scheme}-zh")
    assert serious_findings(page) == []
    page.locator("input[autocomplete=username]").fill("lin.wen")
    page.locator("input[autocomplete=current-password]").fill("yunling-2026-tea")
    page.locator(".login-sheet button[type=submit]").click()
    for path, title in PAGES.items():
        page.locator(f".frame-nav a[href='/console/{path}']").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        page.wait_for_load_state("networkidle")
        picture_of(page, f"{path}-{scheme}-zh")
        assert serious_findings(page) == [], path


def test_language_and_mode_switch_at_once_and_are_remembered(
    open_console: OpenConsole, picture_of: PictureOf
) -> None:
    page = open_console("/templates", size={"width": 1024, "height": 768})
    page.get_by_role("button", name="Switch to English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Templates")
    page.get_by_role("button", name="Appearance").click()
    page.get_by_role("menuitem", name="Dark").click()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(21, 23, 28)"
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Templates")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == ground
    picture_of(page, "templates-1024-dark-en")


def test_a_template_is_shown_archived_and_restored(open_console: OpenConsole) -> None:
    page = open_console("/templates")
    name = TEMPLATE_NAME
    card = page.get_by_role("article", name=name)
    picture = card.get_by_role("img", name=f"模板「{name}」的示例码")
    expect(picture).to_be_visible()
    assert picture.evaluate("img => img.naturalWidth") > 0
    card.get_by_role("button", name=f"更多操作：{name}").click()
    page.get_by_role("menuitem", name="归档").click()
    expect(card).to_have_count(0)
    page.get_by_text("已归档", exact=True).click()
    expect(card).to_be_visible()
    card.get_by_role("button", name="恢复").click()
    expect(card).to_have_count(0)
    page.get_by_text("使用中", exact=True).click()
    expect(card).to_be_visible()


def test_a_run_is_ordered_watched_and_its_file_fetched(
    console: "ConsoleService", open_console: OpenConsole, picture_of: PictureOf
) -> None:
    page = open_console("/templates")
    card = page.get_by_role("article", name=TEMPLATE_NAME)
    card.get_by_role("button", name="批量出码").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox", name="码订单").click()
    page.get_by_title("SAMPLE-0001 · 24 枚 · " + console.product_name).click()
    picture_of(page, "order-run-light-zh")
    number = dialog.get_by_label("编号").input_value()
    dialog.get_by_role("button", name="开始出码").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("出码任务")
    row = page.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text("已完成", timeout=RUN_MS)
    expect(row).to_contain_text("24 / 24")
    row.get_by_role("button", name=number).click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("通过")
    picture_of(page, "run-light-zh")
    with page.expect_download() as fetched:
        drawer.get_by_label("下载 part-0001.pdf").click()
    path = fetched.value.path()
    assert path.read_bytes().startswith(b"%PDF-")
    runs = console.call("GET", "/v1/studio/runs").json()["items"]
    counts = [(run["done_count"], run["failed_count"]) for run in runs if run["number"] == number]
    assert counts == [(24, 0)]


def test_codes_are_found_by_label_number_and_by_link(
    console: "ConsoleService", open_console: OpenConsole
) -> None:
    page = open_console("/codes?view=codes")
    search = page.get_by_role("searchbox", name="输入标签号、防伪码或链接")
    search.fill("3")
    search.press("Enter")
    expect(page.get_by_role("group", name="当前筛选")).to_contain_text("标签号：3")
    expect(page.locator("tbody .list-row")).to_have_count(1)
    search.fill(console.payload)
    search.press("Enter")
    code = console.payload.rsplit("/", 1)[1]
    expect(page.get_by_role("dialog")).to_contain_text(
        " ".join(code[at : at + 4] for at in range(0, 20, 4))
    )


def test_new_codes_are_ordered_once_even_when_the_line_was_cut(
    console: "ConsoleService", open_console: OpenConsole
) -> None:
    page = open_console("/codes")
    page.get_by_role("button", name="签发新码").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("数量").fill("7")
    number = dialog.get_by_label("编号").input_value()
    cut = [True]

    def cut_once(route) -> None:  # type: ignore[no-untyped-def]
        if route.request.method == "POST" and cut[0]:
            cut[0] = False
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/v1/code-orders", cut_once)
    issue = dialog.get_by_role("button", name="签发")
    issue.click()
    expect(page.get_by_text("无法连接服务器")).to_be_visible()
    issue.click()
    expect(page.get_by_role("row").filter(has_text=number)).to_be_visible()
    orders = console.call("GET", "/v1/code-orders").json()["items"]
    assert [order["quantity"] for order in orders if order["number"] == number] == [7]


def test_an_address_without_a_page_says_so(open_console: OpenConsole) -> None:
    page = open_console("/nothing/here")
    expect(page.get_by_role("heading", level=1)).to_have_text("页面不存在")
    page.get_by_role("button", name="回到设计工坊").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("设计工坊")


def test_the_scan_page_loads_nothing_of_the_console(
    console: "ConsoleService",
    open_browser: Callable[..., object],
    open_page: Callable[..., Page],
) -> None:
    page = open_page(open_browser())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(console.url + "/")
    page.wait_for_load_state("networkidle")
    assert asked
    assert [url for url in asked if "/console" in url] == []
