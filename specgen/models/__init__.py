"""Live models: each runs in a process of its own; rows go and come as Arrow, and what goes wrong is evidence."""
