"""Writers make drafts of problems from plans. ``base`` is what every writer offers."""
