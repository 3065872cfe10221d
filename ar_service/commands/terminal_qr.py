"""A QR code drawn with half blocks, to be scanned from the terminal."""

QUIET_ZONE_MODULES = 4
"""Light border that ISO/IEC 18004 asks for around a symbol."""

_LIGHT_ON_DARK = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
"""(upper dark, lower dark) -> character; light modules are drawn, terminals being dark."""


def terminal_qr(url: str) -> str:
    """The URL as a QR code of text lines, two rows of modules per line."""
    from generative_codes import ErrorLevel, make_symbol

    modules = make_symbol(url, ErrorLevel.M).modules
    side = len(modules)

    def dark(row: int, column: int) -> bool:
        row, column = row - QUIET_ZONE_MODULES, column - QUIET_ZONE_MODULES
        return 0 <= row < side and 0 <= column < side and bool(modules[row][column])

    whole = side + 2 * QUIET_ZONE_MODULES
    return "\n".join(
        "".join(_LIGHT_ON_DARK[dark(row, column), dark(row + 1, column)] for column in range(whole))
        for row in range(0, whole, 2)
    )
