"""Keys and endpoints of foreign AI services in a text, in time that grows with the text's length and no faster. Pure.

One pass (Aho-Corasick) over the small letters finds what a key starts with, hosts, and words of services. Most texts
hold none of them, and that is all they cost. Where something is found, a bounded pattern looks at that place.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Literal

import ahocorasick

from streams.foreign_ai.services import ForeignAi, KeyFormat, Service, services
from streams.sources.foreign_ai.context import NEAR, Words, endpoint_start, label, names_a_secret, stands_at

Kind = Literal["api_key", "endpoint"]
MAX_FOUND = 100
"""Findings of one text: more tell nothing new."""
_AHEAD = 512
_PLACEHOLDER = re.compile(r"(?i)x{6}|\*{3}|\.{3}|your[-_]|[-_]here|example|placeholder|dummy")
_AFTER_KEY = r"(?![A-Za-z0-9_-])"
_AFTER_HOST = r"(?![A-Za-z0-9-]|\.[A-Za-z0-9])"


@dataclass(frozen=True, slots=True)
class Found:
    """One key or endpoint, and where in the text it stands."""

    service: str
    kind: Kind
    rule: str
    start: int
    end: int
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Key:
    service: str
    format: KeyFormat
    pattern: "re.Pattern[str]"


@dataclass(frozen=True, slots=True)
class _Host:
    service: str
    glob: str
    pattern: "re.Pattern[str]"


@dataclass(slots=True)
class _Marks:
    """What one literal may be the start of."""

    keys: list[_Key] = field(default_factory=list)
    hosts: list[_Host] = field(default_factory=list)
    word_of: list[str] = field(default_factory=list)


class Scanner:
    """Looks for the services of one data file."""

    def __init__(self, known: ForeignAi) -> None:
        self._words = Words({name: service.words for name, service in known.services.items() if service.words})
        self._loose = [
            _key(name, key) for name, service in known.services.items() for key in service.keys if not key.starts
        ]
        self._automaton = ahocorasick.Automaton()
        for literal, marks in _marks(known.services).items():
            self._automaton.add_word(literal, (len(literal), marks))
        self._automaton.make_automaton()

    def scan(self, text: str, name_length: int, *, endpoints: bool = True) -> list[Found]:
        """What `text` holds, by place; its first `name_length` characters are the name of the setting.

        `endpoints`: whether a host counts as well.
        """
        # The only letter that grows when it is made small: places must stay what they are.
        lowered = text.replace("İ", "i").lower()
        found: dict[int, Found] = {}
        spoken: dict[str, list[int]] = {}
        for end, (length, marks) in self._automaton.iter(lowered):
            start = end - length + 1
            for service in marks.word_of:
                spoken.setdefault(service, []).append(start)
            one = self._key(marks.keys, text, lowered, start, name_length) if marks.keys else None
            if one is None and endpoints:
                one = next(filter(None, (_endpoint(host, lowered, start) for host in marks.hosts)), None)
            if one is not None:
                found.setdefault(start, one)
                if len(found) == MAX_FOUND:
                    break
        for one in self._loose_keys(text, name_length, spoken) if spoken else ():
            found.setdefault(one.start, one)
        return [found[start] for start in sorted(found)]

    def _key(self, keys: Iterable[_Key], text: str, lowered: str, start: int, name_length: int) -> Found | None:
        """The first format that fits what begins there."""
        if not stands_at(text, start):
            return None
        for key in keys:
            match = key.pattern.match(text, start)
            if match is None or not _random(match[0], key.format.entropy):
                continue
            if not key.format.needs_word or self._speaks(key.service, text, lowered, match, name_length):
                return _found(key, match)
        return None

    def _speaks(self, service: str, text: str, lowered: str, match: "re.Match[str]", name_length: int) -> bool:
        owned = self._words.owner(label(text, match.start()).lower(), service)
        return self._words.near(service, lowered, *match.span(), name_length) if owned is None else owned

    def _loose_keys(self, text: str, name_length: int, spoken: Mapping[str, Sequence[int]]) -> Iterator[Found]:
        """Keys that look like any random text: in a field named as a secret, after a word of the service."""
        fitting = (
            _found(key, match)
            for key in self._loose
            for first, last in _stretches(spoken.get(key.service, ()), name_length, len(text))
            for match in key.pattern.finditer(text, first, min(len(text), last + _AHEAD))
            if match.start() <= last and self._is_loose_key(key, text, match)
        )
        return islice(fitting, MAX_FOUND)

    def _is_loose_key(self, key: _Key, text: str, match: "re.Match[str]") -> bool:
        named = label(text, match.start()).lower()
        if not names_a_secret(named) or self._words.owner(named, key.service) is False:
            return False
        return _random(match[0], key.format.entropy)


@cache
def scanner() -> Scanner:
    """The scanner for the services in force."""
    return Scanner(services())


def _marks(known: Mapping[str, Service]) -> dict[str, _Marks]:
    marks: defaultdict[str, _Marks] = defaultdict(_Marks)
    for name, service in known.items():
        for key in service.keys:
            for literal in key.starts:
                marks[literal].keys.append(_key(name, key))
        for glob in service.hosts:
            fixed = glob.removeprefix("*")
            pattern = re.escape(fixed).replace(r"\*", "[a-z0-9-]{1,63}").replace("/", r"\\?/") + _AFTER_HOST
            marks[re.split(r"[*/]", fixed)[0]].hosts.append(_Host(name, glob, re.compile(pattern)))
        if any(not key.starts for key in service.keys):
            for word in service.words:
                marks[word].word_of.append(name)
    return marks


def _key(service: str, key: KeyFormat) -> _Key:
    before = "" if key.starts else r"(?<![A-Za-z0-9_-])"
    return _Key(service, key, re.compile(f"{before}(?:{key.pattern}){_AFTER_KEY}"))


def _found(key: _Key, match: "re.Match[str]") -> Found:
    return Found(key.service, "api_key", key.format.rule, match.start(), match.end(), match[0])


def _endpoint(host: _Host, lowered: str, start: int) -> Found | None:
    match = host.pattern.match(lowered, start)
    if match is None:
        return None
    first = endpoint_start(lowered, start)
    if host.glob.startswith("*."):
        whole = first < start
    else:
        whole = host.glob.startswith("*") or first == start or lowered[start - 1] == "."
    named = lowered[first : match.end()].replace("\\", "")
    return Found(host.service, "endpoint", "host", start, match.end(), named) if whole else None


def _stretches(spoken: Iterable[int], name_length: int, length: int) -> Iterator[tuple[int, int]]:
    """Where a key counts: near after a word, anywhere when the setting's own name holds it; none overlaps another."""
    first, last = -1, -1
    for at in spoken:
        if at < name_length:
            yield 0, length
            return
        if at > last >= 0:
            yield first, last
            first = at
        first, last = (at if first < 0 else first), at + NEAR
    if last >= 0:
        yield first, min(last, length)


def _random(secret: str, entropy: float) -> bool:
    """Whether it may be a key rather than what stands where one is to be filled in."""
    if _PLACEHOLDER.search(secret):
        return False
    shares = (count / len(secret) for count in Counter(secret).values())
    return -sum(share * math.log2(share) for share in shares) >= entropy
