"""Texts that no detector was made with: own templates, held-out names, identifiers with valid check digits."""
