"""A text as a person would read it, with the way back to how it came."""
