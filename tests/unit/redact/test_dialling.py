"""The gate before phonenumbers is never shut on what the library takes for a number."""

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streams.redact.detect.recognizers.dialling import may_be_number

_REGIONS = (
    "NL",
    "BE",
    "DE",
    "AT",
    "CH",
    "FR",
    "ES",
    "IT",
    "PL",
    "SE",
    "PT",
    "BR",
    "GB",
    "IE",
    "US",
    "DK",
    "FI",
    "NO",
    "LU",
)


def _valid(digits: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, region))
    except phonenumbers.NumberParseException:
        return False


@given(
    front=st.sampled_from(["", "0", "00", "1", "31", "49", "044", "4401", "9", "8", "039", "39"]),
    digits=st.text("0123456789", min_size=4, max_size=13),
    region=st.sampled_from(_REGIONS),
)
@example(front="", digits="0201234567", region="NL")
@example(front="49", digits="3023125417", region="DE")
def test_what_the_library_takes_for_a_number_passes(front: str, digits: str, region: str) -> None:
    if _valid(front + digits, region):
        assert may_be_number(front + digits, region)


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_each_regions_own_examples_pass_in_all_their_writings(region: str) -> None:
    for kind in range(11):
        number = phonenumbers.example_number_for_type(region, kind)
        if number is None:
            continue
        written = [phonenumbers.format_number(number, way) for way in range(2)] + [
            phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL),
            phonenumbers.format_out_of_country_calling_number(number, region),
        ]
        for one in written:
            digits = "".join(filter(str.isdigit, one))
            if _valid(digits, region):
                assert may_be_number(digits, region), one


@pytest.mark.parametrize(
    ("digits", "region"), [("806501", "NL"), ("21494", "DE"), ("20260311", "FR"), ("123456", "ES")]
)
def test_an_order_number_is_turned_away_without_the_library(digits: str, region: str) -> None:
    assert not may_be_number(digits, region)
