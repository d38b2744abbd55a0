"""View models: one file a section, numbers already written as text."""
