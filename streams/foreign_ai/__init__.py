"""The foreign AI services that are known: found in a shop's settings, and refused as model endpoints."""
