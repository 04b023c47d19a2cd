"""Set-up of a machine: fetches what the platform needs, once; `python -m infra.local.setup`."""
