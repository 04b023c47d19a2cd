"""Whatever JSON may hold, drawn less often than small things: it takes its time."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

SCALARS: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["", "0", "-1", "1e5", "0000-00-00 00:00:00", "9" * 30, 2**31, 2**63, -(2**63), 1e300])
)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
FEW = settings(max_examples=(settings.default.max_examples if settings.default else 100) // 4)
