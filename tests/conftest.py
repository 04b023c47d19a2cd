"""For every test: hypothesis draws the same examples on every run, so that the gate says the same of the same tree.

`HYPOTHESIS_PROFILE=wide` draws new ones, and more: for the one who hunts.
"""

import os

from hypothesis import settings

settings.register_profile("gate", derandomize=True, deadline=None)
settings.register_profile("wide", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))
