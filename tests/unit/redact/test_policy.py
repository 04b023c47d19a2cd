"""The policy says what happens to every class, or is refused."""

import re
from pathlib import Path

import pytest
import yaml

from avro_schemas.schemas import schema
from streams.redact.policy import CLASSES, POLICY_FILE, PolicyError, load_policy, pii_classes


def _changed(tmp_path: Path, **treatments: object) -> Path:
    policy = yaml.safe_load(POLICY_FILE.read_text(encoding="utf-8"))
    for pii, how in treatments.items():
        if how is None:
            del policy["treatments"][pii]
        else:
            policy["treatments"][pii] = how
    path = tmp_path / "policy.yaml"
    path.write_text(yaml.safe_dump(policy), encoding="utf-8")
    return path


def test_the_shipped_policy_treats_every_class_of_the_captured_schema() -> None:
    assert pii_classes(schema("captured_event").source) <= set(load_policy().treatments)


def test_a_policy_that_forgets_a_class_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="no treatment for phone"):
        load_policy(_changed(tmp_path, phone=None))


@pytest.mark.parametrize(
    ("pii", "how", "told"),
    [
        ("phone", "kept", "treatments.phone: "),
        ("email", "keep", "only `none` may be kept, not email: choose drop, vault, token, detect or generalise"),
        ("free_text", "token", "free_text may not be kept or passed on otherwise: use detect or drop"),
        ("free_text", "vault", "use detect or drop"),
        ("person", "detect", "detect is for texts, not for person"),
        ("emial", "drop", "there is no class emial: choose from account, card, city, "),
        ("none", "drop", "`none` holds nothing personal: use keep"),
        ("email", {"generalise": "prefix", "length": 2}, "generalise: prefix is for postcode, not for email"),
        ("postcode", {"generalise": "year"}, "generalise: year is for date_of_birth, not for postcode"),
        ("postcode", {"generalise": "network"}, "generalise: network is for ip_address, not for postcode"),
        ("postcode", {"generalise": "town"}, "treatments.postcode: "),
        ("postcode", {"generalise": "prefix", "lenght": 2}, "treatments.postcode: "),
        ("postcode", {"generalise": "prefix", "length": 9}, "treatments.postcode: "),
        ("postcode", {"generalise": "prefix", "countries": {"Ireland": 1}}, "treatments.postcode: "),
    ],
)
def test_what_cannot_be_done_is_refused_with_file_place_and_remedy(
    tmp_path: Path, pii: str, how: object, told: str
) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(_changed(tmp_path, **{pii: how}))
    assert str(caught.value).startswith("policy.yaml cannot be used: ")
    assert told in str(caught.value)
    assert "pydantic" not in str(caught.value)


def test_a_changed_treatment_shows_in_the_version_and_a_comment_does_not(tmp_path: Path) -> None:
    shipped = load_policy().version
    assert re.fullmatch(r"2-[0-9a-f]{8}", shipped)
    assert load_policy(_changed(tmp_path)).version == shipped
    assert load_policy(_changed(tmp_path, username="drop")).version != shipped


def test_every_class_of_the_schemas_is_one_that_a_policy_may_name() -> None:
    assert pii_classes(schema("captured_event").source) <= CLASSES


@pytest.mark.parametrize(("pii", "how"), [("phone", "kept"), ("free_text", "keep"), ("email", "keep")])
def test_a_policy_that_would_let_personal_data_through_is_refused(tmp_path: Path, pii: str, how: str) -> None:
    with pytest.raises(PolicyError):
        load_policy(_changed(tmp_path, **{pii: how}))


def test_a_misspelt_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY_FILE.read_text(encoding="utf-8").replace("treatments:", "treatment:"), encoding="utf-8")
    with pytest.raises(PolicyError):
        load_policy(path)


def test_a_postcode_is_generalised_to_its_first_two_characters() -> None:
    assert [load_policy().generalised("postcode", code) for code in ("1017 KG", " sw1a 1aa", "")] == ["10", "SW", ""]


def test_a_string_without_annotation_counts_as_free_text() -> None:
    record = {"type": "record", "name": "R", "fields": [{"name": "a", "type": "string"}, {"name": "b", "type": "int"}]}
    assert pii_classes(record) == {"free_text", "none"}
