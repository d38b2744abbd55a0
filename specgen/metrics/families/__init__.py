"""The metrics, a small file a family; every module here is found by the registry."""
