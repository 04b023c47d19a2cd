"""The steps of set-up; each says whether it is done, and does it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.local.settings import LocalSettings
from infra.local.setup.commands import run, uv_install
from infra.local.setup.manifest import write_manifest
from infra.local.setup.programs import ensure_maven, ensure_npm
from infra.local.setup.stamps import ENGINE_FROM, JARS_FROM, JAVA_FROM, SETUP, fingerprint, is_current, stamp, unstamp
from infra.local.tools import find, java_home, mariadbd, tools_dir


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One thing that is fetched: what it is, whether it is there, how it comes."""

    name: str
    describes: str
    is_done: Callable[[], bool]
    do: Callable[[], None]


def steps(settings: LocalSettings) -> list[SetupStep]:
    """Everything a machine needs before `inland up`, in order."""
    lib = settings.lib_dir.absolute()
    log = lib / "setup.log"
    jars, engine = fingerprint(JARS_FROM), fingerprint(ENGINE_FROM)
    java = fingerprint(JAVA_FROM)
    return [
        SetupStep(
            "java",
            "Java (Python package)",
            lambda: is_current(lib, "java", java),
            lambda: _java(lib, log, java),
        ),
        SetupStep(
            "jars",
            "Kafka, Connect, Debezium, Apicurio Registry (Maven)",
            lambda: is_current(lib, "jars", jars),
            lambda: _jars(lib, log),
        ),
        SetupStep(
            "mariadb",
            "MariaDB server (the system's, else Maven)",
            lambda: find("mariadbd") is not None or (is_current(lib, "mariadb", jars) and mariadbd(lib) is not None),
            lambda: _mariadb(lib, log),
        ),
        SetupStep(
            "engine",
            "ClickHouse engine (npm)",
            lambda: is_current(lib, "engine", engine),
            lambda: _npm(lib, log, engine),
        ),
    ]


def _java(lib: Path, log: Path, mark: str) -> None:
    unstamp(lib, "java")
    shutil.rmtree(tools_dir("java"), ignore_errors=True)
    uv_install(SETUP / "java.lock", tools_dir("java"), log)
    # The base class data archive, which this Java comes without: every JVM starts faster with it.
    run((str(java_home() / "bin" / "java"), "-Xshare:dump", "-XX:+UseCompactObjectHeaders"), log)
    stamp(lib, "java", mark)


def _jars(lib: Path, log: Path) -> None:
    _maven(lib, log, "jars", ("kafka", "connect", "registry"))
    write_manifest(lib / "connect")
    stamp(lib, "jars", fingerprint(JARS_FROM))


def _mariadb(lib: Path, log: Path) -> None:
    _maven(lib, log, "mariadb", ("mariadb",), "-P", "mariadb")
    stamp(lib, "mariadb", fingerprint(JARS_FROM))


def _maven(lib: Path, log: Path, step: str, folders: tuple[str, ...], *options: str) -> None:
    maven = ensure_maven(log)
    # The machine's own Java, where it has one, trusts the authorities that the machine trusts: a mirror's, say.
    environment = {} if shutil.which("java") else {"JAVA_HOME": str(java_home())}
    unstamp(lib, step)
    for folder in (*folders, ".maven"):  # an older version's jars must not stay beside the new
        shutil.rmtree(lib / folder, ignore_errors=True)
    quiet = ("--batch-mode", "--no-transfer-progress", "--strict-checksums", "--quiet")
    where = ("-f", str(SETUP / "pom.xml"), f"-Dinland.lib={lib}")
    run((maven, *quiet, *where, *options, "process-resources"), log, environment=environment)


def _npm(lib: Path, log: Path, mark: str) -> None:
    unstamp(lib, "engine")
    npm = ensure_npm(log)
    home = lib / "clickhouse"
    home.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(SETUP / name, home / name)
    run((*npm, "ci", "--no-audit", "--no-fund"), log, cwd=home)
    stamp(lib, "engine", mark)
