"""From a request to a made code: artwork, brief with all choices settled, symbol."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from pydantic import JsonValue

from ar_service.studio.door import StudioDoor
from ar_service.studio.problems import told_as_problems
from ar_service.studio.schemas import ArtworksIn
from ar_service.studio.sources import Sources, sources_for
from generative_codes.artwork import Artwork
from generative_codes.brief import (
    PLAIN_BASE,
    PLAIN_DESIGN,
    ArtBrief,
    ArtStyle,
    MadeArt,
    make_art,
    solve_art,
)
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

    @property
    def base_key(self) -> tuple[object, ...]:
        """All that the modules on the picture depend on, but the tenant and the resolution."""
        made, design = self.made, self.made.brief.design
        strength = None if made.strength is None else made.strength.tobytes()
        modules = made.symbol.modules.tobytes()
        colours = design.ink.rgb, design.light.rgb
        return self.sources.keys, modules, made.brief.base, colours, strength


def make_code(
    door: StudioDoor,
    record: RecordContext,
    subject: Subject,
    artworks: ArtworksIn,
    payload: str,
    brief: dict[str, JsonValue],
    *,
    is_draft: bool = False,
    is_abandoned: Callable[[], bool] = lambda: False,
) -> Making:
    """Make the code that a request describes, or take it from those made last.

    A draft of a picture base is made from a small copy of its artwork.

    Raises:
        RecordError: NOT_FOUND for an artwork; every reason for which nothing can be made.
        AbandonedError: If the asker has gone when its turn has come.
    """
    wanted = read_brief(brief)
    with door.drawing.turn(is_abandoned), told_as_problems():
        sources = sources_for(door, record, subject, artworks)
        is_coarse = is_draft and wanted.style is ArtStyle.BASE
        if is_coarse:
            sources = replace(sources, artwork=_small(door, subject, sources))
        solving = solving_part(wanted)
        settled = settle(door, subject, sources, solving, payload)
        key = (subject.tenant_id, sources.keys, is_coarse, solving, payload)
        made = door.made.get(key, lambda: _made(sources, settled, payload))
        return Making(sources, replace(made, brief=_in_full(wanted, made.brief)), payload)


def solving_part(brief: ArtBrief) -> ArtBrief:
    """The brief without what no module depends on.

    Colours, frames and dots are drawn on a solved code: who moves them waits for no solving.
    """
    if brief.style is ArtStyle.DOTS:
        return replace(brief, design=PLAIN_DESIGN, base=PLAIN_BASE)
    own = brief.base
    return replace(
        brief,
        design=replace(PLAIN_DESIGN, light=brief.design.light),
        base=replace(PLAIN_BASE, placement=own.placement, saturation=own.saturation),
    )


def _in_full(wanted: ArtBrief, solved: ArtBrief) -> ArtBrief:
    """The wanted brief with the choices that were settled for the part of it that was solved."""
    return replace(
        solved,
        design=wanted.design,
        base=replace(wanted.base, placement=solved.base.placement)
        if wanted.style is ArtStyle.BASE
        else wanted.base,
    )


def _small(door: StudioDoor, subject: Subject, sources: Sources) -> Artwork:
    """The small copy of an artwork that drafts are made from."""
    key = (subject.tenant_id, sources.keys.artwork, DRAFT_PX)
    return door.artworks.get(key, lambda: sources.artwork.at_most(DRAFT_PX))


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
    """The solving part of a brief with version and placement as they are used.

    They are found once for all payloads of one form: whoever types on the last characters of a
    link sees the drawing stay where it is, and a run places it where the preview had it.

    Raises:
        GenerativeCodeError: If the form of payload, artwork and brief do not go together.
    """
    template = template_of(payload)
    is_base = brief.style is ArtStyle.BASE
    if is_base or (brief.version is not None and brief.placement is not None):
        # Nothing is searched for but the version of a base, which the texts alone decide.
        level = brief.error_level
        version = brief.version or template.smallest_version(level)
        template.symbol(template.example, level, version)  # refuses what some text does not fit
        return replace(brief, version=version)
    key = (
        subject.tenant_id,
        sources.keys,
        brief,
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
