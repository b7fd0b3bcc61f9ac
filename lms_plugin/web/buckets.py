"""Token buckets in this process's memory: so much at once, refilled by the second; bounded in number."""

import functools
import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

# 10,000 addresses are a few MiB; whoever was not seen for longest is forgotten, and begins anew.
MOST_KEYS = 10_000
MINUTE = 60.0
# One customer of an internet provider is a whole network of IPv6 addresses.
IPV6_NETWORK = 64


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

    def take(self, key: Hashable, seconds: float, per_minute: int | None = None) -> float:
        """0.0 when one more fits at this moment of a monotonic clock, else how many seconds to wait.

        `per_minute` is for a key whose bucket has a depth of its own, always the same.
        """
        depth = self.per_minute if per_minute is None else per_minute
        if not depth:
            return 0.0
        per_second = depth / MINUTE
        with self._lock:
            bucket = self._bucket(key, seconds, depth)
            passed = max(0.0, seconds - bucket.filled_at)
            bucket.left = min(depth, bucket.left + passed * per_second)
            bucket.filled_at = seconds
            if bucket.left < 1:
                return (1 - bucket.left) / per_second
            bucket.left -= 1
        return 0.0

    def _bucket(self, key: Hashable, seconds: float, depth: int) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket(depth, seconds)
            if len(self._buckets) > self.most_keys:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        return bucket


@functools.lru_cache(maxsize=MOST_KEYS)
def network_of(address: str) -> str:
    """Who is counted together: an IPv4 address, an IPv6 network, whatever else as it is written."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, IPV6_NETWORK), strict=False))
