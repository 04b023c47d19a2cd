"""The watchdog outside the workers: consumer groups that lag, stall or lose their members, seen from Kafka."""
