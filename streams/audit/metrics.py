"""The sink's metrics: name, kind, labels, meaning."""

from prometheus_client import Counter, Gauge, Histogram

ROWS_LANDED = Counter("inland_sink_rows_landed", "Rows that ClickHouse has acknowledged.", ["table"])
REPEATED = Counter(
    "inland_sink_repeated", "Records whose identity had landed before, and which were left out.", ["table"]
)
LOOKUP_SECONDS = Histogram(
    "inland_sink_lookup_seconds",
    "Asking a table which identities of a batch it holds.",
    ["table"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
BATCH_SECONDS = Histogram(
    "inland_sink_batch_seconds",
    "From taking a batch to the commit behind it.",
    ["topic"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60),
)
LAG = Gauge(
    "inland_sink_lag", "Records between the next offset to land and the partition's end.", ["topic", "partition"]
)
OLDEST_UNLANDED = Gauge("inland_sink_oldest_unlanded_seconds", "Age of the oldest record read and not landed.")
DEAD_LETTERS = Counter("inland_sink_dead_letters", "Records that could not be read.", ["topic"])
RETRIES = Counter("inland_sink_retries", "Attempts that failed and are repeated.", ["what"])
