"""The draw as a service of its own, written for the comparison only: FastAPI and asyncpg, no more.

It has the same check of the key (the hash and a dictionary), the same problems in the same PostgreSQL and
answers with the same bytes. What it leaves out: rate limits and their headers, usage, revocation, the
vocabulary of parameters, request ids, the form of errors.

- ``/drawn``: our SQL function.
- ``/picked``: the usual way: one SELECT written for the filters and one UPDATE, in one statement, on a
  narrow table that stands ready for it (``PREPARE``).

Run by granian's ASGI server: ``DATABASE_URL``, ``SECRET_KEY``, ``POOL`` (connections of a process).
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import asyncpg
from fastapi import Depends, FastAPI, Header, HTTPException, Query, Response
from pydantic import BaseModel

from apikeys import secrets

#: The narrow table of ``/picked``.
PREPARE = """
CREATE TABLE twin_problem AS
SELECT id, grammatical_focus::text, tenses_used::text[], topic_tags::text[],
       target_language_code::text, level::text, metadata->'verb_infinitives'->>0 AS verb,
       ARRAY(SELECT DISTINCT error_type::text FROM problems_statement s
              WHERE s.problem_id = p.id AND NOT is_correct) AS error_types,
       NULL::timestamptz AS served_at
  FROM problems_problem p WHERE status = 'live';
ALTER TABLE twin_problem ADD PRIMARY KEY (id), SET (fillfactor = 90);
CREATE INDEX ON twin_problem (served_at NULLS FIRST);
CREATE INDEX ON twin_problem (grammatical_focus, served_at NULLS FIRST);
CREATE INDEX ON twin_problem (verb, served_at NULLS FIRST);
"""

_DRAWN = "SELECT body FROM problems_serve($1, $2, $3, $4, $5, $6, $7, 1, $8, $9)"

#: For each filter what it means, in the order of the SQL function.
_CONDITIONS = (
    "grammatical_focus = ANY (${}::text[])",
    "tenses_used && ${}::text[]",
    "topic_tags && ${}::text[]",
    "target_language_code = ANY (${}::text[])",
    "level = ANY (${}::text[])",
    "verb = ANY (${}::text[])",
    "error_types && ${}::text[]",
)
_PICKED = """
UPDATE twin_problem SET served_at = clock_timestamp() WHERE id = (
    SELECT id FROM twin_problem WHERE {} ORDER BY served_at NULLS FIRST LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING problems_body(id, {}, {})
"""


@dataclass(frozen=True)
class Key:
    secret_hash: str


keys: dict[str, Key] = {}
pool: asyncpg.Pool


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    global pool
    size = int(os.environ["POOL"])
    pool = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=size, max_size=size)
    rows = await pool.fetch("SELECT key_prefix, secret_hash FROM apikeys_apikey WHERE is_active")
    keys.update({row["key_prefix"]: Key(row["secret_hash"]) for row in rows})
    yield
    await pool.close()


# async, though nothing is awaited: FastAPI would else call it in a thread
async def check_key(x_api_key: Annotated[str, Header()]) -> Key:
    prefix = secrets.read_prefix(x_api_key)
    key = keys.get(prefix) if prefix else None
    if key is None or not secrets.matches(x_api_key, key.secret_hash):
        raise HTTPException(401, "Invalid API key")
    return key


class Params(BaseModel, extra="forbid"):
    grammatical_focus: list[str] | None = None
    tenses_used: list[str] | None = None
    topic_tags: list[str] | None = None
    target_language_code: list[str] | None = None
    level: list[str] | None = None
    verb: list[str] | None = None
    error_type: list[str] | None = None
    include_metadata: bool = False
    reveal: bool = True

    def filters(self) -> list[list[str] | None]:
        """In the order of the SQL function and of ``_CONDITIONS``."""
        return [
            self.grammatical_focus,
            self.tenses_used,
            self.topic_tags,
            self.target_language_code,
            self.level,
            self.verb,
            self.error_type,
        ]


app = FastAPI(lifespan=lifespan, openapi_url=None)


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "healthy"}


@app.get("/drawn")
async def drawn(
    params: Annotated[Params, Query()], key: Annotated[Key, Depends(check_key)]
) -> Response:
    return _answer(
        await pool.fetchval(_DRAWN, *params.filters(), params.include_metadata, params.reveal)
    )


@app.get("/picked")
async def picked(
    params: Annotated[Params, Query()], key: Annotated[Key, Depends(check_key)]
) -> Response:
    given = [
        (condition, values)
        for condition, values in zip(_CONDITIONS, params.filters(), strict=True)
        if values
    ]
    where = " AND ".join(condition.format(n) for n, (condition, _) in enumerate(given, 1))
    sql = _PICKED.format(where or "true", params.include_metadata, params.reveal)
    return _answer(await pool.fetchval(sql, *(values for _, values in given)))


def _answer(body: Any) -> Response:
    if body is None:
        raise HTTPException(404, "No problems available")
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})
