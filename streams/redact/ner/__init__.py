"""A small model of our own for what no pattern tells: people's names, streets and towns in nine languages."""
