"""How changes of a shop come in: webhooks, row changes, and the pure mapping of both to commerce events."""
