"""Reading the data files: tab-separated with a header line; "#" begins a comment line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path


def read_table(
    path: Path, *, error: type[ValueError], columns: Sequence[str] | None = None
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table: the number of the line in the file, and its cells by column name.

    ``columns``: the header that the file must have; None: any. ``error`` is raised for a malformed file
    or line; its message names them.
    """
    header: list[str] | None = None
    for number, line in enumerate(read_lines(path, error=error), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if header is None:
            header = cells
            if columns is not None and header != list(columns):
                raise error(f"{path.name}:{number}: the header must be {', '.join(columns)}")
            continue
        if len(cells) != len(header):
            raise error(f"{path.name}:{number}: {len(cells)} columns instead of {len(header)}")
        yield number, dict(zip(header, cells, strict=True))
    if header is None:
        raise error(f"{path.name}: the file is empty")


def read_lines(path: Path, *, error: type[ValueError]) -> list[str]:
    """The lines of a file. ``error`` is raised for one that is not UTF-8; its message names the file."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8").splitlines()
    except UnicodeDecodeError as wrong:
        number = content.count(b"\n", 0, wrong.start) + 1
        raise error(f"{path.name}:{number}: not UTF-8") from None
