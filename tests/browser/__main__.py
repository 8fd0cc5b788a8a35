"""``python -m tests.browser screenshots --to docs/``: the README's pictures, made from data of its own."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

SIZE = {"width": 1280, "height": 860}
#: Problems beside those of the tests, so that the pictures show a pool in use.
MORE = 150
#: Web server, dispatcher and worker.
_PROCESSES = 3
#: The engine has said what it thinks of the sentences.
_READ = "() => !document.body.innerText.includes('reads it')"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.browser", description=__doc__)
    parser.add_argument("what", choices=["screenshots"])
    parser.add_argument(
        "--to", type=Path, default=Path("docs"), help="folder of the pictures (docs)"
    )
    options = parser.parse_args(arguments)
    if not options.to.is_dir():
        parser.error(f"there is no folder {options.to}")

    from quizservice import embedded
    from tests.browser import chromium

    if lacking := chromium.missing():
        parser.error(lacking)
    with tempfile.TemporaryDirectory(prefix="quiz-pictures-") as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="quizservice.settings",
            SECRET_KEY="only for pictures; never used outside them",
            QUIZ_DATA_DIR=folder,
        )
        for name in (embedded.DATABASE_URL, embedded.KAFKA):
            os.environ.pop(name, None)
        provided = embedded.provide(os.environ, detached=False)
        try:
            _take(options.to)
        finally:
            provided.stop()
    return 0


def _take(folder: Path) -> None:
    import django

    django.setup()

    from django.core.management import call_command
    from django.db import connections

    from generation import services
    from quizservice.models import Process
    from tests.browser import scene
    from tests.browser.console import served
    from tests.flows.stack import wait_for

    call_command("migrate", verbosity=0)
    call_command("load_verbs", verbosity=0)
    with served() as console:
        scene.work(services.submit(services.Order(count=MORE)).id)
        made = console.scene
        page = console.page("superuser")
        page.set_viewport_size(SIZE)  # type: ignore[arg-type]

        def shoot(name: str, address: str) -> None:
            page.goto(address, wait_until="networkidle")
            page.wait_for_function(_READ)
            page.screenshot(path=folder / f"console-{name}.png")
            print(folder / f"console-{name}.png", flush=True)

        running = made.orders["running"]
        shoot("order", console.address("admin:generation_generationrequest_change", running))
        with console.workers():
            wait_for("dispatcher and worker", lambda: Process.objects.count() >= _PROCESSES)
            shoot("home", console.address("admin:index"))
        reported = made.problems["reported"][0]
        shoot("edit", console.address("admin:problems_problem_change", reported))
        shoot("review", console.address("admin:problems_review"))
        shoot("key", console.address("admin:apikeys_apikey_change", made.keys["duo"]))
        console.close_pages()
    connections.close_all()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
