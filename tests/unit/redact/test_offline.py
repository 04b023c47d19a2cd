"""Redaction from standard input: texts, what is known of them, deliveries, row changes, and lines that are wrong."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from avro_schemas.codec import Codec
from streams.clock import to_ms
from streams.commands.redact import redact
from streams.delivery.message import Message, Output
from streams.delivery.remembered import RecordClock
from streams.delivery.state import StateView
from streams.redact.detect.detector import Detector
from streams.redact.detect.question import Question
from streams.redact.detect.spans import Span
from streams.redact.last import kept_message
from streams.redact.offline.answer import Line
from streams.redact.offline.events import Events
from streams.redact.offline.lines import batches
from streams.redact.offline.summary import Summary
from streams.redact.offline.texts import Texts
from tests.fixtures.samples import AT, FOLDER, deliveries

MODES = {
    "webhooks": ["webhooks"],
    "debezium": ["debezium_snapshot", "debezium_stream", "orders", "sessions", "catalogue"],
}
PERSONAL = frozenset(
    {"first_name", "last_name", "company", "address_1", "address_2", "email", "phone", "username"}
    | {"customer_ip_address", "customer_user_agent", "order_key", "transaction_id", "ip_address", "user_agent"}
    | {"comment_author", "comment_author_email", "comment_author_IP", "comment_agent"}
    | {"user_login", "user_email", "user_nicename", "display_name", "billing_email"}
)


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither keys nor shops file where the command runs."""
    monkeypatch.chdir(tmp_path)


def _run(form: str, given: bytes, *options: str, names: bool = False) -> Result:
    chosen = options if names else ("--no-names", *options)
    return CliRunner().invoke(redact, ["--from", form, *chosen], input=given)


def _answers(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def _texts(*lines: Any) -> list[Any]:
    result = _run("text", b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    assert result.exit_code == 0, result.output
    return _answers(result)


def test_a_text_is_answered_with_placeholders_and_with_places_in_the_text_as_given() -> None:
    text = "\N{FAMILY} mail kees@kantoor.example, en nog eens KEES@kantoor.example"
    (answer,) = _texts({"text": text, "language": "nl", "country": "NL"})
    assert answer["text"] == "\N{FAMILY} mail <EMAIL_1>, en nog eens <EMAIL_1>"
    assert [text[span["start"] : span["end"]] for span in answer["spans"]] == [
        "kees@kantoor.example",
        "KEES@kantoor.example",
    ]
    assert {tuple(span) for span in answer["spans"]} == {("start", "end", "entity", "score", "detector")}


@pytest.mark.parametrize(
    "known",
    [
        ["Xaviera Quillfeather", "Wuthering Lane 7", "+31 6 1987 4402"],
        [
            {"value": "Xaviera Quillfeather", "type": "person"},
            {"value": "Wuthering Lane 7", "entity": "street_address"},
            {"value": "+31 6 1987 4402", "entity_type": "phone"},
        ],
        {
            "first_name": "Xaviera",
            "last_name": "Quillfeather",
            "address_1": ["Wuthering Lane 7"],
            "phone": "0619874402",
        },
        {"billing": {"name": "Xaviera Quillfeather", "street": "Wuthering Lane 7"}, "billing_phone": "06-19874402"},
    ],
)
def test_what_is_known_is_found_in_each_of_the_forms_in_which_it_may_be_told(known: object) -> None:
    text = "quillfeather, xaviera woont op WUTHERING LANE 7 en heeft 0031619874402"
    (answer,) = _texts({"text": text, "country": "NL", "known": known})
    assert answer["text"] == "<PERSON_1> woont op <STREET_ADDRESS_1> en heeft <PHONE_1>"


def test_a_known_name_without_a_type_is_masked_wherever_it_stands() -> None:
    (answer,) = _texts({"text": "quorbin heeft gebeld. Lever bij Quorbin-Vell.", "known": ["Quorbin"]})
    assert "uorbin" not in answer["text"]


def test_answers_come_in_the_order_of_the_lines_also_where_one_is_wrong() -> None:
    lines = [json.dumps({"text": f"order {number}"}) for number in range(600)]
    lines[300] = "{"
    result = _run("text", "\n".join(lines).encode())
    answers = _answers(result)
    assert [answer.get("text") for answer in answers] == [
        None if number == 300 else f"order {number}" for number in range(600)
    ]
    assert (answers[300]["error"]["line"], result.exit_code) == (301, 1)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b"secret", "no JSON"),
        (b"\xff\xfe{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'["secret"]', "no JSON object"),
        (b'{"note":"secret"}', "no text"),
        (b'{"text":["secret"]}', "no text"),
        (b'{"text":"secret","country":"Secretland"}', "no country code"),
        (b'{"text":"secret","language":7}', "no language code"),
        (b'{"text":"secret","known":3.5}', "known"),
        (b'{"text":"secret","known":[3.5]}', "known value is no text"),
        (b'{"text":"secret","known":[{"value":{"secret":1},"type":"person"}]}', "known value is no text"),
        (json.dumps({"text": "secret", "known": [f"secret{n}" for n in range(300)]}).encode(), "known values"),
        (b'{"text":"secret ' + b"x" * (4 * 1024 * 1024) + b'"}', "too long"),
    ],
)
def test_a_wrong_line_is_answered_with_rule_and_remedy_and_nothing_of_itself(line: bytes, rule: str) -> None:
    result = _run("text", b'{"text":"fine"}\n' + line + b'\n{"text":"fine"}\n')
    first, wrong, last = _answers(result)
    assert (first["text"], last["text"], result.exit_code) == ("fine", "fine", 1)
    assert wrong["error"]["line"] == 2
    assert rule in wrong["error"]["rule"]
    assert wrong["error"]["remedy"]
    assert "secret" not in result.output.lower()


def test_halves_of_surrogate_pairs_neither_crash_nor_move_what_is_found() -> None:
    line = rb'{"text":"\ud800 a@b.example \udfff","known":["\ud800 x"]}' + b"\n"
    result = _run("text", line)
    (answer,) = _answers(result)
    assert (answer["text"], result.exit_code) == ("\ud800 <EMAIL_1> \udfff", 0)


class _Failing(Detector):
    """Does not finish with some texts, and says in its errors what it read."""

    def detect_many(self, questions: Sequence[Question]) -> list[tuple[Span, ...]]:
        if any("endless" in one.text for one in questions):
            raise TimeoutError(questions[0].text)
        return super().detect_many(questions)


def test_a_text_whose_detection_fails_is_held_back_alone() -> None:
    lines = [Line(n, json.dumps({"text": text}).encode()) for n, text in enumerate(("fine", "endless", "good"), 1)]
    summary = Summary()
    answers = Texts(_Failing(), None, summary).answers(lines)
    assert [answer.get("text") for answer in answers] == ["fine", None, "good"]
    assert "TimeoutError" in answers[1]["error"]["rule"]
    assert "endless" not in str(answers[1])
    assert summary.held_back.total() == 1


class _Names:
    """Takes one word for a name."""

    version = "test"

    def find(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        found = [(text.find("Zzyx"), text) for text in texts]
        return [(Span(at, at + 4, "person", 0.9, "NameModel"),) if at >= 0 else () for at, _ in found]


def test_the_model_for_names_is_asked() -> None:
    (answer,) = Texts(Detector(_Names()), None, Summary()).answers([Line(1, b'{"text":"gegroet door Zzyx"}')])
    assert answer["text"] == "gegroet door <PERSON_1>"


def test_each_line_is_answered_while_the_input_stays_open() -> None:
    command = [sys.executable, "-m", "streams.cli", "redact", "--from", "text", "--no-names"]
    path = os.pathsep.join([str(FOLDER.parents[2]), *sys.path])
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(json.dumps({"text": f"{number} a@b.example"}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["text"] == f"{number} <EMAIL_1>"
        process.stdin.close()
        assert process.wait(30) == 0


class _Pieces(BytesIO):
    """Hands out a byte at a time."""

    def read1(self, size: int | None = -1, /) -> bytes:
        return self.read(1)


def test_lines_are_the_same_however_they_arrive() -> None:
    given = b"\xef\xbb\xbfone\n\n" + b"x" * 30 + b"\r\nthree\nlast"
    whole, pieces = ([*_all(stream)] for stream in (BytesIO(given), _Pieces(given)))
    assert whole == pieces == [Line(1, b"one"), Line(3, None), Line(4, b"three"), Line(5, b"last")]


def _all(stream: BytesIO) -> Iterator[Line]:
    for lines in batches(stream, most=2, limit=20):
        assert len(lines) <= 2
        yield from lines


def _personal(node: Any) -> Iterator[str]:
    """Values of fields that name somebody, in a body or a row."""
    if isinstance(node, list):
        for one in node:
            yield from _personal(one)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name in PERSONAL and isinstance(value, str) and len(value) > 3:
                yield value
            yield from _personal(value)


def _recorded(mode: str) -> set[str]:
    if mode == "webhooks":
        nodes = [json.loads(one.body) for one in deliveries() if one.topic]
    else:
        lines = [line for name in MODES[mode] for line in (FOLDER / f"{name}.jsonl").read_bytes().splitlines()]
        nodes = [json.loads(value) for line in lines if (value := json.loads(line)["value"])]
    # The shop's own name for what wrote a note.
    return set(_personal(nodes)) - {"WooCommerce", "woocommerce"}


@pytest.mark.parametrize("mode", MODES)
def test_the_recorded_shop_comes_through_without_a_personal_value(mode: str) -> None:
    results = [_run(mode, (FOLDER / f"{name}.jsonl").read_bytes(), "--findings", names=True) for name in MODES[mode]]
    answers = [answer for result in results for answer in _answers(result)]
    events = [answer for answer in answers if "error" not in answer]
    assert len(events) >= 35
    assert {"region", "subject", "findings", "order"} <= set(events[0])
    personal = _recorded(mode)
    assert len(personal) > 20
    written = json.dumps(answers, ensure_ascii=False)
    assert not {value for value in personal if value in written}


def test_deliveries_are_answered_as_events_with_dates_and_amounts_as_text() -> None:
    result = _run("webhooks", (FOLDER / "webhooks.jsonl").read_bytes(), "--shop", "kantoor", "--stats")
    event = next(answer for answer in _answers(result) if answer["event_type"] == "order_placed")
    assert (result.exit_code, event["shop_id"], event["region"]) == (0, "kantoor", "eu")
    assert event["occurred_at"].endswith("+00:00")
    assert event["order"]["total"].replace(".", "").isdigit()
    assert "findings" not in event
    assert "keys of this run" in result.stderr
    assert "order_placed" in result.stderr


class _Broken:
    """A stage that fails, at once or when it is woken, and quotes what it read."""

    name, group, deadline_s, concurrency = "broken", "inland-broken", 1.0, 1

    async def process(self, message: Message, state: StateView) -> Sequence[Output]:
        if message.offset == 1:
            raise KeyError("secret")
        state.put("demo/post/7", {"last": kept_message(message), "wake_at": to_ms(AT)})
        return []

    async def wake(self, key: str, state: StateView) -> Sequence[Output]:
        raise KeyError("secret")


def test_whatever_fails_in_the_stage_is_an_error_of_its_line_and_ends_nothing() -> None:
    read = partial(_message, "shop.cdc.changes")
    codec = Codec({}, str)
    with Events(_Broken(), codec, RecordClock(), read, timedelta(seconds=60), Summary()) as events:
        answers = [*events.answers([Line(1, b"secret"), Line(2, b"secret")]), *events.rest()]
    assert [answer["error"]["line"] for answer in answers] == [1, 2]
    assert "secret" not in str(answers)


def _message(topic: str, line: Line) -> Message:
    return Message(topic, 0, line.number, None, line.data, AT)


def test_the_same_keys_make_the_same_tokens(tmp_path: Path) -> None:
    for number, region in enumerate(("eu", "uk", "ch"), 1):
        (tmp_path / region).write_text(bytes([number] * 32).hex())
        (tmp_path / region).chmod(0o600)
    given = (FOLDER / "webhooks.jsonl").read_bytes()
    first, second = (_run("webhooks", given, "--keys", str(tmp_path)) for _ in range(2))
    assert first.stdout == second.stdout
    assert "keys of this run" not in first.stderr


def test_a_body_without_its_request_is_a_delivery_too() -> None:
    order = next(one for one in deliveries() if one.topic == "order.created")
    given = json.dumps({"topic": order.topic, "body": json.loads(order.body)}).encode()
    (event,) = _answers(_run("webhooks", given))
    assert event["event_type"] == "order_placed"


@pytest.mark.parametrize(
    ("form", "line", "rule"),
    [
        ("webhooks", b'{"topic":"order.created"}', "no body"),
        ("webhooks", b'{"headers":{"X-WC-Webhook-Topic":"secret"},"body":"{}"}', "unknown topic"),
        ("webhooks", b'{"topic":"order.created","body":"secret"}', "malformed json"),
        ("webhooks", b'{"topic":"order.created","body":{"id":1,"total":"secret"}}', "mapping"),
        ("debezium", b'{"value":"secret"}', "no JSON"),
        ("debezium", b'{"op":"c"}', "no change-event envelope"),
        ("debezium", b'{"op":"x","source":{"table":"wp_comments"}}', "unknown operation"),
    ],
)
def test_a_wrong_record_is_answered_with_its_rule(form: str, line: bytes, rule: str) -> None:
    result = _run(form, line)
    (answer,) = _answers(result)
    assert rule in answer["error"]["rule"]
    assert (answer["error"]["line"], result.exit_code) == (1, 1)
    assert "secret" not in result.output
