"""Reasons for doubt in places; distances from outside tables."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trace_backend.authenticity.doubt import (
    DoubtReason,
    Position,
    Sighting,
    assess_doubt,
    distance_between_km,
    implied_speed_kmh,
)
from trace_backend.authenticity.policy import DoubtPolicy

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
BEIJING = Position(39.9042, 116.4074, 50)
SHANGHAI = Position(31.2304, 121.4737, 50)
TIANJIN = Position(39.0842, 117.2009, 50)


def _seen(visitor, minutes, position=None, city=None):
    return Sighting(visitor, NOON + timedelta(minutes=minutes), position, city)


@pytest.mark.parametrize(
    ("here", "there", "km"),
    [
        (BEIJING, BEIJING, 0),
        (BEIJING, SHANGHAI, 1067),  # great-circle distance as printed in distance tables
        (Position(0, 0), Position(0, 180), 20015.1),  # half the circumference
        (Position(90, 0), Position(-90, 120), 20015.1),
        (Position(0, 179.5), Position(0, -179.5), 111.195),  # across the date line
        (
            Position(50.0664, -5.7147),
            Position(58.6440, -3.0700),
            968.9,
        ),  # Land's End - John o'Groats
    ],
)
def test_distances_agree_with_published_ones(here, there, km):
    assert distance_between_km(here, there) == pytest.approx(km, rel=0.002, abs=0.01)


def test_no_sightings_no_doubt():
    assert assess_doubt([]).reasons == frozenset()
    assert not assess_doubt([_seen("a", 0, BEIJING, "北京市")]).warrants_clause


def test_two_visitors_faster_than_an_airliner_are_a_reason_for_doubt():
    # 1067 km in 60 minutes = 1067 km/h > 900.
    doubt = assess_doubt([_seen("a", 0, BEIJING), _seen("b", 60, SHANGHAI)])
    assert doubt.reasons == {DoubtReason.IMPOSSIBLE_SPEED}
    assert doubt.warrants_clause


def test_a_flight_is_reported_but_is_no_reason_for_the_clause():
    # 1067 km in 90 minutes = 711 km/h: between 150 and 900.
    doubt = assess_doubt([_seen("a", 0, BEIJING), _seen("b", 90, SHANGHAI)])
    assert doubt.reasons == {DoubtReason.HIGH_SPEED}
    assert not doubt.warrants_clause


def test_one_visitor_may_be_anywhere():
    # A phone that jumps (a wrong fix, a VPN) is still one visitor with one item.
    assert assess_doubt([_seen("a", 0, BEIJING), _seen("a", 1, SHANGHAI)]).reasons == frozenset()


def test_the_error_radii_are_taken_off_the_distance():
    # Beijing - Tianjin is 113 km; radii of 60 km each leave nothing.
    coarse = [Position(p.latitude_deg, p.longitude_deg, 60_000) for p in (BEIJING, TIANJIN)]
    fine = assess_doubt([_seen("a", 0, BEIJING), _seen("b", 5, TIANJIN)])
    assert fine.warrants_clause
    blurred = assess_doubt([_seen("a", 0, coarse[0]), _seen("b", 5, coarse[1])])
    assert blurred.reasons == frozenset()


def test_a_position_without_accuracy_counts_as_good_to_a_city():
    bare = [Position(p.latitude_deg, p.longitude_deg) for p in (BEIJING, TIANJIN, SHANGHAI)]
    near = assess_doubt([_seen("a", 0, bare[0]), _seen("b", 1, bare[1])])
    assert DoubtReason.IMPOSSIBLE_SPEED not in near.reasons
    # (1067 - 100) km in an hour is still too fast.
    assert assess_doubt([_seen("a", 0, bare[0]), _seen("b", 60, bare[2])]).warrants_clause


def test_no_interval_is_taken_for_a_minute():
    same_time = [_seen("a", 0, BEIJING), _seen("b", 0, TIANJIN)]
    # (113 - 0.1) km in a minute.
    assert implied_speed_kmh(*same_time) == pytest.approx(113 * 60, rel=0.02)


def test_three_visitors_in_three_cities_within_a_week_are_a_reason_for_doubt():
    seen = [
        _seen("a", 0, city="长治市"),
        _seen("b", 60 * 24, city="济南市"),
        _seen("c", 60 * 48, city="北京市"),
    ]
    assert assess_doubt(seen).reasons == {DoubtReason.SEVERAL_CITIES}
    assert assess_doubt(seen[:2]).reasons == frozenset()


def test_one_traveller_in_three_cities_is_no_reason_for_doubt():
    seen = [_seen("a", hour * 60, city=f"城市{hour}") for hour in range(5)]
    assert assess_doubt(seen).reasons == frozenset()


def test_what_is_older_than_the_window_is_forgotten():
    week = 7 * 24 * 60
    seen = [_seen("a", 0, city="甲"), _seen("b", 1, city="乙"), _seen("c", week + 2, city="丙")]
    assert assess_doubt(seen).reasons == frozenset()


def test_only_the_newest_sightings_are_looked_at():
    policy = DoubtPolicy(max_sightings=2)
    seen = [_seen("a", 0, city="甲"), _seen("b", 1, city="乙"), _seen("c", 2, city="丙")]
    assert assess_doubt(seen, policy).reasons == frozenset()
    assert assess_doubt(seen).warrants_clause


positions = st.builds(
    Position, st.floats(-90, 90), st.floats(-180, 180), st.none() | st.floats(0, 1e6)
)
sightings = st.builds(
    Sighting,
    st.sampled_from("abc"),
    st.timedeltas(timedelta(0), timedelta(days=31)).map(lambda later: NOON + later),
    st.none() | positions,
    st.none() | st.sampled_from(["甲", "乙", "丙"]),
)


@given(positions, positions)
def test_distance_is_symmetric_and_at_most_half_round_the_earth(here, there):
    distance = distance_between_km(here, there)
    assert distance == pytest.approx(distance_between_km(there, here), abs=1e-6)
    assert 0 <= distance <= 20016


@given(st.lists(sightings, max_size=8), st.randoms())
def test_the_order_of_the_list_does_not_matter(seen, rng):
    times = {sighting.at for sighting in seen}
    if len(times) == len(seen):
        shuffled = rng.sample(seen, len(seen))
        assert assess_doubt(shuffled) == assess_doubt(seen)
