"""GTINs; the numbers are examples printed in GS1's own documents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace_backend.products import to_gtin14
from trace_backend.products.gtin import check_digit


@pytest.mark.parametrize(
    ("written", "padded"),
    [
        ("", None),
        ("09520123456788", "09520123456788"),  # GS1 Digital Link standard
        ("9520123456788", "09520123456788"),
        ("416000336108", "00416000336108"),
        ("02345673", "00000002345673"),
        ("6291041500213", "06291041500213"),  # GS1 "how to calculate a check digit"
        ("6291041500214", None),  # wrong check digit
        ("629104150021", None),  # twelve digits, wrong check digit
        ("00000000000000", None),
        ("0952012345678", None),  # thirteen digits of a GTIN-14: wrong check digit
        ("095201234567880", None),  # fifteen digits
        (" 9520123456788", None),
        ("952012345678X", None),
        ("９５２０１２３４５６７８８", None),  # full-width digits are refused, not translated
        ("٩٥٢٠١٢٣٤٥٦٧٨٨", None),
    ],
)
def test_a_gtin_is_padded_to_14_digits_or_refused(written, padded):
    assert to_gtin14(written) == padded


@given(st.text("0123456789", min_size=13, max_size=13).filter(lambda body: body.strip("0")))
def test_exactly_one_check_digit_fits_each_body(body):
    accepted = [digit for digit in "0123456789" if to_gtin14(body + digit)]
    assert accepted == [str(check_digit(body))]


@given(
    st.text("0123456789", min_size=13, max_size=13).filter(lambda body: body.strip("0")),
    st.integers(0, 13),
    st.integers(1, 9),
)
def test_every_single_wrong_digit_is_noticed(body, place, step):
    gtin = body + str(check_digit(body))
    wrong = str((int(gtin[place]) + step) % 10)
    assert to_gtin14(gtin[:place] + wrong + gtin[place + 1 :]) is None
