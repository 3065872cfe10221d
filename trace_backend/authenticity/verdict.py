"""The verdict. `decide` is the only place in the product where GENUINE is made."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from trace_backend.authenticity.evidence import (
    PROOF_LAYERS,
    CodeStanding,
    Evidence,
    Layer,
    LayerFinding,
    LayerOutcome,
)


class VerdictStatus(StrEnum):
    """The closed list of verdicts; where several states hold, the upper one wins."""

    NOT_GENUINE_UNKNOWN = "NOT_GENUINE_UNKNOWN"
    NOT_GENUINE_VOID = "NOT_GENUINE_VOID"
    NOT_GENUINE_UNACTIVATED = "NOT_GENUINE_UNACTIVATED"
    RECALLED = "RECALLED"
    EXPIRED = "EXPIRED"
    SUSPECTED_COPY = "SUSPECTED_COPY"
    GENUINE_FIRST = "GENUINE_FIRST"
    GENUINE_REPEAT = "GENUINE_REPEAT"
    OVER_LIMIT = "OVER_LIMIT"

    @property
    def is_genuine(self) -> bool:
        """Whether this verdict tells a person that the product is genuine."""
        return self in (VerdictStatus.GENUINE_FIRST, VerdictStatus.GENUINE_REPEAT)

    @property
    def seal(self) -> "Seal":
        """The seal that a page shows with this verdict."""
        match self:
            case VerdictStatus.GENUINE_FIRST | VerdictStatus.GENUINE_REPEAT:
                return Seal.GENUINE
            case (
                VerdictStatus.NOT_GENUINE_UNKNOWN
                | VerdictStatus.NOT_GENUINE_VOID
                | VerdictStatus.NOT_GENUINE_UNACTIVATED
                | VerdictStatus.SUSPECTED_COPY
            ):
                return Seal.NOT_GENUINE
            case VerdictStatus.RECALLED | VerdictStatus.EXPIRED | VerdictStatus.OVER_LIMIT:
                return Seal.UNSURE
            case _:
                assert_never(self)


class Seal(StrEnum):
    """正品, 非正品, or neither: the product needs a careful look."""

    GENUINE = "genuine"
    NOT_GENUINE = "not_genuine"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict and, for every layer in the order of `Layer`, what it said."""

    status: VerdictStatus
    layers: tuple[LayerFinding, ...]

    @property
    def seal(self) -> Seal:
        """The seal that a page shows with this verdict."""
        return self.status.seal

    def outcome(self, layer: Layer) -> LayerOutcome:
        """Return what `layer` said."""
        return next(finding.outcome for finding in self.layers if finding.layer is layer)


def decide(evidence: Evidence) -> Verdict:
    """Make the verdict; pure, total, and never genuine for want of evidence.

    The steps stand in the order of the FEATURES table of replies: the first that isn't passed names
    the verdict. What is not known (None) fails its step.
    """
    return Verdict(_status(evidence), _layers(evidence))


def _status(evidence: Evidence) -> VerdictStatus:
    # 1 The code was looked up and is one that we issued.
    if evidence.standing is None or evidence.standing is CodeStanding.UNKNOWN:
        return VerdictStatus.NOT_GENUINE_UNKNOWN
    # 2 Its check value was recomputed with the tenant's key and is right. A row without a right
    #   check value was not written by us (or the label's GTIN was exchanged): as good as unknown.
    if evidence.check_value_right is not True:
        return VerdictStatus.NOT_GENUINE_UNKNOWN
    # 3 It was not taken out of use.
    if evidence.standing is CodeStanding.VOID:
        return VerdictStatus.NOT_GENUINE_VOID
    # 4 A factory put it on goods. Asked for by name: a new standing is not genuine by itself.
    if evidence.standing is not CodeStanding.ACTIVE:
        return VerdictStatus.NOT_GENUINE_UNACTIVATED
    # 5 Its batch is not recalled.
    if evidence.recalled is True:
        return VerdictStatus.RECALLED
    # 6 It is not past its expiry date.
    if evidence.expired is True:
        return VerdictStatus.EXPIRED
    # 7 No proof layer contradicts, and every layer that was examined has brought its finding.
    if not _proof_layers_agree(evidence):
        return VerdictStatus.SUSPECTED_COPY
    # 8 Batch, expiry and history were really looked up: "not known to be recalled" is not enough.
    if evidence.recalled is not False or evidence.expired is not False or evidence.history is None:
        return VerdictStatus.NOT_GENUINE_UNKNOWN
    # 9 It was not queried by more visitors than the brand allows (strictly more: 超过).
    if evidence.history.ordinal > evidence.history.max_queries:
        return VerdictStatus.OVER_LIMIT
    # 10 All of the above holds.
    if evidence.history.ordinal == 1:
        return VerdictStatus.GENUINE_FIRST
    return VerdictStatus.GENUINE_REPEAT


def _proof_layers_agree(evidence: Evidence) -> bool:
    for layer in PROOF_LAYERS:
        outcome = evidence.outcome(layer)
        if outcome is LayerOutcome.CONTRADICTS:
            return False
        if layer in evidence.examined and outcome is LayerOutcome.NOT_CHECKED:
            return False
    return True


def _layers(evidence: Evidence) -> tuple[LayerFinding, ...]:
    return (
        LayerFinding(Layer.CODE, _code_outcome(evidence)),
        LayerFinding(Layer.HISTORY, _history_outcome(evidence)),
        *(LayerFinding(layer, evidence.outcome(layer)) for layer in PROOF_LAYERS),
    )


def _code_outcome(evidence: Evidence) -> LayerOutcome:
    match evidence.standing:
        case None:
            return LayerOutcome.NOT_CHECKED
        case CodeStanding.ACTIVE:
            if evidence.check_value_right is None:
                return LayerOutcome.UNSURE
            if evidence.check_value_right:
                return LayerOutcome.SUPPORTS
            return LayerOutcome.CONTRADICTS
        case CodeStanding.UNKNOWN | CodeStanding.UNACTIVATED | CodeStanding.VOID:
            return LayerOutcome.CONTRADICTS
        case _:
            assert_never(evidence.standing)


def _history_outcome(evidence: Evidence) -> LayerOutcome:
    """History can raise doubt, it never proves a copy: a shop window is scanned a lot."""
    if evidence.history is None:
        return LayerOutcome.NOT_CHECKED
    if evidence.history.doubtful or evidence.history.ordinal > evidence.history.max_queries:
        return LayerOutcome.UNSURE
    return LayerOutcome.SUPPORTS
