"""MariaDB with a row binlog, in a data directory of its own; never the system's instance."""

import asyncio
import os
import pwd
import shutil
from collections.abc import Sequence
from pathlib import Path

import pymysql

from infra.local.component import Component, PortUse, Probe, Step
from infra.local.components.mariadb_sql import accounts_sql, bootstrap_sql
from infra.local.files import write_atomic
from infra.local.layout import Layout
from infra.local.secrets import secret
from infra.local.settings import HOST, LocalSettings
from infra.local.tools import ToolMissingError, mariadbd

_UNPRIVILEGED = ("mysql", "nobody")


def mariadb(settings: LocalSettings, layout: Layout) -> Component:
    """The server; it is up when the shop's user can log in. Raises ToolMissingError where it is not installed."""
    program = mariadbd(settings.lib_dir)
    if program is None:
        raise ToolMissingError("no MariaDB server was found: run `python -m infra.local.setup`")
    data, run = layout.data_of("mariadb"), layout.data_of("mariadb-run")
    base, user_id = program.parent.parent, unprivileged_user(data)
    tables = data / "tables"
    init = run / "init.sql"
    common = server_options(settings, base, tables, run)
    name = pwd.getpwuid(os.getuid() if user_id is None else user_id).pw_name

    def prepare() -> Sequence[Step]:
        write_atomic(
            init, accounts_sql({u: secret(layout, f"mariadb-{u}") for u in ("root", "shop", "debezium")}), 0o600
        )
        steps: list[Step] = []
        done = data / "bootstrapped"
        if not done.exists():
            shutil.rmtree(tables, ignore_errors=True)  # an interrupted bootstrap holds nothing worth keeping
            (tables / "mysql").mkdir(parents=True)
            script = run / "bootstrap.sql"
            write_atomic(script, bootstrap_sql(base))
            steps.append(Step((str(program), *common, f"--user={name}", "--bootstrap"), stdin=script))
            steps.append(Step(("touch", str(done))))
        hand_over((data, run), user_id)
        return steps

    return Component(
        name="mariadb",
        command=(str(program), *common, f"--user={name}", f"--init-file={init}"),
        prepare=prepare,
        probe=_login(settings, layout),
        ports=(PortUse("mariadb_port", settings.mariadb_port),),
        address=f"{HOST}:{settings.mariadb_port}",
        user_id=user_id,
    )


def server_options(settings: LocalSettings, base: Path, tables: Path, run: Path) -> tuple[str, ...]:
    """Options of the bootstrap and of the server: no configuration of the system is read, loopback alone is served."""
    return (
        "--no-defaults",
        f"--basedir={base}",
        f"--datadir={tables}",
        f"--lc-messages-dir={_share(base)}",
        f"--tmpdir={run}",
        f"--secure-file-priv={run}",
        f"--bind-address={HOST}",
        f"--port={settings.mariadb_port}",
        f"--socket={_socket(run)}",
        f"--pid-file={run}/mariadb.pid",
        "--skip-name-resolve",
        "--local-infile=OFF",
        "--character-set-server=utf8mb4",
        "--collation-server=utf8mb4_unicode_ci",
        "--server-id=1",
        "--log-bin=binlog",
        "--binlog-format=ROW",
        "--binlog-row-image=FULL",
        "--sync-binlog=1",
        "--gtid-strict-mode=ON",
        "--expire-logs-days=7",
        f"--innodb-buffer-pool-size={settings.mariadb_buffer_mb}M",
        "--innodb-log-file-size=32M",
        "--performance-schema=OFF",
        "--max-connections=64",
        "--sql-mode=NO_ENGINE_SUBSTITUTION",
    )


def unprivileged_user(data: Path) -> int | None:
    """User id the server runs as when this process is root; None to stay who we are.

    Root gives its rights up wherever the unprivileged user can reach the data directory; under a folder that only
    root may enter (a temporary directory, root's home) the server has to stay root, on loopback and with passwords.
    """
    if os.getuid() != 0:
        return None
    if any(not parent.stat().st_mode & 0o001 for parent in data.resolve().parents):
        return None
    known = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return next((known[name] for name in _UNPRIVILEGED if name in known), None)


def hand_over(folders: Sequence[Path], user_id: int | None) -> None:
    """Make the server's user the owner of its folders, and keep all others out."""
    owner = os.getuid() if user_id is None else user_id
    for folder in folders:
        folder.chmod(0o700)
        if os.getuid() == 0:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, owner, -1, follow_symlinks=False)


def _share(base: Path) -> Path:
    return next((p for p in (base / "share/mariadb", base / "share/mysql") if (p / "english").is_dir()), base / "share")


def _socket(run: Path) -> str:
    """A path short enough for sockaddr_un (108 bytes), else an abstract name that no file system sees."""
    path = f"{run}/mariadb.sock"
    return path if len(path) < 100 else f"/tmp/inland-mariadb-{os.getpid()}.sock"  # noqa: S108


def _login(settings: LocalSettings, layout: Layout) -> Probe:
    async def probe() -> None:
        password = secret(layout, "mariadb-shop")
        await asyncio.to_thread(_connect, settings.mariadb_port, password)

    return probe


def _connect(port: int, password: str) -> None:
    connection = pymysql.connect(
        host=HOST, port=port, user="shop", password=password, database="shop", connect_timeout=3, read_timeout=3
    )
    connection.close()
