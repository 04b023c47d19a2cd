"""The model server without its model."""
