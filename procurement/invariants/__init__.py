"""What must hold of the data whatever happened: sentences with an id, each with the rows that break it.

The database refuses most of this already. These checks ask again from outside, over everything, so that a restore,
a migration, a hand in the database or a fault of ours is found even where a guard was away. They stand above every
app because they read them all.
"""

from procurement.invariants.registry import Broken, Invariant, check, invariants

__all__ = ["Broken", "Invariant", "check", "invariants"]
