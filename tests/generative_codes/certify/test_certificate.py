import json
import time
from dataclasses import replace

import cv2
import numpy as np
import pytest

from generative_codes.certify import (
    PHONE_POLICY,
    RETAIL_POLICY,
    SIXTEEN_CASES,
    CertificateVerdict,
    CertifyError,
    TrafficLight,
    camera_grid,
    certify_picture,
    make_panel,
    margin_legend,
    margin_map,
)
from generative_codes.certify.camera import take_photos
from generative_codes.certify.grades import grade_symbol
from generative_codes.certify.panel import DecoderName
from generative_codes.certify.print_size import PrintConditions, least_print_size
from generative_codes.certify.reasons import ReasonCode, covered_patch
from generative_codes.certify.reflectance import symbol_picture

FAST = {"grid": SIXTEEN_CASES, "panel": make_panel((DecoderName.ZXING,))}


def _causes(certificate):
    """Blocking findings without the consequences for the decoders."""
    consequences = {ReasonCode.READ_TOO_SELDOM, ReasonCode.WORSE_THAN_PLAIN}
    return [
        reason.code
        for reason in certificate.reasons
        if reason.is_blocking and reason.code not in consequences
    ]


@pytest.mark.parametrize("policy", [PHONE_POLICY, RETAIL_POLICY])
def test_a_plain_code_passes_with_4_0_a_and_without_reasons(symbol_5h, render, policy):
    certificate = certify_picture(render(symbol_5h), 10, symbol_5h, policy=policy, **FAST)
    assert certificate.verdict is CertificateVerdict.PASS
    assert certificate.reasons == ()
    assert certificate.traffic_light is TrafficLight.GREEN
    assert (certificate.grades.overall, certificate.grades.letter) == (4.0, "A")
    assert certificate.rates[0].rate == 1.0


def test_a_code_under_a_large_logo_fails_for_the_logo(symbol_5h, render):
    picture = render(symbol_5h).copy()
    middle, half = picture.shape[0] // 2, 95
    picture[middle - half : middle + half, middle - half : middle + half] = 255
    certificate = certify_picture(picture, 10, symbol_5h, **FAST)
    assert certificate.verdict is CertificateVerdict.FAIL
    assert _causes(certificate)[0] is ReasonCode.LOGO_TOO_LARGE
    assert "19" in certificate.reasons[0].text_en or "18" in certificate.reasons[0].text_en
    assert certificate.rates[0].rate < 0.5


def test_a_small_logo_within_the_reserve_passes(symbol_5h, render):
    picture = render(symbol_5h).copy()
    middle, half = picture.shape[0] // 2, 35
    picture[middle - half : middle + half, middle - half : middle + half] = 255
    alone = replace(PHONE_POLICY, max_loss_against_plain=None)
    certificate = certify_picture(picture, 10, symbol_5h, policy=alone, panel=FAST["panel"])
    assert certificate.verdict is CertificateVerdict.PASS
    assert certificate.plain == ()
    # Seven of 37 modules wide: some codewords are lost, most of the reserve is left.
    assert 0.5 < min(certificate.grades.unused_per_block) < 1


def test_a_damaged_code_fails_for_wrong_modules(symbol_5h, render):
    picture = render(symbol_5h).copy()
    rng = np.random.default_rng(3)
    for row, column in rng.integers(40, 400, (60, 2)):
        picture[row : row + 25, column : column + 25] = 255 * rng.integers(0, 2)
    certificate = certify_picture(picture, 10, symbol_5h, **FAST)
    assert certificate.verdict is CertificateVerdict.FAIL
    assert _causes(certificate) == [ReasonCode.WRONG_MODULES]
    assert certificate.print_size is None


def test_a_pale_code_fails_for_its_contrast(symbol_5h, render):
    # sRGB 120 and 160 reflect 18.8 % and 35.2 %.
    picture = np.where(render(symbol_5h) < 128, 120, 160).astype(np.uint8)
    certificate = certify_picture(picture, 10, symbol_5h, **FAST)
    assert certificate.verdict is CertificateVerdict.FAIL
    assert _causes(certificate) == [ReasonCode.LOW_CONTRAST]
    assert certificate.traffic_light is TrafficLight.RED
    assert "16 %" in certificate.reasons[0].text_zh


def test_a_code_without_quiet_zone_fails_for_it(symbol_5h, render):
    certificate = certify_picture(render(symbol_5h, quiet=0), 10, symbol_5h, 0, **FAST)
    assert certificate.verdict is CertificateVerdict.FAIL
    assert _causes(certificate) == [ReasonCode.NO_QUIET_ZONE]


def test_art_in_the_quiet_zone_fails_for_the_quiet_zone(symbol_5h, render):
    picture = render(symbol_5h).copy()
    picture[5:35, :] = 0  # a bar above the symbol, half a module away from it
    certificate = certify_picture(picture, 10, symbol_5h, **FAST)
    assert certificate.verdict is CertificateVerdict.FAIL
    assert _causes(certificate) == [ReasonCode.NO_QUIET_ZONE]


def _damaged(picture):
    rng = np.random.default_rng(3)
    for row, column in rng.integers(120, 300, (60, 2)):
        picture[row : row + 25, column : column + 25] = 255 * rng.integers(0, 2)


def _over_logoed(picture):
    picture[130:320, 130:320] = 255


def _pale(picture):
    np.copyto(picture, np.where(picture < 128, 120, 160).astype(np.uint8))


def _hemmed_in(picture):
    picture[:40], picture[-40:], picture[:, :40], picture[:, -40:] = 0, 0, 0, 0


@pytest.mark.parametrize("policy", [PHONE_POLICY, RETAIL_POLICY])
@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_damaged, {ReasonCode.WRONG_MODULES, ReasonCode.LOGO_TOO_LARGE}),
        (_over_logoed, {ReasonCode.LOGO_TOO_LARGE}),
        (_pale, {ReasonCode.LOW_CONTRAST}),
        (_hemmed_in, {ReasonCode.NO_QUIET_ZONE}),
    ],
)
def test_each_deliberate_failure_has_its_own_cause_first_under_both_policies(
    symbol_5h, render, policy, spoil, reason
):
    picture = render(symbol_5h).copy()
    spoil(picture)
    certificate = certify_picture(picture, 10, symbol_5h, policy=policy, **FAST)
    assert certificate.verdict is CertificateVerdict.FAIL
    assert certificate.traffic_light is TrafficLight.RED
    assert _causes(certificate)[0] in reason
    assert certificate.rates[0].rate < certificate.plain[0].rate


def test_a_broken_finder_pattern_is_named(symbol_5h, render):
    picture = render(symbol_5h).copy()
    picture[40:110, 40:110] = 255
    certificate = certify_picture(picture, 10, symbol_5h, policy=RETAIL_POLICY, **FAST)
    assert ReasonCode.FIXED_PATTERN_DAMAGED in _causes(certificate)
    reason = next(
        entry for entry in certificate.reasons if entry.code is ReasonCode.FIXED_PATTERN_DAMAGED
    )
    assert "finder" in reason.text_en
    assert "定位图案" in reason.text_zh


def test_one_wrong_module_is_advice_with_all_that_is_left_and_hides_no_weak_ones(symbol_5h, render):
    picture = render(symbol_5h).copy()
    rows, columns = np.nonzero(symbol_5h.modules & (symbol_5h.layout.bit_of_module >= 0))

    def shade(module, grey):
        top, left = (10 * (4 + int(place)) for place in module)
        picture[top : top + 10, left : left + 10] = grey

    modules = list(zip(rows, columns, strict=True))
    shade(modules[0], 255)
    one_wrong = certify_picture(picture, 10, symbol_5h, policy=RETAIL_POLICY, **FAST)
    assert one_wrong.verdict is CertificateVerdict.PASS
    (reason,) = one_wrong.reasons
    assert reason.code is ReasonCode.WRONG_MODULES
    # One error of the eleven that a block of 5-H mends (22 of 33 or 34 codewords): 9 % used.
    assert reason.text_en.startswith("1 module is read wrongly (see the margin map), and 91 % of")
    assert "还有 91 %" in reason.text_zh

    # sRGB 173 reflects 42 %: dark against the midpoint, with a modulation of 0.16, grade F.
    for module in modules[1::2]:
        shade(module, 173)
    weak = certify_picture(picture, 10, symbol_5h, policy=RETAIL_POLICY, **FAST)
    assert weak.verdict is CertificateVerdict.FAIL
    assert ReasonCode.WEAK_MODULES in _causes(weak)
    advice = [entry.code for entry in weak.reasons if not entry.is_blocking]
    assert ReasonCode.WRONG_MODULES in advice


def test_a_code_that_passes_with_advice_is_amber(symbol_5h, render):
    # sRGB 40 and 180 reflect 2.1 % and 45.6 %: 43.5 % contrast is grade 2.2, below B.
    pale = np.where(render(symbol_5h) < 128, 40, 180).astype(np.uint8)
    alone = replace(PHONE_POLICY, max_loss_against_plain=None)
    certificate = certify_picture(pale, 10, symbol_5h, policy=alone, **FAST)
    assert certificate.verdict is CertificateVerdict.PASS
    assert [reason.code for reason in certificate.reasons] == [ReasonCode.LOW_CONTRAST]
    assert not certificate.reasons[0].is_blocking
    assert certificate.traffic_light is TrafficLight.AMBER


def test_rounded_finder_rings_are_named_where_a_detector_gets_lost(symbol_5h, render):
    picture = render(symbol_5h).copy()
    last = picture.shape[0] - 110
    for top, left in ((40, 40), (40, last), (last, 40)):
        picture[top : top + 70, left : left + 70] = 255
        middle = (left + 35, top + 35)
        cv2.circle(picture, middle, 30, 0, 10, cv2.LINE_AA)
        cv2.circle(picture, middle, 15, 0, -1, cv2.LINE_AA)
    panel = make_panel((DecoderName.ZXING, DecoderName.OPENCV))
    certificate = certify_picture(picture, 10, symbol_5h, grid=SIXTEEN_CASES, panel=panel)
    assert certificate.verdict is CertificateVerdict.FAIL
    reason = next(
        entry for entry in certificate.reasons if entry.code is ReasonCode.WORSE_THAN_PLAIN
    )
    assert "finder rings square" in reason.text_en
    assert "直角" in reason.text_zh


def test_an_inverted_code_is_called_inverted_and_nothing_else(symbol_5h, render):
    certificate = certify_picture(255 - render(symbol_5h), 10, symbol_5h, **FAST)
    assert certificate.verdict is CertificateVerdict.FAIL
    assert _causes(certificate) == [ReasonCode.INVERTED]


def test_a_red_code_passes_for_phones_but_not_for_red_laser_verifiers(symbol_5h, render):
    plain = render(symbol_5h)
    red = np.full((*plain.shape, 3), 255, np.uint8)
    red[plain < 128] = (40, 30, 220)
    assert certify_picture(red, 10, symbol_5h, **FAST).verdict is CertificateVerdict.PASS
    retail = certify_picture(red, 10, symbol_5h, policy=RETAIL_POLICY, **FAST)
    assert _causes(retail) == [ReasonCode.LOW_CONTRAST]


def test_every_reason_says_in_both_languages_what_to_change(symbol_5h, render):
    picture = np.where(render(symbol_5h) < 128, 120, 160).astype(np.uint8)
    reasons = certify_picture(picture, 10, symbol_5h, **FAST).reasons
    assert len(reasons) >= 2
    for reason in reasons:
        assert "请" in reason.text_zh
        assert ";" in reason.text_en
    assert [reason.is_blocking for reason in reasons] == sorted(
        (reason.is_blocking for reason in reasons), reverse=True
    )


def test_the_json_says_what_was_simulated_and_how_sure_the_rates_are(symbol_5h, render):
    certificate = certify_picture(render(symbol_5h), 10, symbol_5h, **FAST)
    document = json.loads(certificate.to_json())
    assert document["verdict"] == "pass"
    assert document["format"] == "dianjin-scan-certificate/1"
    assert document["symbol"] == {
        "payload": symbol_5h.payload,
        "payload_hex": None,
        "version": 5,
        "level": "H",
        "mask": symbol_5h.mask,
    }
    assert document["decoders"]["simulated"] is True
    assert document["traffic_light"] == "green"
    assert set(document["decoders"]["absent"]) == set(DecoderName) - {"zxing"}
    assert "模拟" in document["print_size"]["text_zh"]
    assert "simulated" in document["print_size"]["text_en"]
    rate = document["decoders"]["rates"][0]
    assert rate["cases"] == 16
    assert rate["interval_95"][0] < rate["rate"] <= rate["interval_95"][1]
    assert document["grades"]["overall"] == 4.0
    assert (
        certificate.to_json() == certify_picture(render(symbol_5h), 10, symbol_5h, **FAST).to_json()
    )


def test_a_yardstick_of_another_grid_or_a_panel_without_the_primary_is_refused(symbol_5h, render):
    picture = render(symbol_5h)
    plain = certify_picture(picture, 10, symbol_5h, **FAST).plain
    with pytest.raises(CertifyError, match="another grid"):
        certify_picture(
            picture, 10, symbol_5h, plain=plain, grid=SIXTEEN_CASES[:3], panel=FAST["panel"]
        )
    with pytest.raises(CertifyError, match="zxing"):
        certify_picture(picture, 10, symbol_5h, panel=make_panel((DecoderName.OPENCV,)))


def test_print_size_follows_printer_dots_camera_pixels_and_the_ten_to_one_rule():
    # 4 dots at 300 dpi = .339 mm; 2.2 px at 100 mm and f = 1400 px = .157 mm: the printer decides.
    # 37 modules: 10 * 37 * .339 = 125.3 mm; the camera could go to 1400 * .339 / 2.2 = 215 mm.
    size = least_print_size(2.2, 37, 4, PrintConditions())
    assert size.min_module_mm == pytest.approx(0.33867, abs=1e-4)
    assert size.min_side_mm == pytest.approx(15.24, abs=1e-2)
    assert size.reading_distance_mm == pytest.approx(125.3, abs=0.1)
    # A fine printer and a code that needs 5 px: 5 * 100 / 1400 = .357 mm; at 100 mm it has 5 px.
    size = least_print_size(5, 37, 4, PrintConditions(dpi=1200))
    assert size.min_module_mm == pytest.approx(0.35714, abs=1e-4)
    assert size.reading_distance_mm == pytest.approx(100)
    with pytest.raises(CertifyError):
        PrintConditions(dpi=0)


def test_the_print_size_is_told_in_words_and_rounded_up():
    size = least_print_size(2.2, 37, 4, PrintConditions())
    assert "15.3 mm" in size.text_en  # 15.24 rounded up
    assert "0.34 mm" in size.text_en
    assert "13 cm" in size.text_en
    assert "15.3 mm" in size.text_zh
    assert "13 cm" in size.text_zh


def test_wrong_modules_that_are_no_patch_in_the_middle_are_no_logo():
    side = 37
    scattered = np.zeros((side, side), bool)
    scattered[2::6, 2::6] = True
    corner = np.zeros((side, side), bool)
    corner[:9, :9] = True
    middle = np.zeros((side, side), bool)
    middle[13:24:2, 13:24] = True
    assert covered_patch(np.zeros((side, side), bool)) is None
    assert covered_patch(scattered) is None
    assert covered_patch(corner) is None
    assert covered_patch(middle) == (13, 13, 24, 24)


def test_the_margin_map_paints_wrong_modules_red_and_good_ones_green(symbol_5h, render):
    picture = render(symbol_5h).copy()
    row, column = np.argwhere(symbol_5h.modules & (symbol_5h.roles == 0))[0]
    y, x = 10 * (int(row) + 4), 10 * (int(column) + 4)
    picture[y : y + 10, x : x + 10] = 255
    grades = grade_symbol(symbol_picture(picture, 10, symbol_5h, 4), symbol_5h)
    painted = margin_map(grades, picture, 10, 4)
    assert painted.shape == (450, 450, 3)
    blue, green, red = (int(channel) for channel in painted[y + 2, x + 5])
    assert red > green + 30
    assert red > blue + 30
    blue, green, red = (int(channel) for channel in painted[45, 45])
    assert green > red + 20
    assert (painted[5, 5] == 255).all()
    colour = np.asarray(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR))
    assert np.array_equal(painted, margin_map(grades, colour, 10, 4))
    with_legend = margin_map(grades, picture, 10, 4, has_legend=True)
    assert with_legend.shape == (485, 450, 3)
    assert np.array_equal(with_legend[:450], painted)
    with pytest.raises(CertifyError):
        margin_map(grades, picture[:300, :300], 10, 4)


def test_the_legend_names_every_colour_in_both_languages_and_the_colour_blind_tell_them_apart():
    legend = margin_legend()
    assert [entry.has_cross for entry in legend] == [True, False, False, False, False]
    assert all(entry.text_zh and entry.text_en for entry in legend)
    # Brettel, Vienot and Mollon's deuteranopia, linearised in the sRGB matrix of Vienot (1999).
    blind = np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]])
    seen = []
    for entry in legend:
        rgb = np.array([int(entry.colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
        seen.append(np.clip(blind @ rgb**2.2, 0, 1) ** (1 / 2.2))
    wrong = seen[0]
    assert all(np.linalg.norm(wrong - other) > 0.15 for other in seen[1:])


@pytest.mark.slow
def test_the_full_certificate_of_a_dot_design_is_no_worse_than_plain(symbol_5h, render):
    # Round dots of radius .36 module, function patterns solid.
    picture = render(symbol_5h)
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]]
    radius = np.hypot(rows % 10 - 4.5, columns % 10 - 4.5) / 10
    solid = np.kron(np.pad(symbol_5h.roles > 2, 4), np.ones((10, 10))) > 0
    dots = np.where((picture < 128) & ((radius < 0.36) | solid), 0, 255).astype(np.uint8)
    certificate = certify_picture(dots, 10, symbol_5h)
    assert len(certificate.grid) == 64
    assert certificate.verdict is CertificateVerdict.PASS
    zxing = certificate.rates[0]
    assert zxing.rate >= 0.98
    assert zxing.interval.low > 0.9


@pytest.mark.bench
def test_a_full_certificate_takes_less_than_twice_its_decoders(symbol_5h, render):
    picture, panel = render(symbol_5h), make_panel()
    photos = list(take_photos(picture, 10, camera_grid()))
    started = time.process_time()
    for photo in photos:
        for decoder in panel:
            decoder.read(photo)
    decoders_s = time.process_time() - started
    started = time.process_time()
    first = certify_picture(picture, 10, symbol_5h, panel=panel)
    first_s = time.process_time() - started
    # The design and plain squares: two grids. The second time plain squares are known.
    assert first_s < 2 * 2 * decoders_s
    started = time.process_time()
    second = certify_picture(picture, 10, symbol_5h, panel=panel)
    assert time.process_time() - started < 2 * decoders_s
    assert second.to_json() == first.to_json()
