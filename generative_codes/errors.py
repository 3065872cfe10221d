"""What can go wrong while a code is made: one base error for the room."""


class GenerativeCodeError(ValueError):
    """Base of every refusal of this room; the message names the nearest thing that works.

    Attributes:
        text_zh: The message in Chinese; "" where there is none yet.
    """

    def __init__(self, message: str, *, text_zh: str = "") -> None:
        super().__init__(message)
        self.text_zh = text_zh


class SymbolRequestError(GenerativeCodeError):
    """The asked version, level, mask or payload does not exist in ISO/IEC 18004."""


class PayloadTooLongError(GenerativeCodeError):
    """The payload does not fit into the asked symbol.

    Attributes:
        given: Length of the payload, counted in characters of its mode (bytes in byte mode), or
            in bits where its parts go in different modes.
        fits: Largest payload of the same mode that fits, in the same unit.
        nearest: What to ask for instead, as one sentence.
    """

    def __init__(self, message: str, *, given: int, fits: int, nearest: str) -> None:
        super().__init__(f"{message} {nearest}")
        self.given = given
        self.fits = fits
        self.nearest = nearest


class StyleError(GenerativeCodeError):
    """The look that was asked for cannot be read by scanners or cannot be printed."""


class SheetError(GenerativeCodeError):
    """The label sheet cannot be laid out as asked."""


class ArtworkError(GenerativeCodeError):
    """The artwork cannot be used; the message says why and what would work."""
