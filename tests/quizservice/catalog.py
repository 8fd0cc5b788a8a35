"""Reads a catalog of translations as it is written (.po)."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

_LINE = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) )?(".*")$')


@dataclass
class Message:
    """A message with its translations: one, or one for each number that the language knows."""

    context: str = ""
    text: str = ""
    plural: str = ""
    translations: list[str] = field(default_factory=list)
    is_fuzzy: bool = False


def read(path: Path) -> list[Message]:
    """All messages of a catalog but its head, obsolete ones not."""
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    return [message for block in blocks if (message := _message(block)).text]


def _message(block: str) -> Message:
    message, at = Message(), ""
    for line in block.splitlines():
        if line.startswith("#, ") and "fuzzy" in line:
            message.is_fuzzy = True
        if found := _LINE.match(line):
            at = found[1] or at
            _add(message, at, ast.literal_eval(found[2]), begins=bool(found[1]))
    return message


def _add(message: Message, at: str, text: str, *, begins: bool) -> None:
    if at.startswith("msgstr"):
        if begins:
            message.translations.append("")
        message.translations[-1] += text
    elif at == "msgctxt":
        message.context += text
    elif at == "msgid_plural":
        message.plural += text
    else:
        message.text += text
