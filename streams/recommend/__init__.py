"""What to show beside a product: counts of what was bought together, one update per change."""
