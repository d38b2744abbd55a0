"""The sanity checks: a file each, called like its check; found, not listed."""
