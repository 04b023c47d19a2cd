"""How a JVM of the local platform is started: small heap, fast start, log to standard output."""

from pathlib import Path

from infra.local.settings import ROOT
from infra.local.tools import java

LOG_CONFIG = ROOT / "infra" / "local" / "components" / "log4j2.properties"


def jvm(heap_mb: int, archive: Path, *options: str) -> tuple[str, ...]:
    """The `java` command up to its classpath.

    The serial collector and the first compiler alone start fastest and stay smallest on two cores. `archive` holds the
    classes of the last run, written by the JVM itself when it stops: the next start does not load them again (JEP 350).
    """
    return (
        str(java()),
        f"-Xmx{heap_mb}m",
        "-Xms64m",
        "-Xss512k",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:MaxMetaspaceSize=192m",
        "-XX:+ExitOnOutOfMemoryError",
        "-Djava.awt.headless=true",
        f"-Dlog4j2.configurationFile={LOG_CONFIG}",
        "-XX:+AutoCreateSharedArchive",
        f"-XX:SharedArchiveFile={archive}",
        "-Xlog:cds=off",
        "-Xlog:cds+dynamic=off",
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+UseCompactObjectHeaders",
        *options,
    )
