"""Cause and remedy of each verdict that is not ok, for people."""

NO_LEADER = (
    "the partition has no leader",
    "see the brokers; where the topic is missing, run `inland apply`",
)
NO_MEMBER = (
    "no member of the group reads it",
    "start the worker, or start it again: its process is gone or has left the group",
)
ENDLESS_REBALANCE = (
    "the group has been rebalancing",
    "look for a member that joins again and again or never answers, and start that one again",
)
NO_PROGRESS = (
    "no progress",
    "start the worker again; its last log lines say what it was waiting for",
)
PARKED = (
    "waiting for a dependency",
    "mend what the stage waits for, such as the region's model endpoint; a restart does not help",
)
LAGGING = (
    "more records wait than INLAND_WATCH_MAX_LAG, last progress",
    "add workers, up to the number of partitions, or wait for the peak to pass",
)
UNREACHABLE = (
    "Kafka has not answered",
    "see the brokers and INLAND_KAFKA_BOOTSTRAP; restarting workers does not help",
)
