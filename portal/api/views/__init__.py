"""Endpoints on everything else: account, KPI, health, problem types, documentation."""
