"""What finds a kind of personal datum by its shape, its check digit and the words around."""
