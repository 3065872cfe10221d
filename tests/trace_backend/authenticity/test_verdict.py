"""The laws of decide(): the table of FEATURES, and that want of evidence is never genuine."""

import re
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import trace_backend
from trace_backend.authenticity.evidence import (
    PROOF_LAYERS,
    CodeStanding,
    Evidence,
    Layer,
    LayerFinding,
    LayerOutcome,
    QueryHistory,
)
from trace_backend.authenticity.verdict import Seal, VerdictStatus, decide

FIRST = Evidence(
    standing=CodeStanding.ACTIVE,
    check_value_right=True,
    recalled=False,
    expired=False,
    history=QueryHistory(1, 5),
)


def _with(layer, outcome):
    return replace(FIRST, findings=(LayerFinding(layer, outcome),), examined=frozenset({layer}))


@pytest.mark.parametrize(
    ("evidence", "status"),
    [
        (Evidence(), VerdictStatus.NOT_GENUINE_UNKNOWN),
        (replace(FIRST, standing=CodeStanding.UNKNOWN), VerdictStatus.NOT_GENUINE_UNKNOWN),
        (replace(FIRST, check_value_right=False), VerdictStatus.NOT_GENUINE_UNKNOWN),
        (replace(FIRST, standing=CodeStanding.VOID), VerdictStatus.NOT_GENUINE_VOID),
        (replace(FIRST, standing=CodeStanding.UNACTIVATED), VerdictStatus.NOT_GENUINE_UNACTIVATED),
        (replace(FIRST, recalled=True), VerdictStatus.RECALLED),
        (replace(FIRST, expired=True), VerdictStatus.EXPIRED),
        (FIRST, VerdictStatus.GENUINE_FIRST),
        (replace(FIRST, history=QueryHistory(2, 5)), VerdictStatus.GENUINE_REPEAT),
        (replace(FIRST, history=QueryHistory(5, 5)), VerdictStatus.GENUINE_REPEAT),
        (replace(FIRST, history=QueryHistory(6, 5)), VerdictStatus.OVER_LIMIT),
        (replace(FIRST, history=QueryHistory(1, 1)), VerdictStatus.GENUINE_FIRST),
        (replace(FIRST, history=QueryHistory(2, 1)), VerdictStatus.OVER_LIMIT),
        (replace(FIRST, history=QueryHistory(3, 5, doubtful=True)), VerdictStatus.GENUINE_REPEAT),
    ],
)
def test_the_table_of_replies_is_followed(evidence, status):
    assert decide(evidence).status is status


def test_where_several_states_hold_the_upper_row_of_the_table_wins():
    # Everything is wrong at once; taking away the uppermost state uncovers the next row.
    wrong = Evidence(
        CodeStanding.UNKNOWN,
        True,
        recalled=True,
        expired=True,
        history=QueryHistory(9, 5),
        findings=(LayerFinding(Layer.PRINT, LayerOutcome.CONTRADICTS),),
        examined=frozenset({Layer.PRINT}),
    )
    steps = [
        (wrong, VerdictStatus.NOT_GENUINE_UNKNOWN),
        ({"standing": CodeStanding.VOID}, VerdictStatus.NOT_GENUINE_VOID),
        ({"standing": CodeStanding.UNACTIVATED}, VerdictStatus.NOT_GENUINE_UNACTIVATED),
        ({"standing": CodeStanding.ACTIVE}, VerdictStatus.RECALLED),
        ({"recalled": False}, VerdictStatus.EXPIRED),
        ({"expired": False}, VerdictStatus.SUSPECTED_COPY),
        ({"findings": (), "examined": frozenset()}, VerdictStatus.OVER_LIMIT),
        ({"history": QueryHistory(2, 5)}, VerdictStatus.GENUINE_REPEAT),
        ({"history": QueryHistory(1, 5)}, VerdictStatus.GENUINE_FIRST),
    ]
    evidence = steps[0][0]
    assert decide(evidence).status is steps[0][1]
    for change, status in steps[1:]:
        evidence = replace(evidence, **change)
        assert decide(evidence).status is status


@pytest.mark.parametrize("layer", PROOF_LAYERS)
@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (LayerOutcome.SUPPORTS, VerdictStatus.GENUINE_FIRST),
        (LayerOutcome.UNSURE, VerdictStatus.GENUINE_FIRST),
        (LayerOutcome.CONTRADICTS, VerdictStatus.SUSPECTED_COPY),
        (LayerOutcome.NOT_CHECKED, VerdictStatus.SUSPECTED_COPY),  # examined, but nothing came
    ],
)
def test_one_contradicting_proof_layer_is_enough_for_a_suspected_copy(layer, outcome, status):
    assert decide(_with(layer, outcome)).status is status


@pytest.mark.parametrize("layer", PROOF_LAYERS)
def test_an_examined_layer_without_a_finding_is_not_genuine(layer):
    lost = replace(FIRST, examined=frozenset({layer}))
    assert decide(lost).status is VerdictStatus.SUSPECTED_COPY


@pytest.mark.parametrize(
    "field", ["standing", "check_value_right", "recalled", "expired", "history"]
)
def test_each_single_missing_piece_of_evidence_prevents_genuine(field):
    verdict = decide(replace(FIRST, **{field: None}))
    assert verdict.status is VerdictStatus.NOT_GENUINE_UNKNOWN
    assert verdict.seal is Seal.NOT_GENUINE


def test_every_verdict_names_all_six_layers_in_order():
    verdict = decide(_with(Layer.HIDDEN, LayerOutcome.SUPPORTS))
    assert [(finding.layer, finding.outcome) for finding in verdict.layers] == [
        (Layer.CODE, LayerOutcome.SUPPORTS),
        (Layer.HISTORY, LayerOutcome.SUPPORTS),
        (Layer.COPY_DETECTION, LayerOutcome.NOT_CHECKED),
        (Layer.PRINT, LayerOutcome.NOT_CHECKED),
        (Layer.HIDDEN, LayerOutcome.SUPPORTS),
        (Layer.NFC, LayerOutcome.NOT_CHECKED),
    ]


@pytest.mark.parametrize(
    ("evidence", "code", "history"),
    [
        (Evidence(), LayerOutcome.NOT_CHECKED, LayerOutcome.NOT_CHECKED),
        (Evidence(CodeStanding.UNKNOWN), LayerOutcome.CONTRADICTS, LayerOutcome.NOT_CHECKED),
        (Evidence(CodeStanding.ACTIVE), LayerOutcome.UNSURE, LayerOutcome.NOT_CHECKED),
        (
            replace(FIRST, check_value_right=False),
            LayerOutcome.CONTRADICTS,
            LayerOutcome.SUPPORTS,
        ),
        (
            replace(FIRST, history=QueryHistory(6, 5)),
            LayerOutcome.SUPPORTS,
            LayerOutcome.UNSURE,
        ),
        (
            replace(FIRST, history=QueryHistory(2, 5, doubtful=True)),
            LayerOutcome.SUPPORTS,
            LayerOutcome.UNSURE,
        ),
    ],
)
def test_code_and_history_say_what_they_know(evidence, code, history):
    verdict = decide(evidence)
    assert verdict.outcome(Layer.CODE) is code
    assert verdict.outcome(Layer.HISTORY) is history


@pytest.mark.parametrize(
    ("findings", "examined"),
    [
        ((LayerFinding(Layer.CODE, LayerOutcome.SUPPORTS),), {Layer.CODE}),
        ((), {Layer.HISTORY}),
        ((LayerFinding(Layer.NFC, LayerOutcome.SUPPORTS),), set()),
        ((LayerFinding(Layer.NFC, LayerOutcome.SUPPORTS),) * 2, {Layer.NFC}),
    ],
)
def test_evidence_that_contradicts_itself_is_refused(findings, examined):
    with pytest.raises(ValueError, match=r"want|judged"):
        Evidence(findings=findings, examined=frozenset(examined))


@pytest.mark.parametrize(("ordinal", "most"), [(0, 5), (-1, 5), (1, 0)])
def test_a_history_counts_from_one(ordinal, most):
    with pytest.raises(ValueError, match="1 or more"):
        QueryHistory(ordinal, most)


@st.composite
def evidences(draw):
    examined = draw(st.sets(st.sampled_from(PROOF_LAYERS)))
    with_finding = draw(st.sets(st.sampled_from(PROOF_LAYERS))) & examined
    findings = tuple(
        LayerFinding(layer, draw(st.sampled_from(LayerOutcome))) for layer in sorted(with_finding)
    )
    unsure = st.sampled_from([None, True, False])
    return Evidence(
        draw(st.sampled_from([None, *CodeStanding])),
        draw(unsure),
        draw(unsure),
        draw(unsure),
        draw(
            st.none()
            | st.builds(QueryHistory, st.integers(1, 12), st.integers(1, 6), st.booleans())
        ),
        findings,
        frozenset(examined),
    )


@given(evidences())
def test_genuine_needs_every_condition(evidence):
    verdict = decide(evidence)
    contradicted = any(finding.outcome is LayerOutcome.CONTRADICTS for finding in evidence.findings)
    may_be_genuine = (
        evidence.standing is CodeStanding.ACTIVE
        and evidence.check_value_right is True
        and evidence.recalled is False
        and evidence.expired is False
        and evidence.history is not None
        and evidence.history.ordinal <= evidence.history.max_queries
        and not contradicted
    )
    if verdict.status.is_genuine:
        assert may_be_genuine
        assert verdict.outcome(Layer.CODE) is LayerOutcome.SUPPORTS
        assert all(finding.outcome is not LayerOutcome.CONTRADICTS for finding in verdict.layers)
    assert (verdict.seal is Seal.GENUINE) == verdict.status.is_genuine
    if verdict.status is VerdictStatus.GENUINE_FIRST:
        assert evidence.history.ordinal == 1


def _with_one_thing_less(evidence):
    for field in ("standing", "check_value_right", "recalled", "expired", "history"):
        if getattr(evidence, field) is not None:
            yield replace(evidence, **{field: None})
    for dropped in evidence.findings:
        kept = tuple(finding for finding in evidence.findings if finding is not dropped)
        yield replace(evidence, findings=kept)


@given(evidences())
def test_removing_evidence_never_makes_a_verdict_genuine(evidence):
    if not decide(evidence).status.is_genuine:
        for less in _with_one_thing_less(evidence):
            assert not decide(less).status.is_genuine


def test_verdicts_are_made_in_one_file_only():
    package = Path(trace_backend.__file__).parent
    makers = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"(?<![A-Za-z])Verdict\(", path.read_text("utf-8"))
    }
    assert makers == {"authenticity/verdict.py"}


def test_exactly_the_two_genuine_verdicts_carry_the_genuine_seal():
    genuine = {status for status in VerdictStatus if status.seal is Seal.GENUINE}
    assert genuine == {VerdictStatus.GENUINE_FIRST, VerdictStatus.GENUINE_REPEAT}


def test_of_all_combinations_of_the_record_only_one_standing_can_be_genuine():
    # Exhaustive over standing x check x recalled x expired x ordinal: 5 * 3 * 3 * 3 * 4 cases.
    genuine = [
        case
        for case in product(
            [None, *CodeStanding],
            [None, True, False],
            [None, True, False],
            [None, True, False],
            [None, 1, 5, 6],
        )
        if decide(
            Evidence(*case[:4], None if case[4] is None else QueryHistory(case[4], 5))
        ).status.is_genuine
    ]
    assert genuine == [
        (CodeStanding.ACTIVE, True, False, False, 1),
        (CodeStanding.ACTIVE, True, False, False, 5),
    ]
