"""Grafana's dashboards as code, and its provisioning."""
