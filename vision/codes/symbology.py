"""The printed codes that can be read, and their names at the decoder."""

from __future__ import annotations

import re
from enum import StrEnum

import zxingcpp


class Symbology(StrEnum):
    """A kind of printed code."""

    QR_CODE = "qr_code"
    MICRO_QR_CODE = "micro_qr_code"
    RMQR_CODE = "rmqr_code"
    DATA_MATRIX = "data_matrix"
    AZTEC = "aztec"
    MAXICODE = "maxicode"
    PDF417 = "pdf417"
    MICRO_PDF417 = "micro_pdf417"
    EAN_13 = "ean_13"
    EAN_8 = "ean_8"
    UPC_A = "upc_a"
    UPC_E = "upc_e"
    CODE_128 = "code_128"
    CODE_93 = "code_93"
    CODE_39 = "code_39"
    CODE_32 = "code_32"
    PZN = "pzn"
    CODABAR = "codabar"
    ITF = "itf"
    TELEPEN = "telepen"
    DX_FILM_EDGE = "dx_film_edge"
    DATABAR_OMNI = "databar_omni"
    DATABAR_STACKED = "databar_stacked"
    DATABAR_STACKED_OMNI = "databar_stacked_omni"
    DATABAR_LIMITED = "databar_limited"
    DATABAR_EXPANDED = "databar_expanded"
    DATABAR_EXPANDED_STACKED = "databar_expanded_stacked"

    @property
    def is_linear(self) -> bool:
        """Whether one check digit is all that guards the text (no Reed-Solomon code words)."""
        return self not in _ERROR_CORRECTED

    @property
    def is_square(self) -> bool:
        """Whether every symbol of this kind is square, so that one patch size fits it."""
        return self in (Symbology.QR_CODE, Symbology.MICRO_QR_CODE, Symbology.AZTEC)


_ERROR_CORRECTED = frozenset(
    {
        Symbology.QR_CODE,
        Symbology.MICRO_QR_CODE,
        Symbology.RMQR_CODE,
        Symbology.DATA_MATRIX,
        Symbology.AZTEC,
        Symbology.MAXICODE,
        Symbology.PDF417,
        Symbology.MICRO_PDF417,
    }
)

_Format = zxingcpp.BarcodeFormat
# The decoder's name to ask with, and the more exact names that it may answer with.
_ASKED: dict[Symbology, zxingcpp.BarcodeFormat] = {
    Symbology.QR_CODE: _Format.QRCode,
    Symbology.MICRO_QR_CODE: _Format.MicroQRCode,
    Symbology.RMQR_CODE: _Format.RMQRCode,
    Symbology.DATA_MATRIX: _Format.DataMatrix,
    Symbology.AZTEC: _Format.Aztec,
    Symbology.MAXICODE: _Format.MaxiCode,
    Symbology.PDF417: _Format.PDF417,
    Symbology.MICRO_PDF417: _Format.MicroPDF417,
    Symbology.EAN_13: _Format.EAN13,
    Symbology.EAN_8: _Format.EAN8,
    Symbology.UPC_A: _Format.UPCA,
    Symbology.UPC_E: _Format.UPCE,
    Symbology.CODE_128: _Format.Code128,
    Symbology.CODE_93: _Format.Code93,
    Symbology.CODE_39: _Format.Code39,
    Symbology.CODE_32: _Format.Code32,
    Symbology.PZN: _Format.PZN,
    Symbology.CODABAR: _Format.Codabar,
    Symbology.ITF: _Format.ITF,
    Symbology.TELEPEN: _Format.Telepen,
    Symbology.DX_FILM_EDGE: _Format.DXFilmEdge,
    Symbology.DATABAR_OMNI: _Format.DataBarOmni,
    Symbology.DATABAR_STACKED: _Format.DataBarStk,
    Symbology.DATABAR_STACKED_OMNI: _Format.DataBarStkOmni,
    Symbology.DATABAR_LIMITED: _Format.DataBarLtd,
    Symbology.DATABAR_EXPANDED: _Format.DataBarExp,
    Symbology.DATABAR_EXPANDED_STACKED: _Format.DataBarExpStk,
}
_ANSWERED: dict[zxingcpp.BarcodeFormat, Symbology] = {
    **{asked: symbology for symbology, asked in _ASKED.items()},
    _Format.QRCodeModel1: Symbology.QR_CODE,
    _Format.QRCodeModel2: Symbology.QR_CODE,
    _Format.AztecCode: Symbology.AZTEC,
    _Format.AztecRune: Symbology.AZTEC,
    _Format.CompactPDF417: Symbology.PDF417,
    _Format.ISBN: Symbology.EAN_13,
    _Format.Code39Std: Symbology.CODE_39,
    _Format.Code39Ext: Symbology.CODE_39,
    _Format.ITF14: Symbology.ITF,
    _Format.TelepenAlpha: Symbology.TELEPEN,
    _Format.TelepenNumeric: Symbology.TELEPEN,
}
# Width in modules, quiet zone excluded (GS1 General Specifications 5.2.1).
_RETAIL_WIDTH_MODULES = {
    Symbology.EAN_13: 95,
    Symbology.UPC_A: 95,
    Symbology.EAN_8: 67,
    Symbology.UPC_E: 51,
}
_ROWS_BY_COLUMNS = re.compile(r"R?(\d+)x(\d+)")


def decoder_formats(symbologies: frozenset[Symbology]) -> zxingcpp.BarcodeFormats:
    """Return the decoder's names of the symbologies, in a fixed order."""
    return zxingcpp.BarcodeFormats(
        [asked for symbology, asked in _ASKED.items() if symbology in symbologies]
    )


def symbology_of(answered: zxingcpp.BarcodeFormat) -> Symbology | None:
    """Return our name of what the decoder answered; None for a kind that has no name here."""
    return _ANSWERED.get(answered)


def modules_of(symbology: Symbology, version: str) -> tuple[int, int | None] | None:
    """Return (columns, rows) of a symbol in modules, rows None for bars, None where unknown.

    `version` as the decoder gives it: "7" for QR (ISO/IEC 18004 table 1: 17 + 4 v), "M3" for
    Micro QR (9 + 2 v), "18x18" (rows x columns) for Data Matrix and "R11x27" for rMQR.
    """
    if symbology in _RETAIL_WIDTH_MODULES:
        return _RETAIL_WIDTH_MODULES[symbology], None
    if symbology is Symbology.QR_CODE and version.isdecimal():
        side = 17 + 4 * int(version)
        return side, side
    if symbology is Symbology.MICRO_QR_CODE and version[:1] == "M" and version[1:].isdecimal():
        side = 9 + 2 * int(version[1:])
        return side, side
    if symbology in (Symbology.DATA_MATRIX, Symbology.RMQR_CODE):
        match = _ROWS_BY_COLUMNS.fullmatch(version)
        if match:
            return int(match.group(2)), int(match.group(1))
    return None
