"""The subcommands of `inland`, thin: each hands over at once."""
