"""The three small programs of `docker-compose.yml`, each run as `python -m`."""
