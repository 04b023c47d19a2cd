"""Detection in processes of its own: off the event loop, one thread each, killed when a text takes too long."""
