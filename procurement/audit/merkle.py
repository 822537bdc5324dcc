"""The tree hash of RFC 6962 §2.1, built leaf by leaf with one remembered node per level."""

import hashlib


class Tree:
    """Append leaves, ask for the root at any size along the way."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []

    def append(self, leaf: bytes) -> None:
        """Add a leaf; full subtrees of equal height merge at once."""
        height, node = 0, hashlib.sha256(b"\x00" + leaf).digest()
        while self._peaks and self._peaks[-1][0] == height:
            _, left = self._peaks.pop()
            height, node = height + 1, _parent(left, node)
        self._peaks.append((height, node))
        self.size += 1

    def root(self) -> bytes:
        """Return the Merkle tree hash of the leaves so far."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        nodes = [node for _, node in self._peaks]
        root = nodes.pop()
        while nodes:
            root = _parent(nodes.pop(), root)
        return root


def _parent(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
