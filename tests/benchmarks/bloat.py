"""Whether the serve tables stay small: their sizes after 200,000 draws and after 600,000.

Four clients draw by filters of all kinds from a pool of 100,000, as fast as they can. Autovacuum works as
in production.
"""

from __future__ import annotations

from django.db import connection

from tests.benchmarks import clients, pools
from tests.benchmarks.draw import SHAPES, drawing
from tests.benchmarks.measure import Options, table, throwaway_database

#: Small enough that every filter has gone round before the first look: what grows later, grows for good.
POOL = 20_000
FIRST, ALL = 200_000, 600_000
CLIENTS = 4

_SIZES = """
    SELECT c.relname, pg_relation_size(c.oid) / 1e6 FROM pg_class c
      LEFT JOIN pg_index i ON i.indexrelid = c.oid
     WHERE coalesce(i.indrelid, c.oid) IN ('problems_servestate'::regclass, 'problems_serveterm'::regclass,
                                           'problems_servecycle'::regclass)
       AND c.relkind IN ('r', 'i')
     ORDER BY 1
"""


def run(options: Options) -> None:
    """Print the size of each table and index at both points, and the ratio, which should be 1.1 at most."""
    scale = 20 if options.short else 1
    work = drawing(*SHAPES.values())
    with throwaway_database("quiz_benchmark_bloat"):
        pools.fill(POOL // scale)
        filled = _sizes()
        clients.send(work, clients=CLIENTS, number=FIRST // scale)
        first = _sizes()
        clients.send(work, clients=CLIENTS, number=(ALL - FIRST) // scale)
        last = _sizes()
    print(
        f"\nbloat: {POOL // scale} problems, {ALL // scale} draws by {len(SHAPES)} filters in turn"
    )
    for sizes in (filled, first, last):
        sizes["all"] = sum(sizes.values())
    rows = [
        (
            name,
            *(f"{sizes[name]:.1f}" for sizes in (filled, first, last)),
            f"{last[name] / first[name]:.2f}",
        )
        for name in first
    ]
    table(("MB", "filled", f"{FIRST // scale} draws", f"{ALL // scale} draws", "ratio"), rows)


def _sizes() -> dict[str, float]:
    with connection.cursor() as cursor:
        cursor.execute(_SIZES)
        return {name: float(size) for name, size in cursor.fetchall()}
