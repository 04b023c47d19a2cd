"""Redaction: policy, detection and pseudonyms as a pure core; the agent moves the data through it."""
