"""Asking a task's question about a text of one's own, as the worker would, and scoring a model on a labelled set."""
