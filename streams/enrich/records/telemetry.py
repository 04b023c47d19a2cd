"""What a finished model call tells Prometheus and the trace, beside its record."""

from avro_schemas.records import ModelCall
from streams.enrich.records.measures import observe
from streams.enrich.records.spans import trace


def tell(call: ModelCall) -> None:
    """Count the call, and make it a child of the current span."""
    observe(call)
    trace(call)
