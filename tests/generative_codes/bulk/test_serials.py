"""Lists of codes: what is doubled, uneven or of two addresses is refused at once."""

import pytest

from generative_codes.bulk import BulkError, for_trial, from_csv, from_lines
from generative_codes.steering import CROCKFORD

HEADER = "serial,payload,label_number\r\n"


def write(path, text):
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_a_csv_becomes_one_template_and_its_serials(tmp_path) -> None:
    rows = "AB12,https://a.example/AB12?x,7\r\nCD34,https://a.example/CD34?x,8\r\n"
    found = from_csv(write(tmp_path / "c.csv", "\ufeff" + HEADER + rows))
    assert (found.template.prefix, found.template.suffix) == ("https://a.example/", "?x")
    assert [(i.serial, i.label_number) for i in found.items(range(2))] == [
        ("AB12", "7"),
        ("CD34", "8"),
    ]


def test_lines_and_trials_are_numbered_from_one(tmp_path) -> None:
    found = from_lines(write(tmp_path / "s.txt", "AAAA\nBBBB\n"), "HTTPS://A.EXAMPLE/")
    assert [item.label_number for item in found.items(range(2))] == ["1", "2"]
    trial = for_trial("HTTPS://A.EXAMPLE/", 1_000, 3)
    assert trial.items(range(999, 1_000))[0].label_number == "1000"
    assert len({item.serial for item in trial.items(range(1_000))}) == 1_000
    assert trial.template.alphabet == CROCKFORD
    assert trial.content == for_trial("HTTPS://A.EXAMPLE/", 1_000, 3).content


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "needs the columns"),
        ("code,payload\r\nA,B\r\n", "needs the columns serial and payload"),
        (HEADER, "has no rows"),
        (HEADER + "AB,x/AB,1\r\nAB,x/AB,2\r\n", "'AB' twice"),
        (HEADER + "AB,x/AB,1\r\nABC,x/ABC,2\r\n", "line 3: the serial 'ABC' is not 2"),
        (HEADER + "AB,x/AB,1\r\nCD,y/CD,2\r\n", "line 3: the payload 'y/CD'"),
        (HEADER + "AB,x/CD,1\r\n", "exactly once"),
        (HEADER + "AB,AB/AB,1\r\n", "exactly once"),
        (HEADER + "茶茶,x/茶茶,1\r\n", "ASCII"),
        (HEADER + "AB,x/AB,茶\r\n", "label number"),
        (HEADER + "AB,x/AB,1\r\n-B,x/-B,2\r\n", "formula"),
        (HEADER + "AB,=x/AB,1\r\n", "formula"),
        (HEADER + "AB,x/AB,1\r\nAC,x/AC,@2\r\n", "formula"),
        (HEADER + "A B,x/A B,1\r\n", "blanks"),
    ],
)
def test_an_unusable_list_is_refused_with_its_line(text, words, tmp_path) -> None:
    with pytest.raises(BulkError, match=words):
        from_csv(write(tmp_path / "c.csv", text))


def test_serial_files_are_checked_alike(tmp_path) -> None:
    for text, words in (("", "no rows"), ("AB\nABC\n", "serial 2"), ("AB\nAB\n", "twice")):
        with pytest.raises(BulkError, match=words):
            from_lines(write(tmp_path / "s.txt", text), "HTTPS://A.EXAMPLE/")


def test_a_trial_of_too_many_is_refused() -> None:
    for count in (0, 10_000_001):
        with pytest.raises(BulkError, match="1 to 10,000,000"):
            for_trial("HTTPS://A.EXAMPLE/", count, 1)
