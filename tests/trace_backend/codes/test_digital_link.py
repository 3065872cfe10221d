"""Sorting of payloads. The addresses are of the shapes that GS1's own toolkits test."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace_backend.codes.digital_link import (
    MAX_PAYLOAD_CHARACTERS,
    Foreign,
    LinkFault,
    Malformed,
    OurCode,
    OurLink,
    digital_link,
    parse_payload,
)
from trace_backend.codes.identity import ALPHABET, CodeFault, MalformedCode

HOSTS = frozenset({"id.dianjin.example", "localhost:8000"})
CODE = "7K3M9Q2XW5ZB8RT4VN10"
GTIN = "09520123456788"
AT = "https://id.dianjin.example"
OURS = OurLink("id.dianjin.example", GTIN, CODE)


def test_a_label_says_the_uncompressed_link():
    link = digital_link("id.dianjin.example", GTIN, CODE)
    assert link == f"https://id.dianjin.example/01/09520123456788/21/{CODE}"
    assert parse_payload(link, HOSTS) == OURS


@pytest.mark.parametrize(("gtin", "code"), [("9520123456788", CODE), (GTIN, CODE.lower())])
def test_a_label_is_not_written_with_anything_but_normal_forms(gtin, code):
    with pytest.raises(ValueError, match="normal form"):
        digital_link("id.dianjin.example", gtin, code)


@pytest.mark.parametrize(
    "payload",
    [
        f"{AT}/01/{GTIN}/21/{CODE}",
        f"http://id.dianjin.example/01/{GTIN}/21/{CODE}",
        f"HTTPS://ID.DIANJIN.EXAMPLE/01/{GTIN}/21/{CODE}",  # QR alphanumeric mode
        f"{AT}:443/01/{GTIN}/21/{CODE}",
        f"{AT}/01/9520123456788/21/{CODE}",
        f"{AT}/gtin/{GTIN}/ser/{CODE}",
        f"{AT}/some-extra/pathinfo/01/{GTIN}/21/{CODE}",
        f"{AT}/01/faux/01/{GTIN}/21/{CODE}",  # a fake key in the stem
        f"{AT}/01/{GTIN}/21/{CODE.lower()}",
        f"{AT}/01/{GTIN}/21/7K3M9-Q2XW5-ZB8",
        f"{AT}/01/{GTIN}/21/%37K3M9Q2XW5ZB8RT4VN10",
        f"{AT}/01/{GTIN}/22/2A/21/{CODE}",
        f"{AT}/01/{GTIN}/21/{CODE}?17=290331&utm_source=wechat",
        f"{AT}/01/{GTIN}/21/{CODE}?&&&17=290331&&singleton",
        f"{AT}/01/{GTIN}/21/{CODE}?",
        f"{AT}/01/{GTIN}/21/{CODE}#",
        f"{AT}/01/{GTIN}/21/{CODE}#21/other",
        f"  {AT}/01/{GTIN}/21/{CODE}\r\n",
    ],
)
def test_our_link_is_read_in_all_legal_spellings(payload):
    expected = Malformed(LinkFault.CODE, MalformedCode(CodeFault.WRONG_LENGTH))
    if "-ZB8" not in payload:
        expected = OURS
    assert parse_payload(payload, HOSTS) == expected


def test_lot_is_read_and_percent_decoded():
    payload = f"{AT}/01/{GTIN}/22/test/10/ABC%26%2B123/21/{CODE}"
    assert parse_payload(payload, HOSTS) == OurLink("id.dianjin.example", GTIN, CODE, "ABC&+123")


def test_a_host_with_a_port_is_another_host_than_without():
    path = f"/01/{GTIN}/21/{CODE}"
    assert parse_payload(f"http://localhost:8000{path}", HOSTS).host == "localhost:8000"
    assert parse_payload(f"http://localhost{path}", HOSTS) == Foreign("localhost")
    assert parse_payload(f"{AT}:8443{path}", HOSTS) == Foreign("id.dianjin.example:8443")


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        (f"HtTpS://id.dianjin.example/01/{GTIN}/21/{CODE}", LinkFault.SCHEME),
        (f"https://user@id.dianjin.example/01/{GTIN}/21/{CODE}", LinkFault.USER_INFO),
        (AT, LinkFault.NO_KEY),
        (f"{AT}/", LinkFault.PATH),
        (f"{AT}/about", LinkFault.NO_KEY),
        (f"{AT}/01", LinkFault.NO_KEY),
        (f"{AT}/01/{GTIN}", LinkFault.NO_SERIAL),
        (f"{AT}/01/{GTIN}/10/ABC", LinkFault.NO_SERIAL),
        (f"{AT}/01/{GTIN}/21", LinkFault.NO_KEY),
        (f"{AT}/01/{GTIN}/21/", LinkFault.PATH),
        (f"{AT}/01/{GTIN}/21/{CODE}/", LinkFault.PATH),
        (f"{AT}//01/{GTIN}/21/{CODE}", LinkFault.PATH),
        (f"{AT}/00/006141411234567890", LinkFault.OTHER_KEY),
        (f"{AT}/414/9520123456788", LinkFault.OTHER_KEY),
        (f"{AT}/01/{GTIN[:-1]}9/21/{CODE}", LinkFault.GTIN),
        (f"{AT}/01/952012345678/21/{CODE}", LinkFault.GTIN),
        (f"{AT}/01/{GTIN}/21/{CODE}/10/ABC", LinkFault.QUALIFIER),  # order 22, 10, 21
        (f"{AT}/01/{GTIN}/10/ABC/22/2A/21/{CODE}", LinkFault.QUALIFIER),
        (f"{AT}/01/{GTIN}/10/A/10/B/21/{CODE}", LinkFault.QUALIFIER),
        (f"{AT}/01/{GTIN}/21/{CODE}/21/{CODE}", LinkFault.QUALIFIER),
        (f"{AT}/01/{GTIN}/89/ABC/21/{CODE}", LinkFault.QUALIFIER),
        (f"{AT}/01/{GTIN}/10/{'A' * 21}/21/{CODE}", LinkFault.VALUE),
        (f"{AT}/01/{GTIN}/10/A%20B/21/{CODE}", LinkFault.VALUE),
        (f"{AT}/01/{GTIN}/10/A%00B/21/{CODE}", LinkFault.VALUE),
        (f"{AT}/01/{GTIN}/10/A%E4%B8%AD/21/{CODE}", LinkFault.VALUE),
        (f"{AT}/01/{GTIN}/21/{CODE[:-1]}", LinkFault.CODE),
        (f"{AT}/01/{GTIN}/21/{CODE[:-1]}U", LinkFault.CODE),
        (f"{AT}/01/{GTIN}/21/{CODE}?21=X", LinkFault.PARAMETER),
        (f"{AT}/01/{GTIN}/21/{CODE}?17=290331;10=LOT", LinkFault.PARAMETER),
        (f"{AT}/01/{GTIN}/21/{CODE}?%32%31=X", LinkFault.PARAMETER),
        (f"{AT}/01/{GTIN}/21/{CODE}?ser=X", LinkFault.PARAMETER),
        (f"{AT}/01/{GTIN}/21/{CODE}?" + "&" * 32, LinkFault.PARAMETER),
        (f"{AT}/01/{GTIN}/21/{CODE}?a=<script>", LinkFault.CHARACTER),
        (f"{AT}/01/{GTIN}/21/{CODE}`", LinkFault.CHARACTER),
        (f"{AT}/01/{GTIN}/21/{CODE}^", LinkFault.CHARACTER),
        (f"{AT}/01/{GTIN}/21/{{{CODE}}}", LinkFault.CHARACTER),
        (f"{AT}\\@evil.example/01/{GTIN}/21/{CODE}", LinkFault.CHARACTER),
        (f"{AT}/01/{GTIN}/21/{CODE[:9]}\x00{CODE[9:]}", LinkFault.CHARACTER),
        (f"{AT}/01/{GTIN}/21/７Ｋ３Ｍ９Ｑ２ＸＷ５ＺＢ８ＲＴ４ＶＮ１０", LinkFault.CHARACTER),
        (f"{AT}/01/{GTIN}/21/{CODE}%2", LinkFault.CHARACTER),
        (f"{AT}/01/{GTIN}/21/{CODE}%4g", LinkFault.CHARACTER),
        (f"{AT}/" + "a/" * 20 + f"01/{GTIN}/21/{CODE}", LinkFault.PATH),
        (f"{AT}/01/{GTIN}/21/{CODE}?a=" + "x" * 2048, LinkFault.TOO_LONG),
        (f"https://ｉｄ.dianjin.example/01/{GTIN}/21/{CODE}", LinkFault.CHARACTER),
    ],
)
def test_a_broken_link_of_ours_is_malformed_with_the_reason(payload, fault):
    result = parse_payload(payload, HOSTS)
    assert isinstance(result, Malformed)
    assert result.fault is fault


@pytest.mark.parametrize(
    ("payload", "host"),
    [
        ("https://u.wechat.com/MAbcdefghijk", "u.wechat.com"),
        ("http://weixin.qq.com/r/abcdef", "weixin.qq.com"),
        (f"https://id.gs1.org/01/{GTIN}/21/{CODE}", "id.gs1.org"),
        (f"http://brand.example/01/{GTIN}/21/{CODE}", "brand.example"),
        (f"https://id.dianjin.example@evil.example/01/{GTIN}/21/{CODE}", "evil.example"),
        (f"https://evil.example/id.dianjin.example/01/{GTIN}/21/{CODE}", "evil.example"),
        (f"https://id.dianjin.example.evil.example/01/{GTIN}", "id.dianjin.example.evil.example"),
        (f"https://id.dianjin.example./01/{GTIN}/21/{CODE}", "id.dianjin.example."),
        # Letters of another script are shown in punycode (a name of ICANN's IDN test).
        ("https://пример.испытание/01/1", "xn--e1afmkfd.xn--80akhbyknj4f"),
        ("https://[2001:db8::1]/01/1", "[2001:db8::1]"),
        ("https://192.0.2.1/01/1", "192.0.2.1"),
        ("https:///01/1", None),
        ("https://a b/01/1", None),
        ("https://" + "a" * 300, None),
        ("https:id.dianjin.example", None),
        ("weixin://dl/business/?t=abc", None),
        ("mailto:somebody@brand.example", None),
        ("WIFI:T:WPA;S:mynetwork;P:mypass;;", None),
        ("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD", None),
        ("", None),
        ("hello world", None),
        ("点金码 一物一码 溯源监管解决方案 点金码一物", None),
        ("HOWQVICKBROWNFXJMPSV", None),  # twenty letters are words
        ("6901234567892", None),  # EAN-13
        ("09520123456788", None),
        ("81000000000000000000", None),  # twenty digits: a drug trace code
        ("８１０００００００００００００００００００", None),
        ("010952012345678821ABC123", None),  # GS1 element string
        ("(01)09520123456788(21)7K3M9Q2XW5ZB8RT4VN10", None),
        ("SF1234567890123", None),
        ("550e8400-e29b-41d4-a716-446655440000", None),
        ("\x00\x01\x02", None),
        ("\ud800", None),
    ],
)
def test_what_others_print_is_foreign(payload, host):
    assert parse_payload(payload, HOSTS) == Foreign(host)


@pytest.mark.parametrize(
    "payload",
    [CODE, CODE.lower(), "7K3M9-Q2XW5-ZB8RT-4VN10", "７Ｋ３Ｍ９Ｑ２ＸＷ５ＺＢ８ＲＴ４ＶＮ１０"],
)
def test_a_bare_code_is_ours(payload):
    assert parse_payload(payload, HOSTS) == OurCode(CODE)


@pytest.mark.parametrize(
    ("payload", "fault"),
    [
        (CODE[:-1], CodeFault.WRONG_LENGTH),
        (CODE + "A", CodeFault.WRONG_LENGTH),
        (CODE[:-1] + "U", CodeFault.NOT_IN_ALPHABET),
        (CODE[:5] + "\x00" + CODE[5:], CodeFault.CONTROL_CHARACTER),
        (CODE[:5] + "\u200b" + CODE[5:], CodeFault.CONTROL_CHARACTER),
        (CODE.replace("K", "\u041a"), CodeFault.OTHER_SCRIPT),
    ],
)
def test_a_slip_in_a_bare_code_is_malformed_with_the_reason(payload, fault):
    assert parse_payload(payload, HOSTS) == Malformed(LinkFault.CODE, MalformedCode(fault))


def test_an_overlong_payload_is_cut_off_before_it_is_looked_at():
    assert parse_payload("A" * (MAX_PAYLOAD_CHARACTERS + 1), HOSTS) == Malformed(LinkFault.TOO_LONG)
    assert parse_payload("A1" * (MAX_PAYLOAD_CHARACTERS // 2), HOSTS) == Foreign(None)


@given(st.text())
def test_any_text_is_sorted_without_an_error(text):
    parse_payload(text, HOSTS)


@given(st.text(alphabet=st.characters(), max_size=60))
def test_any_path_at_our_host_is_ours_or_malformed(path):
    result = parse_payload(f"{AT}/{path}", HOSTS)
    assert isinstance(result, OurLink | Malformed)


@given(st.text(ALPHABET, min_size=20, max_size=20))
def test_every_label_we_write_is_read_back(code):
    link = digital_link("id.dianjin.example", GTIN, code)
    assert parse_payload(link, HOSTS) == OurLink("id.dianjin.example", GTIN, code)
