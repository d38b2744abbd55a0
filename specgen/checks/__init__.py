"""Evidence that is no metric."""
