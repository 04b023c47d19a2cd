"""A gate before phonenumbers: digits of which no ending is a number of the region are no number there.

Reading a number takes a country code and a trunk prefix off its front, whatever else it does; what stays must be of
one of the region's kinds. A test holds the gate to the library. False is certain.
"""

import re
from dataclasses import dataclass
from functools import cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata
from phonenumbers.phonemetadata import PhoneNumberDesc

# A country code has three digits at most, a trunk prefix with a carrier's choice some more.
_MAX_FRONT = 8
_KINDS = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "pager",
    "uan",
    "voicemail",
)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A region's numbering plan: its numbers, and how calls to elsewhere begin there."""

    national: re.Pattern[str]
    abroad: re.Pattern[str]


def may_be_number(digits: str, region: str) -> bool:
    """Whether these digits, dialled within the region (ISO 3166-1), may be a number of it."""
    plan = _plan(region)
    if plan is None or plan.abroad.match(digits):
        return True
    return any(plan.national.fullmatch(digits, front) for front in range(min(_MAX_FRONT, len(digits))))


@cache
def _plan(region: str) -> _Plan | None:
    """None where the plan cannot be told by endings: an unknown region, or one where prefixes rewrite the number."""
    known = PhoneMetadata.metadata_for_region(region)
    if known is None or known.country_code is None:
        return None
    # Regions that share a country code are told apart by their numbers alone.
    sharing = [PhoneMetadata.metadata_for_region(one) for one in COUNTRY_CODE_TO_REGION_CODE[known.country_code]]
    if any(one is None or one.national_prefix_transform_rule for one in sharing):
        return None
    kinds: list[PhoneNumberDesc | None] = [getattr(one, kind) for one in sharing for kind in _KINDS]
    patterns = {kind.national_number_pattern for kind in kinds if kind is not None and kind.national_number_pattern}
    return _Plan(
        re.compile("|".join(f"(?:{pattern})" for pattern in sorted(patterns))),
        re.compile(known.international_prefix or "00"),
    )
