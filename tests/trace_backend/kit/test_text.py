import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from trace_backend.kit.text import Line, one_line

LINE = TypeAdapter(Line)


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\nb", "a\x1b[31m", "a\u2028b", "\ud800", "a\u202etxt"]
)
def test_line_refuses_what_no_page_or_database_can_hold(text):
    with pytest.raises(ValueError, match="not allowed"):
        one_line(text)


def test_line_is_composed_and_trimmed():
    assert LINE.validate_python("  e\u0301té\u3000") == "été"


@pytest.mark.parametrize("text", ["", "   ", "x" * 101])
def test_line_has_1_to_100_characters_after_trimming(text):
    with pytest.raises(ValidationError):
        LINE.validate_python(text)


def test_line_keeps_chinese_and_punctuation():
    assert LINE.validate_python("贵州文产集团（总部）·A&B") == "贵州文产集团（总部）·A&B"


@given(st.text())
def test_checking_a_line_twice_changes_nothing(text):
    try:
        once = one_line(text)
    except ValueError:
        return
    assert one_line(once) == once
