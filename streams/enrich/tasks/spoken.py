"""Whether a text is in a language: its small words and py3langid must not speak against it."""

from streams.redact.detect.words.languages import languages, likeliest


def is_in(text: str, language: str) -> bool:
    """Whether the text is in the language (ISO 639-1), as far as two looks can tell; no text is in none."""
    by_words = languages(text)
    return bool(text.strip()) and (language == likeliest(text) or by_words[:1] == (language,))
