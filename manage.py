#!/usr/bin/env python
"""Django's command line. ``python manage.py demo`` is the one to begin with."""

from __future__ import annotations

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "quizservice.settings")
    if sys.argv[1:2] == ["demo"]:
        # Before Django reads the settings: the demo first brings up what they need.
        from quizservice.management.commands.demo import Command

        Command().run_from_argv(sys.argv)
        return
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
