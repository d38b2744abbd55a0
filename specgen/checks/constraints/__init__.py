"""Deployment constraints: what the model costs to run, measured on it or declared."""
