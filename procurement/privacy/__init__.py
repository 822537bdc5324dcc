"""Personal data at rest: sealed columns, fingerprints to find equals by, and the keys of both (R-292, PIPL art. 51).

The lowest room: it knows no part of the portal. Models that hold phones, accounts or addresses stand above it.
"""

from procurement.privacy.fingerprints import fingerprint

__all__ = ["fingerprint"]
