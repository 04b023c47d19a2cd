"""The webhook gateway: takes deliveries in, and says 200 only after Kafka has them."""
