"""Writes records.py, the typed view of the .avsc files: ``python -m avro_schemas.generate``.

The .avsc files are the only source; a unit test refuses a records.py that does not follow from them.
"""

from pathlib import Path
from typing import Any

from avro_schemas.schemas import SCHEMA_NAMES, schema

_PRIMITIVES = {
    "string": "str",
    "bytes": "bytes",
    "int": "int",
    "long": "int",
    "float": "float",
    "double": "float",
    "boolean": "bool",
    "null": "None",
}
_LOGICAL = {"timestamp-micros": "datetime", "decimal": "Decimal"}

_HEADER = '''"""Typed views of the records of this folder: `python -m avro_schemas.generate` wrote them."""

from datetime import datetime
from decimal import Decimal
from typing import Literal, TypedDict
'''


class _Writer:
    def __init__(self) -> None:
        self.blocks: dict[str, str] = {}

    def type_of(self, node: Any) -> str:
        """Python annotation of an Avro type; named types are written as they are met."""
        if isinstance(node, str):
            return _PRIMITIVES.get(node, node.removeprefix("inland."))
        if isinstance(node, list):
            members = [self.type_of(member) for member in node]
            return " | ".join(sorted(members, key=lambda member: member == "None"))
        if node.get("logicalType") in _LOGICAL:
            return _LOGICAL[node["logicalType"]]
        match node["type"]:
            case "array":
                return f"list[{self.type_of(node['items'])}]"
            case "enum":
                return self._put(node["name"], self._enum(node))
            case "record":
                return self._put(node["name"], self._record(node))
            case primitive:
                return _PRIMITIVES[primitive]

    def _put(self, name: str, block: str) -> str:
        if self.blocks.setdefault(name, block) != block:
            raise ValueError(f"{name} is defined twice, differently: give one of them another name")
        return name

    @staticmethod
    def _enum(node: dict[str, Any]) -> str:
        symbols = "\n".join(f'    "{symbol}",' for symbol in node["symbols"])
        return f"{node['name']} = Literal[\n{symbols}\n]\n"

    def _record(self, node: dict[str, Any]) -> str:
        fields = "".join(f"    {field['name']}: {self.type_of(field['type'])}\n" for field in node["fields"])
        return f'class {node["name"]}(TypedDict):\n    """{node["doc"]}"""\n\n{fields}'


def render() -> str:
    """The text of records.py."""
    writer = _Writer()
    for name in SCHEMA_NAMES:
        writer.type_of(schema(name).source)
    return "\n\n".join([_HEADER, *writer.blocks.values()])


if __name__ == "__main__":
    (Path(__file__).parent / "records.py").write_text(render(), encoding="utf-8")
