"""How often an open door may be knocked at: counters that forget by themselves, kept in the cache.

For pages that take words from people without an account. A counter that cannot be read lets people in:
the doors it guards hold no secrets, they only should not be flooded.
"""

from __future__ import annotations

from hashlib import sha256

from django.core.cache import cache


def admits(door: str, who: str, *, most: int, seconds: int) -> bool:
    """Count one knock of ``who`` at ``door``; False once there were more than ``most`` within the window."""
    key = f"throttle:{door}:{sha256(who.encode()).hexdigest()[:32]}"
    cache.add(key, 0, timeout=seconds)
    try:
        return int(cache.incr(key)) <= most
    except ValueError:  # it ran out between the two calls
        return True
