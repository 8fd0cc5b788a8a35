"""The reasons that stand in the source of the grammar checks, with words in the place of what differs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import generation.french.checking

#: What a reason looks like among the texts of the source: a sentence.
_SENTENCE = re.compile(r"(?:[A-Z]|“).* .*\.$", re.DOTALL)


def texts() -> list[str]:
    """Every reason, once."""
    folder = Path(generation.french.checking.__file__).parent
    found = [text for path in sorted(folder.rglob("*.py")) for text in _texts_of(path)]
    assert len(found) > 150, "the reasons are somewhere else now"
    return list(dict.fromkeys(found))


def _texts_of(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in inside | docstrings:
            continue
        text = _text(node)
        if text is not None and _SENTENCE.match(text) and text.count("\n") == 0:
            yield text


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = node.values
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "mot" for one in parts)
    return None
