"""The web portal: pages, REST API, accounts and settings."""
