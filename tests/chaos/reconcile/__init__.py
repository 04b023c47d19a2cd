"""One by one: what the shop committed and what the gateway acknowledged, through every topic, into every table."""
