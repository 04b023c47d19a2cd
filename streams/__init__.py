"""Everything that runs: sources, redaction, enrichment, recommendation, audit."""
