#!/usr/bin/env python
"""Django's command line. ``python manage.py demo`` is the one to begin with."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

#: Commands that run before Django reads the settings: the demo first brings up what they need, and
#: checking French or reading prompts needs none of it.
WITHOUT_SETTINGS = {
    "demo": "quizservice.management.commands.demo",
    "check_statements": "generation.management.commands.check_statements",
    "prompts": "generation.management.commands.prompts",
}


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizservice.settings")
    if module := WITHOUT_SETTINGS.get("".join(sys.argv[1:2])):
        import_module(module).Command().run_from_argv(sys.argv)
        return
    from quizservice import telemetry

    try:
        with telemetry.command("".join(sys.argv[1:2])):
            execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
