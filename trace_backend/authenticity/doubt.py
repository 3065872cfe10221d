"""Reasons for doubt in the places of a code's queries (E17); pure arithmetic on sightings."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final

from trace_backend.authenticity.policy import DEFAULT_DOUBT_POLICY, DoubtPolicy

EARTH_RADIUS_KM: Final = 6371.0088
"""Mean radius of the GRS 80 ellipsoid."""


class DoubtReason(StrEnum):
    """Why the places give reason for doubt."""

    IMPOSSIBLE_SPEED = "impossible_speed"
    HIGH_SPEED = "high_speed"
    SEVERAL_CITIES = "several_cities"


@dataclass(frozen=True, slots=True)
class Position:
    """A point on the earth: degrees WGS 84, and the error radius in metres where it is known."""

    latitude_deg: float
    longitude_deg: float
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """One visitor saw the code at a time, perhaps at a known position or in a known city."""

    visitor: str
    at: datetime
    position: Position | None
    city: str | None


@dataclass(frozen=True, slots=True)
class Doubt:
    """The reasons found; empty when there are none."""

    reasons: frozenset[DoubtReason]

    @property
    def warrants_clause(self) -> bool:
        """Whether the risk clause is to be appended: high speed alone is not enough."""
        return bool(self.reasons - {DoubtReason.HIGH_SPEED})


def assess_doubt(
    sightings: Sequence[Sighting], policy: DoubtPolicy = DEFAULT_DOUBT_POLICY
) -> Doubt:
    """Look for places that one item can't have been at.

    Args:
        sightings: in any order; only those within `policy.window` of the newest count, and of them
            the newest `policy.max_sightings`.
        policy: the thresholds.
    """
    in_order = sorted(sightings, key=lambda sighting: sighting.at)[-policy.max_sightings :]
    if not in_order:
        return Doubt(frozenset())
    newest = in_order[-1].at
    recent = [sighting for sighting in in_order if newest - sighting.at <= policy.window]
    reasons: set[DoubtReason] = set()
    for earlier, later in pairwise(s for s in recent if s.position is not None):
        if earlier.visitor == later.visitor:
            continue
        speed_kmh = implied_speed_kmh(earlier, later, policy)
        if speed_kmh > policy.hard_speed_kmh:
            reasons.add(DoubtReason.IMPOSSIBLE_SPEED)
        elif speed_kmh > policy.soft_speed_kmh:
            reasons.add(DoubtReason.HIGH_SPEED)
    cities = {(sighting.city, sighting.visitor) for sighting in recent if sighting.city}
    distinct_cities = {city for city, _ in cities}
    distinct_visitors = {visitor for _, visitor in cities}
    # One traveller with one phone may well query in three cities.
    if min(len(distinct_cities), len(distinct_visitors)) >= policy.cities_for_doubt:
        reasons.add(DoubtReason.SEVERAL_CITIES)
    return Doubt(frozenset(reasons))


def implied_speed_kmh(
    earlier: Sighting, later: Sighting, policy: DoubtPolicy = DEFAULT_DOUBT_POLICY
) -> float:
    """Return the least speed at which the item went from one sighting to the other.

    Both error radii are taken off the distance first; 0 when a position is missing.
    """
    if earlier.position is None or later.position is None:
        return 0.0
    errors_m = sum(
        policy.unknown_accuracy_m if position.accuracy_m is None else position.accuracy_m
        for position in (earlier.position, later.position)
    )
    distance_km = max(0.0, distance_between_km(earlier.position, later.position) - errors_m / 1000)
    interval_s = max(policy.min_interval_s, abs((later.at - earlier.at).total_seconds()))
    return distance_km / (interval_s / 3600)


def distance_between_km(here: Position, there: Position) -> float:
    """Return the great-circle distance on a sphere (haversine; at most 0.6 % off the ellipsoid)."""
    latitude, other_latitude = math.radians(here.latitude_deg), math.radians(there.latitude_deg)
    half_lat = (other_latitude - latitude) / 2
    half_lon = math.radians(there.longitude_deg - here.longitude_deg) / 2
    chord = math.sin(half_lat) ** 2 + (
        math.cos(latitude) * math.cos(other_latitude) * math.sin(half_lon) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, chord)))
