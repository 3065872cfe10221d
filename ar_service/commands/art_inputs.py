"""What `dianjin art make` and `art bulk` take alike: artwork, painted maps, brief and design."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ar_service.commands.output import Output

if TYPE_CHECKING:
    from generative_codes.brief import ArtBrief

MOST_ARTWORK_BYTES = 64 * 1024 * 1024
MOST_JSON_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class BriefOptions:
    """What decides how codes look; None leaves the choice to the brief, then to the style."""

    brief: Path | None
    style: str | None
    version: int | None
    level: str | None
    design: Path | None


def brief_of(options: BriefOptions) -> "ArtBrief":
    """The brief of the file, with what the command line says in its place.

    Raises:
        GenerativeCodeError: If a file says what can't be made.
        OSError: If a file can't be read.
    """
    from generative_codes import ErrorLevel
    from generative_codes.brief import ArtBrief, ArtStyle
    from generative_codes.drawing import Design

    brief = ArtBrief()
    if options.brief is not None:
        brief = ArtBrief.from_json(_text_of(options.brief))
    if options.style is not None:
        brief = replace(brief, style=ArtStyle(options.style))
    if options.version is not None:
        brief = replace(brief, version=options.version)
    if options.level is not None:
        brief = replace(brief, level=ErrorLevel(options.level))
    if options.design is not None:
        brief = replace(brief, design=Design.from_json(_text_of(options.design)))
    return brief


def picture_bytes(path: Path) -> bytes:
    """The bytes of a picture file that is not too large.

    Raises:
        OSError: It is too large, or can't be read.
    """
    return _bytes_of(path, MOST_ARTWORK_BYTES)


def refused(made: dict[str, str | None], path: Path, detail: str, output: Output) -> int:
    """Say why nothing was made.

    Args:
        made: What a JSON line says instead of what was asked for.
        path: What a line for people begins with.
        detail: The reason, and what would work.
        output: Where it goes.

    Returns:
        The exit status.
    """
    if output.as_json:
        document = {**made, "error": {"detail": detail}}
        output.out.write(json.dumps(document, ensure_ascii=False) + "\n")
    else:
        output.message(f"{path}: {detail}")
    return 1


def _text_of(path: Path) -> str:
    return _bytes_of(path, MOST_JSON_BYTES).decode("utf-8", "replace")


def _bytes_of(path: Path, cap: int) -> bytes:
    if path.stat().st_size > cap:
        raise OSError(f"{path} is larger than {cap:,} bytes")
    return path.read_bytes()
