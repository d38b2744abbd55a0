"""Where to improve."""
