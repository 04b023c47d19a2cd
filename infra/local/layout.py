"""Where one platform's files lie under its state directory."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths under a state directory; `create` makes the folders, secrets readable by the owner alone."""

    root: Path

    @property
    def logs(self) -> Path:
        """One file per component."""
        return self.root / "logs"

    @property
    def data(self) -> Path:
        """One folder per component that keeps something."""
        return self.root / "data"

    @property
    def run(self) -> Path:
        """Rendered configuration, written anew at each start."""
        return self.root / "run"

    @property
    def secrets(self) -> Path:
        """One file per secret, mode 600."""
        return self.root / "secrets"

    @property
    def region_keys(self) -> Path:
        """One file per region: hex of 32 random bytes."""
        return self.secrets / "regions"

    @property
    def gate_keys(self) -> Path:
        """One file per region: hex of 32 random bytes. A folder of its own: enrich reads it, and no region's key."""
        return self.secrets / "gate"

    @property
    def shops_file(self) -> Path:
        """Which shops the gateway serves, YAML."""
        return self.root / "shops.yaml"

    @property
    def residency_file(self) -> Path:
        """Which region processes which country's data, on which model server, YAML."""
        return self.root / "residency.yaml"

    @property
    def connectors_file(self) -> Path:
        """Which databases are captured, YAML."""
        return self.root / "connectors.yaml"

    @property
    def status_file(self) -> Path:
        """What the supervisor last said of each component, JSON."""
        return self.root / "platform.json"

    @property
    def lock_file(self) -> Path:
        """Held by the supervisor for as long as it lives."""
        return self.root / "platform.lock"

    def log(self, component: str) -> Path:
        """Log file of `component`."""
        return self.logs / f"{component}.log"

    def data_of(self, component: str) -> Path:
        """Data folder of `component`, made if missing."""
        path = self.data / component
        path.mkdir(parents=True, exist_ok=True)
        return path

    def run_of(self, component: str) -> Path:
        """Folder of `component`'s rendered configuration, readable by the owner alone, made if missing."""
        path = self.run / component
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def create(self) -> None:
        """Make the folders that are missing."""
        for path in (self.root, self.logs, self.data):
            path.mkdir(parents=True, exist_ok=True)
        for path in (self.run, self.secrets, self.region_keys, self.gate_keys):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
