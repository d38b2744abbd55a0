"""Gates, milestones, the decision."""
