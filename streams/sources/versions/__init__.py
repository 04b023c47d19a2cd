"""Which versions of an entity there are, when each is whole, and which were told already, by whichever route. Pure."""
