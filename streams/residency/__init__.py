"""Which country's data may be processed where: no rule, no processing."""
