"""From a spec to its result, and to a run on disk."""
