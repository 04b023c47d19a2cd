"""Words of nine languages: what they announce, what they are, how they are folded."""
