"""SQL that turns an empty data directory into the shop's server: system tables once, accounts at each start."""

from collections.abc import Mapping
from pathlib import Path

_SCRIPTS = ("system_tables.sql", "performance_tables.sql", "system_tables_data.sql")

SHOP_DATABASES = ("shop", "altshop")
"""The generated shop's, and one for a second shop that keeps its orders as older ones do."""

_DEBEZIUM_GRANTS = "SELECT, RELOAD, SHOW DATABASES, REPLICATION SLAVE, REPLICATION CLIENT"


def bootstrap_sql(base: Path) -> str:
    """The server's own scripts for its system tables, as `mariadb-install-db` feeds them to `mariadbd --bootstrap`.

    Raises FileNotFoundError when the server at `base` came without them.
    """
    parts = ["SET @auth_root_socket=NULL;", "USE mysql;"]
    parts += [_script(base, name).read_text(encoding="utf-8") for name in _SCRIPTS]
    return "\n".join([*parts, ""])


def accounts_sql(passwords: Mapping[str, str]) -> str:
    """One statement a line, as `--init-file` wants it: accounts and grants follow the secrets at every start.

    `passwords` holds root, shop and debezium. Nothing of it reaches the binlog.
    """
    lines = [
        "SET SESSION sql_log_bin=0",
        "DELETE FROM mysql.global_priv WHERE User='' OR (User='root' AND Host<>'localhost')",
        "FLUSH PRIVILEGES",
        *(
            f"CREATE DATABASE IF NOT EXISTS {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
            for name in SHOP_DATABASES
        ),
        f"CREATE OR REPLACE USER 'root'@'localhost' IDENTIFIED BY '{passwords['root']}'",
        "GRANT ALL ON *.* TO 'root'@'localhost' WITH GRANT OPTION",
        f"CREATE OR REPLACE USER 'root'@'127.0.0.1' IDENTIFIED BY '{passwords['root']}'",
        "GRANT ALL ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION",
        f"CREATE OR REPLACE USER 'shop'@'127.0.0.1' IDENTIFIED BY '{passwords['shop']}'",
        *(f"GRANT ALL ON {name}.* TO 'shop'@'127.0.0.1'" for name in SHOP_DATABASES),
        f"CREATE OR REPLACE USER 'debezium'@'127.0.0.1' IDENTIFIED BY '{passwords['debezium']}'",
        f"GRANT {_DEBEZIUM_GRANTS} ON *.* TO 'debezium'@'127.0.0.1'",
    ]
    return "".join(f"{line};\n" for line in lines)


def _script(base: Path, name: str) -> Path:
    for folder in ("share/mariadb", "share/mysql", "share"):
        for prefix in ("mariadb_", "mysql_"):
            if (path := base / folder / f"{prefix}{name}").exists():
                return path
    raise FileNotFoundError(f"the MariaDB server at {base} has no script {name}: install its server package whole")
