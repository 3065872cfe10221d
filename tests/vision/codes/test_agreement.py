import pytest

from vision.codes import CodeReading, Rung, Symbology
from vision.codes.agreement import agreed_readings, merged_readings
from vision.geometry import Quad

HERE, BESIDE = Quad.upright(0, 0, 100, 20), Quad.upright(0, 50, 100, 70)
NATIVE, ENLARGED, CONTRAST, TURNED = Rung.NATIVE, Rung.ENLARGED, Rung.CONTRAST, Rung.TURNED


def read(text, *rungs, quad=HERE, symbology=Symbology.EAN_13):
    return [CodeReading(text, text.encode(), symbology, quad, (rung,)) for rung in rungs]


def believed(*groups, known=None):
    readings = [reading for group in groups for reading in group]
    return {reading.text: reading.rungs for reading in agreed_readings(readings, known)}


def test_nothing_read_is_nothing_believed():
    assert believed() == {}


@pytest.mark.parametrize("rung", list(Rung))
def test_one_rung_is_not_believed(rung):
    assert believed(read("a", rung)) == {}


def test_two_rungs_that_agree_are_believed():
    assert believed(read("a", NATIVE, TURNED)) == {"a": (NATIVE, TURNED)}


@pytest.mark.parametrize(
    "rungs",
    [(NATIVE, Rung.LIFTED, Rung.ADAPTIVE), (CONTRAST, Rung.SHARPENED)],
    ids=["the picture's own pixels", "doubled"],
)
def test_rungs_on_the_same_pixel_grid_count_once(rungs):
    assert believed(read("a", *rungs)) == {}


def test_a_known_product_needs_one_rung_only():
    assert believed(read("a", NATIVE), known={"a"}.__contains__) == {"a": (NATIVE,)}
    assert believed(read("a", NATIVE), known={"b"}.__contains__) == {}


def test_a_known_product_is_refused_where_another_text_was_read_as_often():
    misread = read("b", ENLARGED, CONTRAST)

    assert believed(read("a", NATIVE), misread, known={"a"}.__contains__) == {}


def test_two_known_products_at_one_place_refuse_each_other():
    assert believed(read("a", NATIVE), read("b", ENLARGED), known={"a", "b"}.__contains__) == {}


def test_confidence_grows_with_every_pixel_grid_and_with_a_known_product():
    def confidence(*rungs, known=None):
        (code,) = agreed_readings(read("a", *rungs), known)
        return code.confidence

    two, three = confidence(NATIVE, TURNED), confidence(NATIVE, TURNED, CONTRAST)
    assert (two, three) == (pytest.approx(0.91), pytest.approx(0.973))
    assert confidence(NATIVE, TURNED, known={"a"}.__contains__) == three
    assert confidence(NATIVE, TURNED, Rung.LIFTED) == two


def qr(text, rung, quad=HERE, confidence=0.99):
    return CodeReading(text, text.encode(), Symbology.QR_CODE, quad, (rung,), confidence=confidence)


def test_a_matrix_code_read_by_several_rungs_is_one_reading_with_all_of_them():
    (code,) = merged_readings([qr("a", Rung.GRID, confidence=0.8), qr("a", Rung.LIFTED)])

    assert (code.rungs, code.confidence) == ((Rung.GRID, Rung.LIFTED), 0.99)


def test_the_same_matrix_text_elsewhere_or_another_one_here_is_another_code():
    found = [qr("a", NATIVE), qr("a", NATIVE, BESIDE), qr("b", NATIVE)]

    assert merged_readings(found) == found
    assert merged_readings([]) == []


@pytest.mark.parametrize("confidence", [-0.1, 1.1])
def test_confidence_lies_between_0_and_1(confidence):
    with pytest.raises(ValueError, match="confidence from 0 to 1"):
        qr("a", NATIVE, confidence=confidence)


def test_one_rung_that_reads_the_same_twice_is_one_rung():
    assert believed(read("a", NATIVE, NATIVE)) == {}


def test_the_same_digits_of_another_kind_do_not_agree():
    assert believed(read("a", NATIVE), read("a", TURNED, symbology=Symbology.ITF)) == {}


def test_a_contradiction_of_equal_weight_refuses_both():
    assert believed(read("a", NATIVE, TURNED), read("b", ENLARGED, CONTRAST)) == {}


def test_a_contradiction_by_one_rung_refuses_a_text_of_one_but_not_of_two():
    assert believed(read("a", NATIVE), read("b", ENLARGED)) == {}
    assert believed(read("a", NATIVE, TURNED), read("b", ENLARGED)) == {"a": (NATIVE, TURNED)}


def test_three_rungs_do_not_outweigh_two():
    assert believed(read("a", NATIVE, ENLARGED, TURNED), read("b", NATIVE, CONTRAST)) == {}


def test_another_text_beside_is_no_contradiction():
    assert believed(read("a", NATIVE, TURNED), read("b", NATIVE, TURNED, quad=BESIDE)) == {
        "a": (NATIVE, TURNED),
        "b": (NATIVE, TURNED),
    }


def test_the_same_text_twice_in_the_picture_is_two_codes():
    readings = [*read("a", NATIVE, TURNED), *read("a", NATIVE, TURNED, quad=BESIDE)]

    assert [reading.quad for reading in agreed_readings(readings)] == [HERE, BESIDE]


def retail(text, symbology, modules, left, top, *rungs, module_px=2.0):
    quad = Quad.upright(left, top, left + modules * module_px, top + 12)
    return [
        CodeReading(text, text.encode(), symbology, quad, (rung,), (modules, None))
        for rung in rungs
    ]


FOUR = (NATIVE, ENLARGED, CONTRAST, TURNED)
EAN = retail("9780441014989", Symbology.EAN_13, 95, 30, 60, *FOUR)


def test_half_an_ean_read_as_upc_e_on_other_lines_of_its_bars_is_refused():
    half = retail("0178100000449", Symbology.UPC_E, 51, 32, 170, NATIVE, TURNED)

    assert set(believed(EAN, half)) == {"9780441014989"}


def test_half_an_ean_seen_upside_down_is_refused_too():
    half = retail("0178100000449", Symbology.UPC_E, 51, 30, 170, NATIVE, TURNED)
    turned = [
        [
            CodeReading(
                one.text,
                one.raw,
                one.symbology,
                Quad(400 - one.quad.corners_px),
                one.rungs,
                one.modules,
            )
            for one in group
        ]
        for group in (EAN, half)
    ]

    assert set(believed(*turned)) == {"9780441014989"}


@pytest.mark.parametrize(
    ("left", "top", "module_px"),
    [(30, 260, 2.0), (75, 170, 2.0), (30, 170, 3.0), (240, 60, 2.0)],
    ids=["far below", "between the ends", "wider bars", "beside"],
)
def test_a_upc_e_of_its_own_near_an_ean_is_believed(left, top, module_px):
    own = retail("0123456000000", Symbology.UPC_E, 51, left, top, *FOUR, module_px=module_px)

    assert len(believed(EAN, own)) == 2
