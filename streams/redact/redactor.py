"""A captured event in, a commerce event and its findings out; or nothing, when it cannot be done with certainty."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from avro_schemas.records import CapturedEvent, CommerceEvent, PrivacyFinding, Treatment
from avro_schemas.schemas import schema
from streams.redact.detect.patterns import UnsettledError
from streams.redact.detect.question import Detects, Question
from streams.redact.detect.spans import Span
from streams.redact.errors import WithheldError
from streams.redact.fields import Dropped, known_values, redact_fields, texts
from streams.redact.placeholders import Placeholders
from streams.redact.plan import FieldPlan, make_plan
from streams.redact.policy import Action, Policy, PolicyError
from streams.redact.pseudonym import RegionKeyError, RegionKeys
from streams.redact.values import KnownValue
from streams.redact.vault.originals import Original

# What a TEXT column of MariaDB holds, and so a note, a review, a customer's remark.
MAX_TEXT_BYTES = 64 * 1024
SUBJECT = "subject"
"""Field that names whom an event is about."""
_SCHEMA = "schema"
_TREATMENTS: Mapping[Action, Treatment] = {
    "drop": "drop",
    "token": "token",
    "generalise": "generalise",
    "detect": "replace",
    "vault": "vault",
}


@dataclass(frozen=True, slots=True, repr=False)
class Redaction:
    """What may leave the restricted zone: the event, and one finding a replacement. What the vault gets, beside it."""

    event: CommerceEvent
    findings: tuple[PrivacyFinding, ...]
    identity: Original | None = None
    """What the event's subject stands for; None when it is about nobody, and then nothing is kept of it."""
    originals: tuple[Original, ...] = ()
    known: tuple[KnownValue, ...] = ()
    """The subject's own values, which were looked for: the last gate's to look for again, blinded."""


class Redactor:
    """Applies one policy. Pure: no clock, no network, nothing kept between events."""

    def __init__(self, policy: Policy, keys: RegionKeys, detector: Detects) -> None:
        """ShapeError or PolicyError when the policy does not turn the captured schema into the redacted one."""
        self._plan = make_plan(schema("captured_event").source, schema("commerce_event").source, policy)
        self._tools = _Tools(self._plan, policy, keys, detector)

    def redact(
        self, event: CapturedEvent, *, region: str, known: Sequence[KnownValue] = (), redacted_at: datetime
    ) -> Redaction:
        """The event without personal data. `known`: values of the same subject's other records.

        WithheldError when it cannot be done with certainty: a text over MAX_TEXT_BYTES, detection that fails or takes
        too long, a region without a key, a class without a treatment. The error holds no payload.
        """
        try:
            return _Run(self._tools, event, region, known).result(redacted_at)
        except WithheldError:
            raise
        except (PolicyError, RegionKeyError) as error:
            raise WithheldError("policy or key missing", str(error)) from None
        except (TimeoutError, UnsettledError):
            raise WithheldError(
                "detection did not finish", "look at the text in the dead-letter topic, and replay it"
            ) from None
        except Exception as error:  # fail closed, and never with a message that may quote the text
            raise WithheldError(
                f"redaction failed ({type(error).__name__})", "report the detector version, and replay the event"
            ) from None

    def known_values(self, event: CapturedEvent) -> tuple[KnownValue, ...]:
        """What this event makes known of its subject, for redacting the subject's other events."""
        return known_values(self._plan, cast(Mapping[str, Any], event))


@dataclass(frozen=True, slots=True, repr=False)
class _Tools:
    plan: tuple[FieldPlan, ...]
    policy: Policy
    keys: RegionKeys
    detector: Detects


class _Run:
    """One event's redaction."""

    def __init__(self, tools: _Tools, event: CapturedEvent, region: str, known: Sequence[KnownValue]) -> None:
        self._plan, self._policy, self._keys, self._detector = tools.plan, tools.policy, tools.keys, tools.detector
        self._event, self._region = event, region
        self._record = cast(Mapping[str, Any], event)
        self._known = tuple(dict.fromkeys((*known_values(self._plan, self._record), *known)))
        free = tuple(dict.fromkeys(texts(self._plan, self._record)))
        self._placeholders = Placeholders(free)
        self._spans = self._detected(free)
        self._found: list[tuple[str, str, Treatment, Span | None]] = []
        self._identity: Original | None = None
        self._tokens: list[Original] = []

    def result(self, redacted_at: datetime) -> Redaction:
        dropped: list[Dropped] = []
        out = redact_fields(self._plan, self._record, self._treat, dropped)
        self._found.extend((one.path, one.pii, self._left_out(one), None) for one in dropped)
        out["region"] = self._region
        out["redacted_at"] = redacted_at
        out["policy_version"] = self._policy.version
        out["detector_version"] = self._detector.version
        findings = tuple(self._finding(ordinal, redacted_at) for ordinal in range(len(self._found)))
        return Redaction(cast(CommerceEvent, out), findings, self._identity, self._originals(dropped), self._known)

    def _detected(self, free: Sequence[str]) -> Mapping[str, tuple[Span, ...]]:
        """Spans by text, of all texts of the event at once."""
        written = [text for text in free if text.strip() and not _too_long(text)]
        country = self._event["country"]
        answers = self._detector.detect_many([Question(text, None, country, self._known) for text in written])
        return {**dict.fromkeys(free, ()), **dict(zip(written, answers, strict=True))}

    def _left_out(self, one: Dropped) -> Treatment:
        # Without a subject there is no key that erasure could destroy: what is about nobody is kept nowhere.
        return "vault" if one.action == "vault" and self._identity else "drop"

    def _originals(self, dropped: Sequence[Dropped]) -> tuple[Original, ...]:
        if self._identity is None:
            return ()
        vaulted = (Original(one.path, one.pii, one.value) for one in dropped if one.action == "vault")
        found = (one for one in self._placeholders.originals if self._policy.keeps(one.pii))
        return (*vaulted, *self._tokens, *found)

    def _token(self, pii: str, path: str, value: str) -> str:
        self._found.append((path, pii, "token", None))
        original = Original(path, pii, value)
        if path == SUBJECT:
            self._identity = original
        else:
            self._tokens.append(original)
        return self._keys.token(self._region, value)

    def _treat(self, action: Action, pii: str, path: str, value: str) -> str:
        match action:
            case "token":
                return self._token(pii, path, value)
            case "generalise":
                if value:
                    self._found.append((path, pii, "generalise", None))
                return self._policy.generalised(pii, value, self._event["country"])
            case "detect":
                return self._free_text(path, value)
            case _:
                raise WithheldError(f"{path}: no way to {action} a value", "correct policy.yaml")

    def _free_text(self, path: str, text: str) -> str:
        if _too_long(text):
            raise WithheldError(
                f"{path} is longer than {MAX_TEXT_BYTES} bytes", "shorten it in the shop, or leave the event out"
            )
        spans = self._spans[text]
        self._found.extend((path, span.entity_type, _TREATMENTS["detect"], span) for span in spans)
        return self._placeholders.apply(text, spans)

    def _finding(self, ordinal: int, redacted_at: datetime) -> PrivacyFinding:
        path, entity_type, treatment, span = self._found[ordinal]
        event = self._event
        return {
            "finding_id": finding_id(event["event_id"], path, ordinal),
            "event_id": event["event_id"],
            "source_topic": event["source_topic"],
            "source_partition": event["source_partition"],
            "source_offset": event["source_offset"],
            "shop_id": event["shop_id"],
            "region": self._region,
            "field": path,
            "ordinal": ordinal,
            "entity_type": entity_type,
            "treatment": treatment,
            "start": span.start if span else None,
            "end": span.end if span else None,
            "detector": span.detector if span else _SCHEMA,
            "score": span.score if span else 1.0,
            "policy_version": self._policy.version,
            "detector_version": self._detector.version,
            "redacted_at": redacted_at,
        }


def _too_long(text: str) -> bool:
    return len(text) > MAX_TEXT_BYTES or len(text.encode(errors="replace")) > MAX_TEXT_BYTES


def finding_id(event_id: str, path: str, ordinal: int) -> str:
    """Derived, never drawn: a replay gives the same id."""
    return hashlib.sha256(f"{event_id}\0{path}\0{ordinal}".encode()).hexdigest()[:32]
