"""The statements behind the summary, and the three that a person may paste.

Statements are put together from constants of this project only; what a person gives is a bound parameter.
"""

from collections.abc import Iterable, Mapping

_SINCE = "captured_at >= {since:DateTime64(6, 'UTC')}"
_VISIBLE = f"SELECT captured_to_visible_us AS us FROM event_latency WHERE {_SINCE} AND visible_at IS NOT NULL"
# A call that a server saw: neither from the cache nor stopped before it was sent.
_SENT = "gate = 'passed' AND endpoint != '' AND cache != 'hit' AND outcome NOT IN ('skipped', 'refused')"

# What each hop measures, as a SELECT of microseconds. Row changes are captured at a whole second: the binlog says no
# more, so that their hops read up to a second too long. Webhooks are captured to the microsecond.
LATENCIES: Mapping[str, str] = {
    "captured to redacted": f"SELECT captured_to_redacted_us AS us FROM event_latency WHERE {_SINCE}",
    "redacted to landed": f"SELECT redacted_to_landed_us AS us FROM event_latency WHERE {_SINCE}",
    "captured to visible": _VISIBLE,
    "webhook received to visible, no model call": f"{_VISIBLE} AND route = 'webhook' AND NOT has_model_call",
    "model call: queued": f"SELECT queued_us AS us FROM model_calls WHERE {_SINCE} AND {_SENT}",
    "model call: inference": f"SELECT inference_us AS us FROM model_calls WHERE {_SINCE} AND inference_us IS NOT NULL",
    "model call: first token": (
        f"SELECT first_token_us AS us FROM model_calls WHERE {_SINCE} AND first_token_us IS NOT NULL"
    ),
    "model call: total": f"SELECT total_us AS us FROM model_calls WHERE {_SINCE} AND {_SENT}",
    "captured to answer": (
        "SELECT dateDiff('microsecond', captured_at, enriched_at) AS us FROM enrichment_results "
        f"WHERE {_SINCE} AND status = 'answered'"
    ),
}

EVENTS = f"""
SELECT event_type, region, count() AS events FROM commerce_events WHERE {_SINCE}
GROUP BY event_type, region ORDER BY ALL
"""

REDACTIONS = """
SELECT entity_type, region, count() AS findings FROM privacy_findings
WHERE redacted_at >= {since:DateTime64(6, 'UTC')}
GROUP BY entity_type, region ORDER BY findings DESC, entity_type, region
"""

OUTCOMES = f"""
SELECT outcome, region, count() AS calls FROM model_calls WHERE {_SINCE} GROUP BY outcome, region ORDER BY ALL
"""

SLOWEST = f"""
SELECT call_id, task, region, outcome, queued_us / 1000, inference_us / 1000, total_us / 1000, started_at
FROM model_calls WHERE {_SINCE} ORDER BY total_us DESC, call_id LIMIT {{top:UInt32}}
"""

RECOMMENDATIONS = """
SELECT region, product_id, product_name, recommended_id, recommended_name, orders, score
FROM top_recommendations WHERE place = 1
ORDER BY orders DESC, score DESC, product_id LIMIT {top:UInt32}
"""

BATCHES = """
SELECT
    count(), sum(rows), sum(repeated), sum(dead_letters), countIf(recovered), if(count() = 0, 0, avg(rows)),
    ifNotFinite(quantileIf(0.5)(dateDiff('microsecond', landed_at, visible_at), NOT recovered) / 1000, 0),
    ifNotFinite(quantileIf(0.95)(dateDiff('microsecond', landed_at, visible_at), NOT recovered) / 1000, 0)
FROM ingest_batches WHERE landed_at >= {since:DateTime64(6, 'UTC')}
"""

TO_PASTE: Mapping[str, str] = {
    "How long from the shop to an answerable question, by kind of event?": """
SELECT event_type, region, count() AS events,
    round(quantile(0.5)(captured_to_visible_us) / 1e3) AS p50_ms,
    round(quantile(0.95)(captured_to_visible_us) / 1e3) AS p95_ms
FROM event_latency GROUP BY event_type, region ORDER BY events DESC
""".strip(),
    "What did the model see, and what did it answer, in its slowest calls?": """
SELECT c.started_at, c.task, c.region, c.outcome, round(c.total_us / 1e3) AS total_ms, b.prompt, b.answer
FROM model_calls AS c JOIN model_call_bodies AS b USING (call_id) ORDER BY c.total_us DESC LIMIT 10
""".strip(),
    "Which products do reviewers dislike?": """
SELECT product_id, product_name, sumIf(reviews, label = 'negative') AS negative, sum(reviews) AS read
FROM review_sentiment_by_product GROUP BY product_id, product_name ORDER BY negative DESC, read DESC LIMIT 10
""".strip(),
}


def rows_by_table(tables: Iterable[str]) -> str:
    """Rows of each table by region."""
    count = "SELECT '{table}' AS kind, region, count() AS rows FROM {table} GROUP BY region"
    each = (count.format(table=table) for table in tables)
    return " UNION ALL ".join(each) + " ORDER BY kind, region"


def quantiles(source: str) -> str:
    """Count, p50, p95 and p99 in milliseconds of a SELECT that gives `us`."""
    ms = (f"ifNotFinite(round(quantile({level})(us) / 1000, 1), 0)" for level in (0.5, 0.95, 0.99))
    return "SELECT count(), {} FROM ({})".format(", ".join(ms), source)  # both are constants above
