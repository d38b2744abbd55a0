"""Sanity checks: what should hold before anybody looks at a score."""
