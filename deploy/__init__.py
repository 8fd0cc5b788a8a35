"""What runs beside the service: dashboards, alert rules, and how to deploy."""
