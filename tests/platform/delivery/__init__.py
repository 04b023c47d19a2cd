"""The delivery layer on a real broker: workers as processes, killed and moved about."""
