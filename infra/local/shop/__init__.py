"""A generated WooCommerce shop: real HPOS tables in MariaDB, signed webhooks, and a ledger of all that happened.

Generation (`plan`, `people`, `texts`, `baskets`) and rendering (`rows`, `payload`) are pure; `database`, `poster` and
`ledger` are the thin shell that `run` drives. Every person is drawn by Faker, every e-mail address is on `.example`.
"""
