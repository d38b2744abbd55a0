"""What keeps a model from the rest of the machine, as far as the system allows."""
