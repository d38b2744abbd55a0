"""Slices that nobody declared: found on one half of a split's rows, tested on the other."""
