import pytest
import zxingcpp

from vision.codes import Symbology
from vision.codes.symbology import decoder_formats, modules_of, symbology_of


def test_every_code_that_the_decoder_reads_has_a_name():
    readable = zxingcpp.barcode_formats_list(zxingcpp.BarcodeFormat.AllReadable)
    # Families answer with one of their members, never with the family's own name.
    families = {"OtherBarcode", "EANUPC", "DataBar"}

    unnamed = {
        kind.name for kind in readable if symbology_of(kind) is None and kind.name not in families
    }

    assert unnamed == set()


@pytest.mark.parametrize("symbology", list(Symbology))
def test_every_name_can_be_asked_for_and_is_answered_by_itself(symbology):
    (asked,) = list(decoder_formats(frozenset({symbology})))

    assert symbology_of(asked) is symbology


@pytest.mark.parametrize(
    ("symbology", "version", "modules"),
    [
        (Symbology.QR_CODE, "1", (21, 21)),
        (Symbology.QR_CODE, "40", (177, 177)),
        (Symbology.MICRO_QR_CODE, "M1", (11, 11)),
        (Symbology.MICRO_QR_CODE, "M4", (17, 17)),
        (Symbology.RMQR_CODE, "R7x43", (43, 7)),
        (Symbology.DATA_MATRIX, "8x18", (18, 8)),
        (Symbology.EAN_13, "", (95, None)),
        (Symbology.UPC_E, "", (51, None)),
        (Symbology.CODE_128, "", None),
        (Symbology.QR_CODE, "", None),
        (Symbology.QR_CODE, "-3", None),
        (Symbology.DATA_MATRIX, "axb", None),
    ],
)
def test_symbols_have_as_many_modules_as_their_standards_say(symbology, version, modules):
    assert modules_of(symbology, version) == modules
