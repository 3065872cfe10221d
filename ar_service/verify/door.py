"""What the verify flow is given besides the record: limits, the reading gate, our hosts."""

import time
from dataclasses import dataclass

from ar_service.edge.rate_limit import BucketSize, RateLimiter, RateLimits
from ar_service.edge.reading_gate import ReadingGate
from ar_service.edge.unknown_alarm import UnknownAlarm
from ar_service.settings import Settings
from trace_backend.kit.secrets import Secrets
from vision import FrameLimits


@dataclass(frozen=True, slots=True)
class Door:
    """The verify flow's own things, made once per process."""

    limiter: RateLimiter
    alarm: UnknownAlarm
    gate: ReadingGate
    frame_limits: FrameLimits
    our_hosts: frozenset[str]
    max_codes_per_photo: int
    visitor_key: bytes


def make_door(settings: Settings, secrets: Secrets) -> Door:
    """Wire the door from the settings."""
    limits = RateLimits(
        query=BucketSize(settings.query_burst, settings.query_per_second),
        unknown=BucketSize(settings.unknown_burst, settings.unknown_per_second),
        prefix=BucketSize(settings.prefix_burst, settings.prefix_per_second),
        entries=settings.rate_limit_entries,
    )
    return Door(
        limiter=RateLimiter(limits, secrets.derive("rate limit addresses"), time.monotonic),
        alarm=UnknownAlarm(settings.unknown_alarm_share, time.monotonic),
        gate=ReadingGate(settings.photo_concurrency, settings.photo_queue),
        frame_limits=FrameLimits(
            max_bytes=settings.max_upload_bytes,
            max_pixels=settings.max_pixels,
            max_side_px=settings.max_side_px,
        ),
        our_hosts=settings.our_hosts,
        max_codes_per_photo=settings.max_codes_per_photo,
        visitor_key=secrets.derive("visitor"),
    )
