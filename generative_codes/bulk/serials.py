"""Serials of an order: read once, kept as bytes, at most some hundred megabytes for ten million."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from generative_codes.bulk.order import MAX_NUMBER_CHARACTERS, MAX_QUANTITY, BulkError, BulkItem
from generative_codes.errors import SheetError
from generative_codes.steering import CROCKFORD, PayloadTemplate
from generative_codes.vdp import VdpRow

MAX_FILE_BYTES = 2 * 1024**3
_TRIAL_CHARACTERS = 20
_ALPHABETS = ("0123456789", CROCKFORD, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@dataclass(frozen=True, slots=True, eq=False)
class SerialList:
    """All codes of an order, none twice.

    Attributes:
        template: Their payloads.
        codes: uint8 (B, serial_characters), ASCII.
        numbers: bytes (B,) label numbers; None numbers the labels 1, 2, 3 with leading zeros.
    """

    template: PayloadTemplate
    codes: npt.NDArray[np.uint8]
    numbers: npt.NDArray[np.bytes_] | None = None

    def __len__(self) -> int:
        return int(self.codes.shape[0])

    def items(self, labels: range) -> list[BulkItem]:
        """Some of them."""
        digits = len(str(len(self)))
        found = []
        for at in labels:
            number = f"{at + 1:0{digits}d}"
            if self.numbers is not None:
                number = self.numbers[at].decode("ascii")
            found.append(BulkItem(self.codes[at].tobytes().decode("ascii"), number))
        return found

    @property
    def content(self) -> bytes:
        """What makes two lists the same."""
        numbers = b"" if self.numbers is None else self.numbers.tobytes()
        return self.codes.tobytes() + b"/" + numbers


def from_csv(path: Path, prefix: str | None = None) -> SerialList:
    """Codes of a CSV file with the columns serial, payload (or a prefix), and label_number.

    Raises:
        BulkError: On missing columns, doubled or uneven serials, payloads that are not the serial
            between one prefix and one suffix.
        OSError: If the file can't be read.
    """
    if path.stat().st_size > MAX_FILE_BYTES:
        raise BulkError(f"{path} has more than {MAX_FILE_BYTES:,} bytes; split it.")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return _from_rows(csv.DictReader(stream), prefix, str(path))


def _from_rows(reader: "csv.DictReader[str]", prefix: str | None, name: str) -> SerialList:
    columns = reader.fieldnames or []
    if "serial" not in columns or (prefix is None and "payload" not in columns):
        raise BulkError(
            f"{name} needs the columns serial and payload (label_number may follow), "
            f"not {', '.join(columns) or 'none'}; or give a prefix for payloads of prefix + serial."
        )
    serials, numbers = io.BytesIO(), []
    around: tuple[str, str] | None = None if prefix is None else (prefix, "")
    length = None
    for line, row in enumerate(_capped(reader), start=2):
        serial = row["serial"] or ""
        if length is None:
            length = len(serial)
        if len(serial) != length or not serial.isascii() or not serial:
            raise BulkError(
                f"{name}, line {line}: the serial {serial!r} is not {length} ASCII characters "
                "long; serials of one order have one length."
            )
        if prefix is None:
            payload = row["payload"] or ""
            around = around or _around(payload, serial, f"{name}, line {line}")
            if payload != around[0] + serial + around[1]:
                raise BulkError(
                    f"{name}, line {line}: the payload {payload!r} is not {around[0]!r} + serial "
                    f"+ {around[1]!r} as before; one order has one address."
                )
        serials.write(serial.encode("ascii"))
        if "label_number" in columns:
            numbers.append(_number(row["label_number"] or "", f"{name}, line {line}"))
    if length is None or around is None:
        raise BulkError(f"{name} has no rows; an order has at least one code.")
    codes = np.frombuffer(serials.getvalue(), np.uint8).reshape(-1, length)
    return _checked(codes, around, np.array(numbers, dtype=np.bytes_) if numbers else None, name)


def _capped(reader: "csv.DictReader[str]") -> "Iterator[dict[str, str | None]]":
    for count, row in enumerate(reader):
        if count >= MAX_QUANTITY:
            raise BulkError(f"An order has at most {MAX_QUANTITY:,} codes; split the file.")
        yield dict(row)


def _around(payload: str, serial: str, place: str) -> tuple[str, str]:
    if payload.count(serial) != 1:
        raise BulkError(
            f"{place}: the payload {payload!r} must hold the serial {serial!r} exactly once."
        )
    before, _, after = payload.partition(serial)
    return before, after


def _number(text: str, place: str) -> bytes:
    if len(text) > MAX_NUMBER_CHARACTERS or not (text.isascii() and text.isprintable()):
        raise BulkError(
            f"{place}: the label number {text!r} is not printed; take up to "
            f"{MAX_NUMBER_CHARACTERS} letters, digits and signs of ASCII."
        )
    return text.encode("ascii")


def from_lines(path: Path, prefix: str) -> SerialList:
    """Serials one per line.

    Raises:
        BulkError: As `from_csv`.
        OSError: If the file can't be read.
    """
    if path.stat().st_size > MAX_FILE_BYTES:
        raise BulkError(f"{path} has more than {MAX_FILE_BYTES:,} bytes; split it.")
    lines = path.read_bytes().split()
    if not lines:
        raise BulkError(f"{path} has no rows; an order has at least one code.")
    if len(lines) > MAX_QUANTITY:
        raise BulkError(f"An order has at most {MAX_QUANTITY:,} codes; split the file.")
    length = len(lines[0])
    for at, line in enumerate(lines, start=1):
        if len(line) != length or not line.isascii():
            raise BulkError(
                f"{path}, serial {at}: {line[:80]!r} is not {length} ASCII characters long; "
                "serials of one order have one length."
            )
    codes = np.frombuffer(b"".join(lines), np.uint8).reshape(-1, length)
    return _checked(codes, (prefix, ""), None, str(path))


def for_trial(prefix: str, count: int, seed: int) -> SerialList:
    """Random serials, for trials only: they are not in anybody's books.

    Raises:
        BulkError: If the count is out of range.
    """
    if not 1 <= count <= MAX_QUANTITY:
        raise BulkError(f"An order has 1 to {MAX_QUANTITY:,} codes, not {count:,}.")
    letters = np.frombuffer(CROCKFORD.encode("ascii"), np.uint8)
    shape = (count, _TRIAL_CHARACTERS)
    codes = letters[np.random.default_rng(seed).integers(0, letters.size, shape)]
    # 100 random bits: two of ten million serials agree once in 10^16 trials.
    return _checked(codes, (prefix, ""), None, "the trial")


def _checked(
    codes: npt.NDArray[np.uint8],
    around: tuple[str, str],
    numbers: npt.NDArray[np.bytes_] | None,
    name: str,
) -> SerialList:
    if codes.min() < 0x21 or codes.max() > 0x7E:
        raise BulkError(f"{name} holds a serial with blanks or control characters; remove them.")
    _require_no_formula(codes, around, numbers, name)
    whole = np.ascontiguousarray(codes).view(f"S{codes.shape[1]}").reshape(-1)
    ordered = np.sort(whole)
    doubled = np.flatnonzero(ordered[1:] == ordered[:-1])
    if doubled.size:
        serial = ordered[doubled[0]].decode("ascii", "replace")
        raise BulkError(f"{name} holds the serial {serial!r} twice; each code is printed once.")
    present = "".join(map(chr, np.flatnonzero(np.bincount(codes.reshape(-1), minlength=256))))
    alphabet = next((known for known in _ALPHABETS if set(present) <= set(known)), present)
    template = PayloadTemplate(around[0], codes.shape[1], alphabet, around[1])
    return SerialList(template, codes, numbers)


def _require_no_formula(
    codes: npt.NDArray[np.uint8],
    around: tuple[str, str],
    numbers: npt.NDArray[np.bytes_] | None,
    name: str,
) -> None:
    """Refuse at once what the table of the run would refuse at its end.

    Raises:
        BulkError: If a serial, payload or number could run as a formula in a spreadsheet.
    """
    first_places = {int(code): at for at, code in enumerate(codes[:, 0].tolist())}
    rows = [(at, "1") for at in first_places.values()]
    if numbers is not None:
        starts = {number[:1]: at for at, number in enumerate(numbers.tolist())}
        rows += [(at, numbers[at].decode("ascii")) for at in starts.values()]
    for at, number in rows:
        serial = codes[at].tobytes().decode("ascii")
        try:
            VdpRow(serial, around[0] + serial + around[1], number)
        except SheetError as error:
            raise BulkError(f"{name}, serial {serial!r}: {error}") from None


def spread(serials: SerialList, count: int, seed: int) -> Sequence[BulkItem]:
    """A random sample without putting back, in order."""
    chosen = np.random.default_rng(seed).choice(
        len(serials), min(count, len(serials)), replace=False
    )
    return [serials.items(range(at, at + 1))[0] for at in sorted(chosen.tolist())]
