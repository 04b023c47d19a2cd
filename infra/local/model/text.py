"""Pure text work: tokens' places in a text, and where a stop sequence ends an answer."""

from collections.abc import Sequence

from infra.local.model.domain import Piece
from infra.local.model.wire.responses import SimpleToken


def place_tokens(text: str, pieces: Sequence[Piece]) -> list[SimpleToken]:
    """The tokens of `text` with their places in characters.

    A character whose bytes are shared by several tokens belongs to each of them, as in Hugging Face tokenizers.
    """
    owner = [index for index, character in enumerate(text) for _ in character.encode()]
    tokens, offset = [], 0
    for piece in pieces:
        end = min(offset + len(piece.data), len(owner))
        start = owner[offset] if offset < len(owner) else len(text)
        stop = owner[end - 1] + 1 if end > offset else start
        tokens.append(SimpleToken(id=piece.id, text=text[start:stop], start=start, stop=stop))
        offset = end
    return tokens


def end_of_stop(text: str, stops: Sequence[str], *, added: int) -> int | None:
    """Where the first stop sequence in `text` ends, given that its last `added` characters are new."""
    ends = [
        found + len(stop)
        for stop in stops
        if (found := text.find(stop, max(0, len(text) - added - len(stop) + 1))) >= 0
    ]
    return min(ends, default=None)
