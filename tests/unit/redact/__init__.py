"""The pure core of redaction."""
