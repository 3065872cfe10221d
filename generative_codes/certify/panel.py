"""Independent decoders behind one protocol; a library's failure is a picture not read."""

import importlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import cv2
import numpy as np
import numpy.typing as npt
import zxingcpp

from generative_codes.certify.reflectance import CertifyError

# What the libraries throw for pictures they can't cope with: OpenCV its own error, its bindings
# UnicodeDecodeError for bytes that are not UTF-8, and SystemError where a binding forgot to clear
# an error; zxing-cpp ValueError for empty pictures and RuntimeError from inside.
_LIBRARY_ERRORS = (cv2.error, UnicodeDecodeError, SystemError, ValueError, RuntimeError)
_QR_CODE = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])


class DecoderName(StrEnum):
    """Decoders that the panel knows."""

    ZXING = "zxing"
    WECHAT = "wechat"
    OPENCV = "opencv"
    OPENCV_ARUCO = "opencv_aruco"
    ZBAR = "zbar"


class Decoder(Protocol):
    """Reads QR Codes in a picture."""

    @property
    def name(self) -> DecoderName:
        """Which decoder this is."""

    def read(self, picture: npt.NDArray[np.uint8]) -> tuple[bytes, ...]:
        """Payloads found in uint8 (H, W, 3) B, G, R, in no order; empty if none or on failure."""


@dataclass(frozen=True, slots=True)
class ZxingDecoder:
    """zxing-cpp with its default effort (rotated, inverted and downscaled attempts)."""

    name: DecoderName = DecoderName.ZXING

    def read(self, picture: npt.NDArray[np.uint8]) -> tuple[bytes, ...]:
        """Payload bytes of all valid QR Codes."""
        try:
            found = zxingcpp.read_barcodes(picture, _QR_CODE)
        except _LIBRARY_ERRORS:
            return ()
        return tuple(barcode.bytes for barcode in found if barcode.valid)


@dataclass(frozen=True, slots=True)
class WechatDecoder:
    """WeChat's detector in OpenCV contrib, without its model files."""

    reader: Any
    name: DecoderName = DecoderName.WECHAT

    def read(self, picture: npt.NDArray[np.uint8]) -> tuple[bytes, ...]:
        """UTF-8 bytes of the texts found; payloads that are not UTF-8 can't be read."""
        try:
            texts, _ = self.reader.detectAndDecode(picture)
        except _LIBRARY_ERRORS:
            return ()
        return tuple(text.encode("utf-8", "replace") for text in texts if text)


@dataclass(frozen=True, slots=True)
class OpencvDecoder:
    """One of OpenCV's two detectors with its common decoder."""

    name: DecoderName
    reader: Any

    def read(self, picture: npt.NDArray[np.uint8]) -> tuple[bytes, ...]:
        """Payload bytes; OpenCV rewrites bytes that are not UTF-8 as Latin-1 text."""
        try:
            payload = self.reader.detectAndDecodeBytes(picture)[0]
        except _LIBRARY_ERRORS:
            return ()
        return (bytes(payload),) if payload else ()


@dataclass(frozen=True, slots=True)
class ZbarDecoder:
    """ZBar through pyzbar, where both are installed."""

    decode: Any
    symbols: Any
    name: DecoderName = DecoderName.ZBAR

    def read(self, picture: npt.NDArray[np.uint8]) -> tuple[bytes, ...]:
        """Payload bytes of all QR Codes."""
        try:
            grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
            found = self.decode(np.asarray(grey), symbols=self.symbols)
        except _LIBRARY_ERRORS:
            return ()
        return tuple(bytes(symbol.data) for symbol in found)


def available_decoders() -> tuple[DecoderName, ...]:
    """Decoders installed here; zbar is optional."""
    names = [DecoderName.ZXING]
    if hasattr(cv2, "wechat_qrcode"):
        names.append(DecoderName.WECHAT)
    names += [DecoderName.OPENCV, DecoderName.OPENCV_ARUCO]
    if _pyzbar() is not None:
        names.append(DecoderName.ZBAR)
    return tuple(names)


def make_panel(names: tuple[DecoderName, ...] | None = None) -> tuple[Decoder, ...]:
    """The decoders asked for, or all that are installed. One panel belongs to one thread.

    Raises:
        CertifyError: If a decoder is asked for that is not installed, or none at all.
    """
    installed = available_decoders()
    wanted = installed if names is None else names
    missing = [name for name in wanted if name not in installed]
    if missing or not wanted:
        raise CertifyError(
            f"Not installed: {', '.join(missing) or 'any decoder'}. "
            f"Installed here are {', '.join(installed)}."
        )
    return tuple(_make(name) for name in wanted)


def is_own(decoder: Decoder) -> bool:
    """Tell whether it is one of `make_panel`'s, whose name says all about what it reads."""
    return isinstance(decoder, ZxingDecoder | WechatDecoder | OpencvDecoder | ZbarDecoder)


def missing_decoders() -> tuple[DecoderName, ...]:
    """Decoders that the panel knows and this machine lacks."""
    installed = available_decoders()
    return tuple(name for name in DecoderName if name not in installed)


def is_payload(read: bytes, payload: str | bytes) -> bool:
    """Tell whether a decoder returned the payload, allowing OpenCV's Latin-1 rewriting of bytes."""
    if isinstance(payload, str):
        return read == payload.encode("utf-8")
    return read in (payload, payload.decode("latin-1").encode("utf-8"))


def _make(name: DecoderName) -> Decoder:
    match name:
        case DecoderName.ZXING:
            return ZxingDecoder()
        case DecoderName.WECHAT:
            return WechatDecoder(cv2.wechat_qrcode.WeChatQRCode())
        case DecoderName.OPENCV:
            return OpencvDecoder(name, cv2.QRCodeDetector())
        case DecoderName.OPENCV_ARUCO:
            return OpencvDecoder(name, cv2.QRCodeDetectorAruco())
        case DecoderName.ZBAR:
            module = _pyzbar()
            if module is None:
                raise CertifyError("zbar is not installed.")
            return ZbarDecoder(module.decode, [module.ZBarSymbol.QRCODE])


def _pyzbar() -> Any | None:  # noqa: ANN401 - a module without types
    """The optional binding; it raises ImportError, or OSError without the shared library."""
    try:
        return importlib.import_module("pyzbar.pyzbar")
    except (ImportError, OSError):
        return None
