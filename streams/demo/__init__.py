"""The demonstration: a shop's day through every station, and the proof that nothing was lost on the way."""
