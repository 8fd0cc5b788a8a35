"""Whether a web process of this machine answers: ``python deploy/probe.py [health|ready]``.

For health checks of containers and the like, without curl. Reads ``PORT`` and ``ALLOWED_HOSTS`` as the web
server does; needs nothing but Python. Exit status 0 when the answer is 200; else 1, with the reason on
the standard error.
"""

from __future__ import annotations

import http.client
import os
import sys

#: Seconds in which the answer must come: /ready takes at most four.
DEADLINE = 5.0


def host(allowed: str) -> str:
    """A host name that the service answers to, from the text of ALLOWED_HOSTS."""
    names = (name.strip() for name in allowed.split(","))
    return next((name for name in names if name and name[0] not in ".*"), "localhost")


def ask(path: str) -> str:
    """What is wrong with the answer to a path; empty when it is 200."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", int(os.environ.get("PORT") or 8000), timeout=DEADLINE
    )
    try:
        connection.request("GET", path, headers={"Host": host(os.environ.get("ALLOWED_HOSTS", ""))})
        answer = connection.getresponse()
        body = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {error}"
    finally:
        connection.close()
    return "" if answer.status == 200 else f"{answer.status}: {body}"


def main(arguments: list[str]) -> int:
    """The exit status."""
    name = arguments[0] if arguments else "health"
    if name not in ("health", "ready") or len(arguments) > 1:
        print(__doc__, file=sys.stderr)
        return 64
    wrong = ask(f"/{name}")
    if wrong:
        print(f"/{name}: {wrong}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
