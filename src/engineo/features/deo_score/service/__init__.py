"""Use cases of the score: requesting a recompute, recomputing, reading."""
