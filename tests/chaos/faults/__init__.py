"""What is done to the platform, one kind of fault a file."""
