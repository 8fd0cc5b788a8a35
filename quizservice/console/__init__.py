"""Pages of the console that belong to no app: they may call the services of any."""
