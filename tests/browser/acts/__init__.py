"""The parts of a case as people click through them, in the order they happen."""
