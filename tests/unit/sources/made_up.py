"""Keys of foreign AI services that nobody was ever given: their form is right, their letters are drawn."""

import random
import string

HEX = "0123456789abcdef"
LETTERS = string.ascii_letters
ALNUM = string.ascii_letters + string.digits
URL_SAFE = ALNUM + "-_"
BASE32 = string.ascii_uppercase + "234567"
LOWER = string.ascii_lowercase + string.digits


def drawn(alphabet: str, length: int, seed: int = 1) -> str:
    """Characters drawn by a seed; the first and the last are no punctuation."""
    source = random.Random(seed)
    inner = "".join(source.choice(alphabet) for _ in range(length - 2))
    edge = alphabet.rstrip("-_")
    return source.choice(edge) + inner + source.choice(edge)


UUID = "-".join(drawn(HEX, length, seed) for seed, length in enumerate((8, 4, 4, 4, 12)))

KEYS = {
    ("openai", "project_key"): f"sk-proj-{drawn(URL_SAFE, 74)}T3BlbkFJ{drawn(URL_SAFE, 74, 2)}",
    ("openai", "legacy_key"): f"sk-{drawn(ALNUM, 20)}T3BlbkFJ{drawn(ALNUM, 20, 2)}",
    ("azure_openai", "resource_key"): drawn(HEX, 32),
    ("azure_openai", "long_resource_key"): drawn(ALNUM, 84),
    ("anthropic", "api_key"): f"sk-ant-api03-{drawn(URL_SAFE, 93)}AA",
    ("google", "api_key"): f"AIza{drawn(URL_SAFE, 35)}",
    ("mistral", "api_key"): drawn(ALNUM, 32),
    ("cohere", "api_key"): drawn(ALNUM, 40),
    ("hugging_face", "user_token"): f"hf_{drawn(LETTERS, 34)}",
    ("hugging_face", "organisation_token"): f"api_org_{drawn(LETTERS, 34)}",
    ("openrouter", "api_key"): f"sk-or-v1-{drawn(HEX, 64)}",
    ("aws_bedrock", "long_term_key"): f"ABSK{drawn(ALNUM, 128)}",
    ("aws_bedrock", "short_term_key"): f"bedrock-api-key-{drawn(ALNUM, 400)}==",
    ("aws_bedrock", "access_key"): f"AKIA{drawn(BASE32, 16)}",
    ("groq", "api_key"): f"gsk_{drawn(ALNUM, 52)}",
    ("perplexity", "api_key"): f"pplx-{drawn(ALNUM, 48)}",
    ("xai", "api_key"): f"xai-{drawn(ALNUM, 80)}",
    ("together", "project_key"): f"tgp_v1_{drawn(URL_SAFE, 43)}",
    ("together", "api_key"): drawn(HEX, 64),
    ("replicate", "api_token"): f"r8_{drawn(ALNUM, 37)}",
    ("fireworks", "api_key"): f"fw_{drawn(ALNUM, 24)}",
    ("elevenlabs", "api_key"): f"sk_{drawn(HEX, 48)}",
    ("elevenlabs", "old_api_key"): drawn(HEX, 32),
    ("ai21", "api_key"): drawn(ALNUM, 32),
    ("voyage", "api_key"): f"pa-{drawn(URL_SAFE, 43)}",
    ("jina", "api_key"): f"jina_{drawn(ALNUM, 60)}",
    ("deepl", "api_key"): f"{UUID}:fx",
    ("zhipu", "api_key"): f"{drawn(HEX, 32)}.{drawn(ALNUM, 16)}",
    ("cerebras", "api_key"): f"csk-{drawn(LOWER, 48)}",
    ("nvidia", "api_key"): f"nvapi-{drawn(URL_SAFE, 64)}",
    ("deepseek", "api_key"): f"sk-{drawn(HEX, 32)}",
    ("alibaba", "api_key"): f"sk-{drawn(HEX, 32)}",
    ("moonshot", "api_key"): f"sk-{drawn(ALNUM, 48)}",
    ("stability", "api_key"): f"sk-{drawn(ALNUM, 48)}",
    ("openai_style", "api_key"): f"sk-{drawn(ALNUM, 48)}",
}
"""One key by service and rule."""
