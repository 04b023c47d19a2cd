"""The policy says what happens to every class, or is refused."""

from pathlib import Path

import pytest
import yaml

from avro_schemas.schemas import schema
from streams.redact.policy import POLICY_FILE, PolicyError, load_policy, pii_classes


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
