"""The vault: originals of what redaction took out, encrypted under a key of their subject."""
