"""What is known about a queried code when the verdict is made; None always means "not known"."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Layer(StrEnum):
    """The layers of proof that can speak (ISO 22383: layered features, none alone)."""

    CODE = "code"
    HISTORY = "history"
    COPY_DETECTION = "copy_detection"
    PRINT = "print"
    HIDDEN = "hidden"
    NFC = "nfc"


PROOF_LAYERS: Final = (Layer.COPY_DETECTION, Layer.PRINT, Layer.HIDDEN, Layer.NFC)
"""Layers that look at the physical label; each can unmask a copied code."""


class LayerOutcome(StrEnum):
    """What a layer said."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    UNSURE = "unsure"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class LayerFinding:
    """One layer and what it said."""

    layer: Layer
    outcome: LayerOutcome


class CodeStanding(StrEnum):
    """What the record says about the code itself."""

    UNKNOWN = "unknown"
    """Never issued."""
    UNACTIVATED = "unactivated"
    ACTIVE = "active"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class QueryHistory:
    """Where this query stands among the counted queries of the code.

    `ordinal` and `max_queries` are at least 1; `doubtful` says that the places or speed of the
    queries give reason for doubt (E17).
    """

    ordinal: int
    max_queries: int
    doubtful: bool = False

    def __post_init__(self) -> None:
        """Refuse counts below one: the query itself is counted."""
        if self.ordinal < 1 or self.max_queries < 1:
            raise ValueError("ordinal and max_queries want 1 or more")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that `decide` may look at.

    `examined` names the proof layers whose check was run in this query; findings come from these
    only, and each of them must have one: evidence that was gathered can't get lost on the way and
    make a verdict better by its absence.
    """

    standing: CodeStanding | None = None
    check_value_right: bool | None = None
    recalled: bool | None = None
    expired: bool | None = None
    history: QueryHistory | None = None
    findings: tuple[LayerFinding, ...] = ()
    examined: frozenset[Layer] = frozenset()

    def __post_init__(self) -> None:
        """Refuse findings that only `decide` may make, and two findings of one layer."""
        layers = [finding.layer for finding in self.findings]
        if len(set(layers)) != len(layers):
            raise ValueError("want at most one finding for each layer")
        if not self.examined.issubset(PROOF_LAYERS):
            raise ValueError("the layers code and history are judged by decide(), not given")
        if not self.examined.issuperset(layers):
            raise ValueError("want findings of examined layers only")

    def outcome(self, layer: Layer) -> LayerOutcome:
        """Return what a proof layer said, NOT_CHECKED when it said nothing."""
        for finding in self.findings:
            if finding.layer is layer:
                return finding.outcome
        return LayerOutcome.NOT_CHECKED
