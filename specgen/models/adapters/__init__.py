"""Kinds of live models, one file each: `load` makes a predictor of what the spec names."""
