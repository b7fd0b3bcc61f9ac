"""Token buckets in this process's memory: so much at once, refilled by the second; bounded in number."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

# 10,000 addresses are a few MiB; whoever was not seen for longest is forgotten, and begins anew.
MOST_KEYS = 10_000
MINUTE = 60.0


@dataclass(slots=True)
class _Bucket:
    left: float
    filled_at: float


class Buckets:
    """One bucket for each key, `per_minute` deep; every one refills in a minute. 0 means no limit."""

    def __init__(self, per_minute: int, most_keys: int = MOST_KEYS) -> None:
        self.per_minute = per_minute
        self.most_keys = most_keys
        self._buckets: OrderedDict[Hashable, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: Hashable, seconds: float) -> float:
        """0.0 when one more fits at this moment of a monotonic clock, else how many seconds to wait."""
        if not self.per_minute:
            return 0.0
        per_second = self.per_minute / MINUTE
        with self._lock:
            bucket = self._bucket(key, seconds)
            passed = max(0.0, seconds - bucket.filled_at)
            bucket.left = min(self.per_minute, bucket.left + passed * per_second)
            bucket.filled_at = seconds
            if bucket.left < 1:
                return (1 - bucket.left) / per_second
            bucket.left -= 1
        return 0.0

    def _bucket(self, key: Hashable, seconds: float) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(self.per_minute, seconds)
            if len(self._buckets) > self.most_keys:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        return bucket
