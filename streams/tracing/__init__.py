"""OpenTelemetry traces: one trace from a webhook to its rows, through Kafka's headers (W3C Trace Context).

Off unless `INLAND_OTLP_ENDPOINT` names a collector: then nothing here is in a message's way. A span holds names,
numbers, ids and the types of errors: no value of a record, no text of an exception, no prompt and no answer.

- `switch` turns it on for a process, `setup` sees to it that the collector is at home;
- `context` carries a trace through the headers of records;
- `stages`, `requests` and `landing` are the spans of a stage's messages, the gateway's requests and the sink's batches;
- a model call's span is `streams.enrich.records.spans`.
"""
