"""Signing in to the console in a real browser, against the real server."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from conftest import ConsoleService

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(180)]

OpenConsole = Callable[..., Page]
TypeLogin = Callable[..., None]
WRONG = "not-the-password"


def test_a_wrong_password_is_said_kindly_and_a_right_one_leads_where_one_wanted_to_go(
    open_console: OpenConsole, type_login: TypeLogin, picture_of: Callable[[Page, str], None]
) -> None:
    page = open_console("/codes?view=codes&state=ACTIVE", login=None)
    type_login(page, "lin.wen", WRONG)
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不正确")
    picture_of(page, "login-wrong-light-zh")
    expect(page.locator("input[autocomplete=current-password]")).to_have_value("")
    expect(page.locator("input[autocomplete=username]")).to_have_value("lin.wen")
    type_login(page, "lin.wen")
    expect(page.get_by_role("heading", level=1)).to_have_text("码与订单")
    assert page.url.endswith("/console/codes?view=codes&state=ACTIVE")


def test_guessing_locks_the_login_and_the_page_counts_down(
    open_console: OpenConsole, type_login: TypeLogin, picture_of: Callable[[Page, str], None]
) -> None:
    page = open_console(login=None, language="en")
    submit = page.locator(".login-sheet button[type=submit]")
    for _ in range(7):
        type_login(page, "zhao.yi", WRONG)
        page.get_by_role("alert").wait_for()
        expect(submit).not_to_have_class("ant-btn-loading")
        if "locked" in page.get_by_role("alert").inner_text():
            break
    expect(page.get_by_role("alert")).to_contain_text("the account is locked for a while")
    expect(submit).to_be_disabled()
    expect(submit).to_contain_text("Wait")
    picture_of(page, "login-locked-light-en")


def test_a_server_that_can_not_be_reached_is_not_a_wrong_password(
    open_console: OpenConsole, type_login: TypeLogin
) -> None:
    page = open_console(login=None)
    page.route("**/v1/session", lambda route: route.abort())
    type_login(page, "lin.wen")
    expect(page.get_by_role("alert")).to_contain_text("无法连接服务器")


def test_an_ended_session_leads_to_the_login_and_back(
    console: "ConsoleService", open_console: OpenConsole, type_login: TypeLogin
) -> None:
    page = open_console("/templates?x=1")
    expect(page.get_by_role("heading", level=1)).to_have_text("品牌模板")
    token = page.evaluate("JSON.parse(sessionStorage.getItem('dianjin.session')).token")
    assert page.evaluate("Object.values(localStorage).join()").find(token) == -1
    ended = page.request.delete(
        f"{console.url}/v1/session", headers={"Authorization": f"Bearer {token}"}
    )
    assert ended.status == 204
    # The job tray asks the server at once; its own next round would come within a minute.
    page.evaluate("window.dispatchEvent(new Event('dianjin:nudge'))")
    expect(page.get_by_role("alert")).to_contain_text("登录已过期")
    type_login(page, "lin.wen")
    expect(page.get_by_role("heading", level=1)).to_have_text("品牌模板")
    assert page.url.endswith("/console/templates?x=1")


def test_a_reload_keeps_the_session_and_signing_out_ends_it_at_the_server(
    console: "ConsoleService", open_console: OpenConsole
) -> None:
    page = open_console("/templates")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("品牌模板")
    token = page.evaluate("JSON.parse(sessionStorage.getItem('dianjin.session')).token")
    page.get_by_role("button", name="账号").click()
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_text("退出登录").click()
    expect(page.get_by_role("alert")).to_contain_text("您已退出登录")
    answer = page.request.get(
        f"{console.url}/v1/session", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status == 401
    assert page.evaluate("sessionStorage.getItem('dianjin.session')") is None


def test_who_may_only_read_codes_sees_no_studio(open_console: OpenConsole) -> None:
    page = open_console("/codes", login="wu.ting")
    links = page.get_by_role("navigation", name="主导航").get_by_role("link")
    expect(links).to_have_text(["点金", "码与订单"])
    expect(page.get_by_role("button", name="签发新码")).to_have_count(0)
