"""YAML without its trap: it silently keeps the last of two equal keys; here that is an error."""

from typing import Any

import yaml


class _UniqueKeys(yaml.SafeLoader):
    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        double = [key for number, key in enumerate(keys) if key in keys[:number]]
        if double:
            told = f"key {double[0]} stands twice"
            raise yaml.constructor.ConstructorError(problem=told, problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)


def load_yaml(text: str) -> Any:
    """What a YAML text says; yaml.YAMLError when it is none, or a key stands twice."""
    return yaml.load(text, Loader=_UniqueKeys)  # noqa: S506  # a SafeLoader
