"""How a JVM of the local platform is started: small heap, fast start, log to standard output."""

from pathlib import Path

from infra.local.layout import Layout
from infra.local.settings import ROOT, LocalSettings
from infra.local.tools import java

LOG_CONFIG = ROOT / "infra" / "local" / "components" / "log4j2.properties"

_SHARE = ("-XX:+AutoCreateSharedArchive", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")


def archive_of(name: str, settings: LocalSettings, layout: Layout) -> Path | None:
    """Where the JVM called `name` keeps its classes; None when the settings say that it keeps none."""
    return layout.data_of("jvm") / f"{name}.jsa" if settings.class_archives else None


def jvm(heap_mb: int, archive: Path | None, *options: str) -> tuple[str, ...]:
    """The `java` command up to its classpath.

    The serial collector and the first compiler alone start fastest and stay smallest on two cores. `archive` holds the
    classes of the last run, written by the JVM itself when it stops: the next start does not load them again (JEP 350).
    """
    sharing = (*_SHARE, f"-XX:SharedArchiveFile={archive}") if archive else ()
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
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+UseCompactObjectHeaders",
        *sharing,
        *options,
    )
