"""The whole service in one command, for a newcomer: ``python manage.py demo``."""
