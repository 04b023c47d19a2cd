"""Asks the region's own model about what is left after redaction, and records every attempt."""
