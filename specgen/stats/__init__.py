"""Numbers to doubt: intervals, paired differences, multiplicity, sample size."""
