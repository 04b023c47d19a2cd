"""The model server with its real model."""
