"""Redaction from a file or a pipe, without a broker: the same detector, mapping and policy as the worker's."""
