"""Rate limits as OpenAI has them: requests and tokens a minute, refilled all the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def duration(seconds: float) -> str:
    """A time as OpenAI's headers write it: "17ms", "1.5s", "6m0s", "1h2m3s"."""
    milliseconds = round(seconds * 1000)
    if milliseconds < 1000:
        return f"{milliseconds}ms"
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    written = f"{rest / 1000:.3f}".rstrip("0").rstrip(".") + "s"
    if hours:
        return f"{hours}h{minutes}m{written}"
    return f"{minutes}m{written}" if minutes else written


class Bucket:
    """Holds a minute's worth at most; None: without a limit, which still is told as a large number."""

    def __init__(self, per_minute: int | None, usual: int, clock: Callable[[], float]) -> None:
        self.limit = usual if per_minute is None else per_minute
        self.enforced = per_minute is not None
        self._clock = clock
        self._left = float(self.limit)
        self._at = clock()

    def refill(self) -> None:
        """Add what has come since the last time."""
        now = self._clock()
        self._left = min(self.limit, self._left + (now - self._at) * self.limit / 60)
        self._at = now

    @property
    def remaining(self) -> int:
        """What may be taken now."""
        return max(0, int(self._left))

    @property
    def reset(self) -> float:
        """Seconds until it is full."""
        return (self.limit - self._left) * 60 / self.limit

    def wait(self, amount: float) -> float:
        """Seconds until an amount may be taken; 0: now."""
        if not self.enforced:
            return 0.0
        return max(0.0, (min(amount, self.limit) - self._left) * 60 / self.limit)

    def take(self, amount: float) -> None:
        """Take an amount."""
        self._left = max(0.0, self._left - amount)


@dataclass(frozen=True)
class Refusal:
    """What was asked for too often: "requests" or "tokens"; seconds until it may be asked again."""

    kind: str
    limit: int
    used: int
    requested: int
    seconds: float


class Limits:
    """The limits of a server, for all its models together."""

    def __init__(
        self, requests: int | None, tokens: int | None, clock: Callable[[], float]
    ) -> None:
        self.requests = Bucket(requests, 10_000, clock)
        self.tokens = Bucket(tokens, 10_000_000, clock)

    def take(self, tokens: int) -> Refusal | None:
        """Take one request and its tokens, or say why not; then nothing is taken."""
        wanted = (("requests", self.requests, 1), ("tokens", self.tokens, tokens))
        for kind, bucket, amount in wanted:
            bucket.refill()
            if seconds := bucket.wait(amount):
                used = bucket.limit - bucket.remaining
                return Refusal(kind, bucket.limit, used, amount, seconds)
        for _, bucket, amount in wanted:
            bucket.take(amount)
        return None

    def headers(self) -> dict[str, str]:
        """The x-ratelimit headers."""
        return {
            f"x-ratelimit-{what}-{kind}": value
            for kind, bucket in (("requests", self.requests), ("tokens", self.tokens))
            for what, value in (
                ("limit", str(bucket.limit)),
                ("remaining", str(bucket.remaining)),
                ("reset", duration(bucket.reset)),
            )
        }
