"""What ready means: the spec, read and checked."""
