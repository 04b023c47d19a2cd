"""How the model is made: `python -m streams.redact.ner.training.train`. Not needed where it only runs."""
