import numpy as np
import zxingcpp

from ar_service.commands.serve import phone_url
from ar_service.commands.terminal_qr import terminal_qr
from ar_service.settings import Settings

_ROWS_OF = {" ": (0, 0), "▄": (0, 255), "▀": (255, 0), "█": (255, 255)}
"""Half blocks as a dark terminal shows them: upper and lower half."""


def test_a_second_reader_reads_the_url_from_the_drawn_characters() -> None:
    url = "https://192.168.1.7:8000/"
    lines = terminal_qr(url).splitlines()
    upper_lower = [[[_ROWS_OF[c][half] for c in line] for half in (0, 1)] for line in lines]
    pixels = np.array(upper_lower, dtype=np.uint8).reshape(2 * len(lines), -1)
    (read,) = zxingcpp.read_barcodes(np.kron(pixels, np.ones((4, 4), np.uint8)))
    assert read.text == url
    assert len({len(line) for line in lines}) == 1


def test_the_phone_is_sent_to_an_address_that_it_can_reach() -> None:
    assert phone_url(Settings(host="192.168.1.7", port=8443), tls=True) == (
        "https://192.168.1.7:8443/"
    )
    assert phone_url(Settings(host="fe80::1"), tls=False) == "http://[fe80::1]:8000/"
    assert "0.0.0.0" not in phone_url(Settings(host="0.0.0.0"), tls=False)
