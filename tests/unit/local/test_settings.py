"""Settings travel by environment, and a taken port is named with the variable that moves it."""

import socket
from pathlib import Path

import pytest

from infra.local.component import Component, PortUse
from infra.local.layout import Layout
from infra.local.ports import PortTakenError, free_ports, require_free
from infra.local.settings import HOST, PORT_FIELDS, LocalSettings
from tests.unit.local.conftest import settings_of


def test_settings_reach_another_process_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = LocalSettings(state_dir=tmp_path, kafka_port=29092, class_archives=False, stop_deadline_s=3)
    for name, value in given.environment().items():
        monkeypatch.setenv(name, value)
    assert LocalSettings() == given


def test_every_port_is_a_setting_and_no_two_are_the_same(layout: Layout) -> None:
    ports = [getattr(settings_of(layout), field) for field in PORT_FIELDS]
    assert len(set(ports)) == len(PORT_FIELDS) == len([n for n in LocalSettings.model_fields if n.endswith("_port")])


def test_a_taken_port_is_named_with_its_component_and_its_variable() -> None:
    with socket.create_server((HOST, 0)) as other:
        port = other.getsockname()[1]
        broker = Component(name="kafka", command=("true",), ports=(PortUse("kafka_port", port),))
        with pytest.raises(PortTakenError, match=f"port {port} for kafka is taken: set INLAND_LOCAL_KAFKA_PORT"):
            require_free([broker])


def test_free_ports_are_free_and_different() -> None:
    ports = free_ports()
    assert set(ports) == set(PORT_FIELDS)
    assert len(set(ports.values())) == len(PORT_FIELDS)
    require_free([Component(name=name, command=(), ports=(PortUse(name, port),)) for name, port in ports.items()])
