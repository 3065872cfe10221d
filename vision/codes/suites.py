"""Public photo suites with expected texts: which pictures there are and what they should say.

Layout of the folder: ``<project>/<suite>/<picture>`` with the expectation beside it under the same
name, ``.txt`` (UTF-8 text) or ``.bin`` (bytes); ``jsQR/end-to-end/<name>/input.webp`` with
``output.json`` (payload bytes or null).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vision.codes.symbology import Symbology

if TYPE_CHECKING:
    from pathlib import Path

    from vision.codes.code_reading import CodeReading

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
# Suites that expect another text form than the standards' plain text (start and stop characters,
# no application identifier, unexpanded UPC-E, add-on digits): they say nothing about reading.
_OTHER_TEXT_FORM = re.compile(
    r"zxing/(codabar-1|rss14-1|rss14-2|upce-2|upce-3)|[^/]+/[^/]*-extension-.*"
)
_NO_CODE = re.compile(r"[^/]+/falsepositives-.*")
# Expectations that are not what is printed, looked at one by one: a letter left out (the same photo
# in the other project has it), and the number of another book.
_CORRECTED = {
    "zxing/qrcode-2/13": "The 2005 USGS aerial photography of the Washington Monument is censored.",
    "zxing-cpp/ean13-2/23": "9784872348880",
    "zxing-cpp/ean13-2/28": "9784872348880",
}
# So a suite says (with this spelling) that it does not know what is printed.
_NOT_KNOWN = "<unkown>"
# Suites with QR Codes, or with several kinds of code in a picture.
_QR_OR_MANY = re.compile(r"[^/]+/(qrcode-\d+|microqrcode-\d+|rmqrcode-\d+|multi-.*|end-to-end)")


# The same of the kinds that have a lattice of their own.
_HOLDERS = {
    Symbology.DATA_MATRIX: re.compile(r"[^/]+/(datamatrix-\d+|inverted|multi-.*)"),
    Symbology.MICRO_QR_CODE: re.compile(r"[^/]+/(microqrcode-\d+|multi-.*)"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One picture of a suite.

    `suite` as "<project>/<suite>"; `expected`: text, bytes, or None where no single text is
    expected; `has_code`: whether there is any code in the picture.
    """

    suite: str
    path: Path
    expected: str | bytes | None
    has_code: bool

    @property
    def family(self) -> str:
        """The suite's kind of code: "qrcode" for "zxing/qrcode-2"."""
        name = self.suite.partition("/")[2]
        return "qrcode" if name == "end-to-end" else re.sub(r"-\d+$", "", name)

    def is_met_by(self, reading: CodeReading) -> bool:
        """Return whether the reading says what is expected, line ends at the end aside.

        A UPC-A number is the EAN-13 number with a leading 0 (GS1 General Specifications 5.2.1).
        """
        if isinstance(self.expected, bytes):
            return reading.raw == self.expected
        if self.expected is None:
            return False
        text, expected = reading.text.rstrip("\r\n"), self.expected.rstrip("\r\n")
        is_upc_a = len(expected) == 12 and expected.isdecimal() and reading.symbology.is_linear
        return text == expected or (is_upc_a and text == "0" + expected)


def find_cases(root: Path) -> list[Case]:
    """Return every picture under `root` whose suite expects plain texts, in a fixed order."""
    cases = []
    for path in sorted(root.rglob("*")):
        if path.suffix.lower() not in _PICTURES:
            continue
        suite = "/".join(path.relative_to(root).parts[:2])
        if _OTHER_TEXT_FORM.fullmatch(suite):
            continue
        expected = _CORRECTED.get(f"{suite}/{path.stem}", _expectation(path))
        cases.append(Case(suite, path, expected, _NO_CODE.fullmatch(suite) is None))
    return cases


def find_pictures_without_qr(root: Path) -> list[Path]:
    """Return every picture under `root` in whose suite nothing is a QR Code of any kind."""
    return [
        path
        for path in sorted(root.rglob("*"))
        if path.suffix.lower() in _PICTURES
        and _QR_OR_MANY.fullmatch("/".join(path.relative_to(root).parts[:2])) is None
    ]


def find_pictures_without(root: Path, symbology: Symbology) -> list[Path]:
    """Return every picture under `root` in whose suite nothing is such a code.

    Raises:
        ValueError: Neither Data Matrix nor Micro QR Code.
    """
    if symbology not in _HOLDERS:
        raise ValueError(f"expected one of {[kind.value for kind in _HOLDERS]}, got {symbology}")
    holders = _HOLDERS[symbology]
    return [
        path
        for path in sorted(root.rglob("*"))
        if path.suffix.lower() in _PICTURES
        and holders.fullmatch("/".join(path.relative_to(root).parts[:2])) is None
    ]


def _expectation(path: Path) -> str | bytes | None:
    output = path.with_name("output.json")
    if output.exists():
        answer = json.loads(output.read_bytes())
        payload = answer and answer.get("binaryData")
        return bytes(payload) if payload is not None else None
    text, data = path.with_name(f"{path.stem}.txt"), path.with_name(f"{path.stem}.bin")
    if text.exists():
        told = text.read_bytes().decode()
        return None if told.strip() == _NOT_KNOWN else told
    return data.read_bytes() if data.exists() else None
