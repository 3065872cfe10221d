"""What a reader returned, sorted: our link, our bare code, somebody else's, or ours but broken.

Follows GS1 Digital Link: URI Syntax for the primary key 01 (GTIN) with the qualifiers 22, 10, 21 in
this order, uncompressed. Written links are always `https://{host}/01/{gtin14}/21/{code}`; on
reading, stems, shorter GTINs and the old names gtin, cpv, lot, ser are understood too.
"""

import re
import string
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import unquote_to_bytes

from trace_backend.codes.identity import CODE_LENGTH, MalformedCode, is_code, normalise
from trace_backend.products import to_gtin14

MAX_PAYLOAD_CHARACTERS: Final = 8192
"""More than the 7089 digits of the largest QR code."""
MAX_LINK_CHARACTERS: Final = 2048
MAX_PATH_SEGMENTS: Final = 16
MAX_PARAMETERS: Final = 32
MAX_VALUE_CHARACTERS: Final = 20
"""AIs 22, 10 and 21 take 1 to 20 characters of GS1 character set 82."""
MAX_HOST_CHARACTERS: Final = 253

_CSET_82: Final = frozenset(string.ascii_letters + string.digits + "!\"%&'()*+,-./_:;<=>?")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,30}):")
_WEB_SCHEMES: Final = frozenset({"http", "https", "HTTP", "HTTPS"})
_URL_CHARACTERS: Final = frozenset(
    string.ascii_letters + string.digits + "-._~:/?#[]@!$&'()*+,;=%"  # RFC 3986
)
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NAMES: Final = {"gtin": "01", "cpv": "22", "lot": "10", "ser": "21", "sscc": "00"}
_ITEM_KEY: Final = "01"
_OTHER_PRIMARY_KEYS: Final = frozenset(
    {"00", "253", "254", "255", "401", "402", "414", "415"}
    | {"8003", "8004", "8006", "8010", "8017", "8018"}
)
_QUALIFIER_ORDER: Final = ("22", "10", "21")
_DEFAULT_PORTS: Final = {"http": ":80", "https": ":443"}
_TYPED_LENGTHS: Final = range(CODE_LENGTH - 2, CODE_LENGTH + 3)
"""A bare text of nearly the length of a code is taken for a slip of the pen, not for foreign."""


class LinkFault(StrEnum):
    """Why a payload that points at us, or tries to be our code, can't be read."""

    TOO_LONG = "too_long"
    SCHEME = "scheme"
    USER_INFO = "user_info"
    CHARACTER = "character"
    PATH = "path"
    NO_KEY = "no_key"
    OTHER_KEY = "other_key"
    GTIN = "gtin"
    QUALIFIER = "qualifier"
    VALUE = "value"
    NO_SERIAL = "no_serial"
    PARAMETER = "parameter"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class OurLink:
    """A Digital Link of ours: GTIN of 14 digits, code in normal form, as on the label."""

    host: str
    gtin: str
    code: str
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class OurCode:
    """A bare code in normal form, typed or read."""

    code: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """Somebody else's payload; `host` is ASCII (punycode shows look-alikes), None without a URL."""

    host: str | None


@dataclass(frozen=True, slots=True)
class Malformed:
    """A payload that wants to be ours and is broken; `code_fault` when its code is the reason."""

    fault: LinkFault
    code_fault: MalformedCode | None = None


Payload = OurLink | OurCode | Foreign | Malformed


def digital_link(host: str, gtin: str, code: str) -> str:
    """Write the payload of a label.

    Args:
        host: our host, lower case, with a port only where it is not the default one.
        gtin: 14 digits.
        code: in normal form.
    """
    if to_gtin14(gtin) != gtin or not is_code(code):
        raise ValueError("a label wants a GTIN of 14 digits and a code in normal form")
    return f"https://{host}/01/{gtin}/21/{code}"


def parse_payload(text: str, our_hosts: Collection[str]) -> Payload:
    """Sort what a reader returned or a person typed.

    Args:
        text: hostile; any length and any characters.
        our_hosts: lower-case hosts whose links are ours, each with its port where it has one.
    """
    if len(text) > MAX_PAYLOAD_CHARACTERS:
        return Malformed(LinkFault.TOO_LONG)
    text = text.strip(" \t\r\n")
    scheme = _SCHEME.match(text)
    if scheme is None:
        return _parse_bare(text)
    if scheme[1].lower() not in _DEFAULT_PORTS:
        return Foreign(None)
    return _parse_url(text, scheme[1], our_hosts)


def _parse_bare(text: str) -> Payload:
    """Tell a code from other plain text; numbers of goods and parcels are somebody else's."""
    visible = "".join(
        character
        for character in unicodedata.normalize("NFKC", text)
        if unicodedata.category(character)[0] not in "CPZ"
    )
    # Ours always hold a letter and a digit (identity.make_code): twenty digits are a drug trace
    # code, twenty letters are words.
    if visible.isdigit() or not any(character.isdigit() for character in visible):
        return Foreign(None)
    code = normalise(text)
    if isinstance(code, str):
        return OurCode(code)
    latin = sum(character.isascii() for character in visible)
    if len(visible) in _TYPED_LENGTHS and visible.isalnum() and latin > len(visible) // 2:
        return Malformed(LinkFault.CODE, code)
    return Foreign(None)


def _parse_url(text: str, scheme: str, our_hosts: Collection[str]) -> Payload:
    after_scheme = text[len(scheme) + 1 :]
    if not after_scheme.startswith("//"):
        return Foreign(None)
    authority = re.split(r"[/?#\\]", after_scheme[2:], maxsplit=1)[0]
    named, _, address = authority.rpartition("@")
    host = address.lower().removesuffix(_DEFAULT_PORTS[scheme.lower()])
    if host not in our_hosts:
        shown = _ascii_host(host)
        # Written in look-alike forms that a browser would turn into our own name.
        return Malformed(LinkFault.CHARACTER) if shown in our_hosts else Foreign(shown)
    # 1 The whole text is a URL of bounded length in characters that a URL may hold.
    if len(text) > MAX_LINK_CHARACTERS:
        return Malformed(LinkFault.TOO_LONG)
    if scheme not in _WEB_SCHEMES:
        return Malformed(LinkFault.SCHEME)
    if named:
        return Malformed(LinkFault.USER_INFO)
    if not _URL_CHARACTERS.issuperset(text) or _BAD_ESCAPE.search(text):
        return Malformed(LinkFault.CHARACTER)
    rest = after_scheme[2 + len(authority) :].partition("#")[0]
    path, _, query = rest.partition("?")
    segments = path.split("/")[1:]
    if len(segments) > MAX_PATH_SEGMENTS or "" in segments:
        return Malformed(LinkFault.PATH)
    # 2 The rightmost primary key begins the identity; what stands before it is a stem.
    pairs = _key_and_qualifiers(segments)
    if isinstance(pairs, LinkFault):
        return Malformed(pairs)
    # 3 Nothing in the query string may say the identity a second time.
    if not _parameters_are_harmless(query):
        return Malformed(LinkFault.PARAMETER)
    return _read_pairs(host, pairs)


def _key_and_qualifiers(segments: list[str]) -> list[tuple[str, str]] | LinkFault:
    """Return (AI, escaped value) pairs, the primary key first."""
    for start in range(len(segments) - 2, -1, -2):
        application_identifier = _NAMES.get(segments[start], segments[start])
        if application_identifier in _OTHER_PRIMARY_KEYS:
            return LinkFault.OTHER_KEY
        if application_identifier == _ITEM_KEY:
            return [
                (_NAMES.get(segments[place], segments[place]), segments[place + 1])
                for place in range(start, len(segments), 2)
            ]
    return LinkFault.NO_KEY


def _parameters_are_harmless(query: str) -> bool:
    parameters = re.split("[&;]", query)
    if len(parameters) > MAX_PARAMETERS:
        return False
    names = [unquote_to_bytes(parameter.partition("=")[0]) for parameter in parameters]
    return not any(
        _NAMES.get(name.decode("latin-1"), name.decode("latin-1")) in {_ITEM_KEY, *_QUALIFIER_ORDER}
        for name in names
    )


def _read_pairs(host: str, pairs: list[tuple[str, str]]) -> OurLink | Malformed:
    """Read the GTIN and its qualifiers: known ones only, each once, in the order 22, 10, 21."""
    values: dict[str, str] = {}
    allowed = [_ITEM_KEY, *_QUALIFIER_ORDER]
    for application_identifier, escaped in pairs:
        if application_identifier not in allowed:
            return Malformed(LinkFault.QUALIFIER)
        allowed = allowed[allowed.index(application_identifier) + 1 :]
        value = unquote_to_bytes(escaped).decode("latin-1")
        if not 1 <= len(value) <= MAX_VALUE_CHARACTERS or not _CSET_82.issuperset(value):
            return Malformed(LinkFault.VALUE)
        values[application_identifier] = value
    gtin = to_gtin14(values[_ITEM_KEY])
    if gtin is None:
        return Malformed(LinkFault.GTIN)
    if "21" not in values:
        return Malformed(LinkFault.NO_SERIAL)
    code = normalise(values["21"])
    if isinstance(code, MalformedCode):
        return Malformed(LinkFault.CODE, code)
    return OurLink(host, gtin, code, values.get("10"))


def _ascii_host(host: str) -> str | None:
    """Return a foreign host in ASCII, fit to be shown; None when it is no host at all."""
    if len(host) > MAX_HOST_CHARACTERS:
        return None
    try:
        shown = host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return shown if re.fullmatch(r"[a-z0-9._:\[\]-]+", shown) else None
