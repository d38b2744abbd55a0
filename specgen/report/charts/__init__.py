"""Charts: one Altair definition each, drawn as SVG for HTML and PDF alike."""
