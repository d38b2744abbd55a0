"""`specgen init --from`: from real columns to the draft of a spec."""
