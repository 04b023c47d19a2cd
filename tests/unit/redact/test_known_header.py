"""The header tells the gate what is known, to holders of the gate's key alone; what cannot be read is refused."""

import pytest

from streams.redact.keyfiles import RegionKeyError
from streams.redact.known_header import HEADER, KnownHeader, KnownHeaderError
from streams.redact.pseudonym import RegionKeys
from streams.redact.values import KnownValue

OLD, NEW = b"\x01" * 32, b"\x02" * 32
KNOWN = (KnownValue("Anouk van der Meulen", "person"),)
EVENT = "e" * 32


def _header(*keys: bytes) -> KnownHeader:
    return KnownHeader(RegionKeys({"eu": keys}))


def test_what_is_written_is_read_by_the_other_stage() -> None:
    headers = _header(OLD).write("eu", EVENT, KNOWN, "NL")
    blinded = _header(OLD).read("eu", EVENT, (("traceparent", b"x"), *headers))
    assert blinded is not None
    assert blinded.hits("voor Meulen")
    assert b"eulen" not in headers[0][1]


def test_after_a_rotation_older_headers_are_read_still() -> None:
    blinded = _header(OLD, NEW).read("eu", EVENT, _header(OLD).write("eu", EVENT, KNOWN, "NL"))
    assert blinded is not None
    assert blinded.hits("voor Meulen")


def test_an_event_that_nothing_is_known_of_has_a_header_all_the_same() -> None:
    blinded = _header(OLD).read("eu", EVENT, _header(OLD).write("eu", EVENT, (), None))
    assert blinded is not None
    assert not blinded.hits("voor Meulen")


def test_no_header_tells_nothing() -> None:
    assert _header(OLD).read("eu", EVENT, (("traceparent", b"x"),)) is None


def test_a_header_of_a_key_that_is_not_here_is_refused_with_the_remedy() -> None:
    headers = _header(NEW).write("eu", EVENT, KNOWN, "NL")
    with pytest.raises(KnownHeaderError, match="give the enrich workers the redact workers' gate keys"):
        _header(OLD).read("eu", EVENT, headers)


@pytest.mark.parametrize("change", [lambda value: b"\x02" + value[1:], lambda value: value[:-1], lambda _: b""])
def test_a_header_of_another_version_or_length_is_refused(change: object) -> None:
    ((name, value),) = _header(OLD).write("eu", EVENT, KNOWN, "NL")
    with pytest.raises(KnownHeaderError, match="not of version 1"):
        _header(OLD).read("eu", EVENT, ((name, change(value)),))  # type: ignore[operator]


def test_two_headers_are_refused() -> None:
    with pytest.raises(KnownHeaderError, match="two headers"):
        _header(OLD).read("eu", EVENT, _header(OLD).write("eu", EVENT, KNOWN, "NL") * 2)


def test_a_region_without_a_gate_key_writes_nothing() -> None:
    with pytest.raises(RegionKeyError, match="region uk has no key"):
        _header(OLD).write("uk", EVENT, KNOWN, "GB")


def test_the_header_is_no_longer_than_its_bound_and_tells_no_order() -> None:
    many = tuple(KnownValue(f"Person{number} Nachname{number}x", "person") for number in range(200))
    ((name, value),) = _header(OLD).write("eu", EVENT, many, "NL")
    assert name == HEADER
    assert len(value) <= 9 + 2048
    prints = [value[at : at + 8] for at in range(9, len(value), 8)]
    assert prints == sorted(prints)
