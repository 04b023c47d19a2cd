"""Every metric of the stages: name, kind, labels, meaning. Labels hold names of things, never a datum of a person.

Those that begin with `gen_ai_` are OpenTelemetry's, as Prometheus writes them (dots as underscores, the unit behind),
with the bucket boundaries that https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics asks for (status:
development). `streams.enrich.records.measures` says which call is counted in which. The server's are measured from the
client's side, or are what the server states.
"""

from prometheus_client import Counter, Gauge, Histogram

MESSAGES_IN = Counter("inland_messages_in", "Messages a stage has taken up.", ["stage", "topic"])
MESSAGES_OUT = Counter("inland_messages_out", "Messages a stage has written, confirmed by the broker.", ["stage"])
DEAD_LETTERS = Counter("inland_dead_letters", "Messages a stage has refused.", ["stage", "topic"])
BATCH_SECONDS = Histogram("inland_batch_seconds", "From taking a batch to the confirmation of its outputs.", ["stage"])
WAKE_LATENESS = Histogram(
    "inland_wake_lateness_seconds",
    "From the time that a state's timer names to the confirmation of what its waking led to; its count is of wakes.",
    ["stage"],
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600),
)
RETRIES = Counter("inland_retries", "Attempts that failed and are made again.", ["stage", "exception"])
PARKED_SECONDS = Gauge(
    "inland_parked_seconds",
    "How long a partition's oldest waiting message has been waiting for something that is away.",
    ["stage", "topic", "partition"],
)
IGNORED = Counter("inland_ignored", "Messages that hold no business change.", ["stage", "reason"])
EVENTS_BY_ROUTE = Counter(
    "inland_events_by_route",
    "Business changes by the route they came: published, or repeated after the other route had told them.",
    ["entity", "route", "outcome"],
)
PARKED = Counter("inland_parked", "Row changes waiting for their order's country.", ["shop"])
RECALLED = Counter(
    "inland_recalled", "Entities whose rows were asked for, since they came before the listener.", ["shop"]
)

DELIVERIES = Counter("inland_webhook_deliveries", "Webhook requests by outcome.", ["shop", "outcome"])
GATEWAY_SECONDS = Histogram("inland_webhook_seconds", "From reading a webhook request to its answer.")
CONFIRM_SECONDS = Histogram("inland_webhook_confirm_seconds", "From giving a delivery to Kafka to its confirmation.")
WEBHOOK_WAITING = Gauge("inland_webhook_waiting", "Deliveries that wait for Kafka's confirmation.")
WEBHOOK_OLDEST_SECONDS = Gauge("inland_webhook_oldest_seconds", "How long the oldest of them has been waiting.")
WEBHOOK_HELD_BYTES = Gauge("inland_webhook_held_bytes", "Bodies of requests that have no answer yet.")
WEBHOOK_CONNECTIONS = Gauge("inland_webhook_connections", "Open connections of the gateway.")
SHOPS_TAKEN_UP = Counter("inland_shops_taken_up", "Changes of the shops file or its secrets that the gateway took up.")
SHOPS_BROKEN = Gauge("inland_shops_broken", "1 while the newest shops file or secret has a fault: the old ones count.")

FINDINGS = Counter("inland_privacy_findings", "Replacements made by redaction.", ["entity_type", "detector"])

VIOLATIONS = Counter(
    "inland_policy_violations",
    "Keys and endpoints of foreign AI services seen in settings.",
    ["shop", "service", "kind"],
)

MODEL_CALLS = Counter("inland_model_calls", "Attempts to have a model answer.", ["task", "region", "outcome"])
PROMPTS_BLOCKED = Counter(
    "inland_prompts_blocked",
    "Prompts that the last gate stopped, by each kind of datum it saw; known_value: one of the subject's own.",
    ["task", "rule"],
)
PROMPTS_BY_PATTERNS = Counter(
    "inland_prompts_by_patterns_alone", "Prompts of events that came without the subject's blinded values.", ["task"]
)
MODEL_CACHE = Counter("inland_model_cache", "Questions that the cache was asked for.", ["task", "region", "use"])

_DURATIONS_S = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
_FIRST_TOKEN_S = (0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
_PER_TOKEN_S = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5)
_TOKENS = tuple(4**power for power in range(14))
_MODEL = (
    "gen_ai_operation_name",
    "gen_ai_provider_name",
    "gen_ai_request_model",
    "server_address",
    "server_port",
    "task",
    "region",
)

GEN_AI_DURATION = Histogram(
    "gen_ai_client_operation_duration_seconds",
    "From sending a model call to its last byte, or to its failure, which error_type then names.",
    [*_MODEL, "error_type"],
    buckets=_DURATIONS_S,
)
GEN_AI_TOKENS = Histogram(
    "gen_ai_client_token_usage",
    "Tokens of a call's prompt and of its answer.",
    [*_MODEL, "gen_ai_token_type"],
    buckets=_TOKENS,
)
GEN_AI_SERVER_DURATION = Histogram(
    "gen_ai_server_request_duration_seconds",
    "Wait in the model server's queue and inference, as it states both.",
    _MODEL,
    buckets=_DURATIONS_S,
)
GEN_AI_FIRST_TOKEN = Histogram(
    "gen_ai_server_time_to_first_token_seconds",
    "From sending a call to the first token of its answer, where answers are streamed.",
    _MODEL,
    buckets=_FIRST_TOKEN_S,
)
GEN_AI_PER_TOKEN = Histogram(
    "gen_ai_server_time_per_output_token_seconds",
    "Mean time of an answer's tokens after the first.",
    _MODEL,
    buckets=_PER_TOKEN_S,
)
MODEL_CIRCUIT_OPEN = Gauge(
    "inland_model_circuit_open", "1 while all of a region's model servers are left alone.", ["region"]
)
MODEL_IN_FLIGHT = Gauge("inland_model_calls_in_flight", "Model calls in flight.", ["region"])
MODEL_LIMIT = Gauge("inland_model_concurrency_limit", "Calls that a region's servers are given at a time.", ["region"])
MODEL_WAITING = Gauge("inland_model_calls_waiting", "Calls in our own queue for a place.", ["region", "priority"])
MODEL_CHANGES = Counter("inland_model_changes", "Times that a server was found to serve another model.", ["region"])
