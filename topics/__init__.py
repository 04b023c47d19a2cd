"""The topics of Inland: one YAML each, and what reads, checks and applies them."""
