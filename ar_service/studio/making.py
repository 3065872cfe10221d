"""From a request to a made code: artwork, brief with all choices settled, symbol."""

import json
import re
from dataclasses import dataclass, replace
from typing import Final

from pydantic import JsonValue

from ar_service.studio.door import StudioDoor
from ar_service.studio.problems import told_as_problems
from ar_service.studio.schemas import ArtworksIn
from ar_service.studio.sources import Sources, sources_for
from generative_codes.brief import ArtBrief, ArtStyle, MadeArt, make_art, solve_art
from generative_codes.steering import CROCKFORD, PayloadTemplate
from trace_backend.kit.auth import Subject
from trace_backend.kit.context import RecordContext

_OUR_LINK: Final = re.compile(rf"(.*/21/)([{CROCKFORD}]{{20}})", re.DOTALL)
"""A Digital Link of ours: all that varies from code to code is the serial at its end."""
DRAFT_PX: Final = 448
"""Longest side of the artwork of a draft: ten pixels for each module of version 7."""


@dataclass(frozen=True, slots=True, eq=False)
class Making:
    """A made code and what it was made from."""

    sources: Sources
    made: MadeArt
    payload: str

    @property
    def key(self) -> tuple[object, ...]:
        """All that the code depends on, but the tenant."""
        brief = self.made.brief.to_json()
        return self.sources.keys, brief, self.payload, self.made.strength is not None


def make_code(
    door: StudioDoor,
    record: RecordContext,
    subject: Subject,
    artworks: ArtworksIn,
    payload: str,
    brief: dict[str, JsonValue],
    *,
    is_draft: bool = False,
) -> Making:
    """Make the code that a request describes, or take it from those made last.

    A draft of a picture base is made from a small copy of its artwork.

    Raises:
        RecordError: NOT_FOUND for an artwork; every reason for which nothing can be made.
    """
    wanted = read_brief(brief)
    with door.drawing.turn(), told_as_problems():
        sources = sources_for(door, record, subject, artworks)
        is_coarse = is_draft and wanted.style is ArtStyle.BASE
        if is_coarse:
            sources = replace(sources, artwork=sources.artwork.at_most(DRAFT_PX))
        settled = settle(door, subject, sources, wanted, payload)
        key = (subject.tenant_id, sources.keys, is_coarse, settled.to_json(), payload)
        made = door.made.get(key, lambda: _made(sources, settled, payload))
        return Making(sources, made, payload)


def read_brief(brief: dict[str, JsonValue]) -> ArtBrief:
    """Read a brief as it came.

    Raises:
        RecordError: DESIGN_REFUSED, with the field.
    """
    with told_as_problems():
        return ArtBrief.from_json(json.dumps(brief))


def settle(
    door: StudioDoor, subject: Subject, sources: Sources, brief: ArtBrief, payload: str
) -> ArtBrief:
    """The brief with version, level and placement as they are used.

    They are found once for all payloads of one form: whoever types on the last characters of a
    link sees the drawing stay where it is, and a run places it where the preview had it.

    Raises:
        GenerativeCodeError: If the form of payload, artwork and brief do not go together.
    """
    template = template_of(payload)
    key = (
        subject.tenant_id,
        sources.keys,
        brief.to_json(),
        template.prefix,
        template.serial_characters,
    )
    return door.pinned.get(key, lambda: _solved(sources, brief, template))


def _solved(sources: Sources, brief: ArtBrief, template: PayloadTemplate) -> ArtBrief:
    solved = solve_art(
        brief,
        sources.artwork,
        template,
        painted=sources.painted,
        protected=sources.protected,
    )
    return solved.brief


def _made(sources: Sources, brief: ArtBrief, payload: str) -> MadeArt:
    return make_art(
        brief,
        sources.artwork,
        payload,
        painted=sources.painted,
        protected=sources.protected,
    )


def template_of(payload: str) -> PayloadTemplate:
    """What stays the same in all payloads of this one's form."""
    found = _OUR_LINK.fullmatch(payload)
    if found is None:
        return PayloadTemplate(payload)
    return PayloadTemplate(found[1], len(found[2]))
