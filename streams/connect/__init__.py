"""How the shops' databases are captured: Debezium's connectors, made from one place and kept as the project says."""
