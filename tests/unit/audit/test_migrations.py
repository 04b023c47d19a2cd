"""Migrations are numbered, repeatable, and refused when one was changed after it was applied."""

from pathlib import Path

import pytest

from infra.clickhouse.migrate import MigrationError, migrations, pending, read

GOOD = "-- What for.\n-- up\nCREATE TABLE IF NOT EXISTS a (x Int8) ENGINE = Memory;\n-- down\nDROP TABLE IF EXISTS a;\n"


def write(folder: Path, name: str, text: str = GOOD) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read_into_statements_forward_and_back(tmp_path: Path) -> None:
    both = GOOD.replace("Memory;\n", "Memory;\nCREATE VIEW IF NOT EXISTS b AS SELECT ';' FROM a;\n")
    found = read(write(tmp_path, "0001_a.sql", both))
    assert [up.split(" (")[0] for up in found.up] == [
        "CREATE TABLE IF NOT EXISTS a",
        "CREATE VIEW IF NOT EXISTS b AS SELECT ';' FROM a",
    ]
    assert found.down == ("DROP TABLE IF EXISTS a",)


@pytest.mark.parametrize("name", ["1_a.sql", "0001-a.sql", "0001_A.sql"])
def test_a_misnamed_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(MigrationError, match="wants the name"):
        read(write(tmp_path, name))


@pytest.mark.parametrize("section", ["-- up\n", "-- down\n", "-- What for.\n"])
def test_a_file_without_a_section_is_refused(tmp_path: Path, section: str) -> None:
    with pytest.raises(MigrationError, match=r"0001_a\.sql"):
        read(write(tmp_path, "0001_a.sql", GOOD.replace(section, "")))


def test_gaps_and_doubles_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "0001_a.sql")
    write(tmp_path, "0003_c.sql")
    with pytest.raises(MigrationError, match="without gap or double"):
        migrations(tmp_path)


def test_a_file_changed_after_it_was_applied_is_refused_by_name() -> None:
    first, second, *_ = migrations()
    with pytest.raises(MigrationError, match=f"{first.name} was applied and has changed"):
        pending([first, second], {first.name: "0" * 64})


def test_only_what_is_missing_is_pending() -> None:
    first, second, *_ = migrations()
    assert pending([first, second], {first.name: first.checksum}) == [second]


def test_every_statement_may_be_repeated() -> None:
    # MATERIALIZE COLUMN has no such words in ClickHouse; it writes the same values again.
    repeatable = ("IF NOT EXISTS", "IF EXISTS", "OR REPLACE", "MATERIALIZE COLUMN")
    for migration in migrations():
        for statement in (*migration.up, *migration.down):
            assert any(words in statement for words in repeatable), migration.name
