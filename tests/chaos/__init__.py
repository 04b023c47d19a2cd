"""Chaos: a platform under load whose parts are killed and disturbed, and every event reconciled one by one.

The oracle is the shop's database, and the shop's ledger for what the gateway acknowledged: never a counter of the
pipeline's own. `python -m tests.chaos --help`.
"""
