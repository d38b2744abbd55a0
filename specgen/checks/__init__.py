"""Evidence that is no metric: drift, fairness."""
