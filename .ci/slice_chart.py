"""The chart of slices of an HTML report as a picture: slice_chart.py report.html slices.png"""

import re
import sys
from pathlib import Path

import vl_convert

html, png = map(Path, sys.argv[1:])
section = html.read_text(encoding="utf-8").partition('<section id="slices">')[2]
chart = re.search(r"<svg role=.*?</svg>", section, flags=re.S)
assert chart, "the report has no chart of slices"
png.write_bytes(vl_convert.svg_to_png(chart[0], scale=1.0))
