"""The ClickHouse engine as a server process: clickhouse-local's HTTP listener inside libchdb.so."""
