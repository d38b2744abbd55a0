"""Concept drift: whether a model's performance changes over time, and whether its own scores foresee it."""
