"""Anchors that name what they point at, the same in every report of the same spec."""

from __future__ import annotations

import re
from hashlib import sha256

LONGEST = 48


def anchor(kind: str, *names: str) -> str:
    """`slice-noise-car-1f3a9c`: letters and digits of the names, and six of their digest to tell them apart."""
    words = re.sub(r"[^a-z0-9]+", "-", "-".join((kind, *names)).lower()).strip("-")
    digest = sha256("\0".join(names).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{words[:LONGEST].strip('-')}-{digest[:6]}"
