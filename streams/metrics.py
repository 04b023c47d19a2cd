"""Every metric of the stages: name, kind, labels, meaning. Labels hold names of things, never a datum of a person."""

from prometheus_client import Counter, Gauge, Histogram

# OpenTelemetry GenAI's buckets for durations, seconds.
GEN_AI_BUCKETS = tuple(0.01 * 2**step for step in range(14))

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
MODEL_SECONDS = Histogram(
    "gen_ai_client_operation_duration_seconds", "Duration of a model call.", ["task", "region"], buckets=GEN_AI_BUCKETS
)
MODEL_CIRCUIT_OPEN = Gauge(
    "inland_model_circuit_open", "1 while all of a region's model servers are left alone.", ["region"]
)
MODEL_IN_FLIGHT = Gauge("inland_model_calls_in_flight", "Model calls in flight.", ["region"])
MODEL_LIMIT = Gauge("inland_model_concurrency_limit", "Calls that a region's servers are given at a time.", ["region"])
MODEL_WAITING = Gauge("inland_model_calls_waiting", "Calls in our own queue for a place.", ["region", "priority"])
MODEL_CHANGES = Counter("inland_model_changes", "Times that a server was found to serve another model.", ["region"])
