"""Charts: one Vega-Lite definition each, drawn as SVG for HTML and PDF alike."""
