"""Numbers that stand for the tokens of a simulated model: the same piece of text always has the same one."""

import json
import zlib
from http import HTTPStatus
from typing import Any

from thorhud.simulate.answers import pieces
from thorhud.simulate.chat_request import Refused

BEGIN_OF_TEXT = 128_000
END_OF_TEXT = 128_009


def token_id(piece: str) -> int:
    """Return the id of one piece; the one without text ends an answer."""
    return zlib.crc32(piece.encode()) % BEGIN_OF_TEXT if piece else END_OF_TEXT


def tokenized(body: bytes, max_model_len: int) -> dict[str, Any]:
    """Answer a request for the tokens of a text, as `/tokenize` does."""
    try:
        asked = json.loads(body)
        text, special = str(asked["prompt"]), bool(asked.get("add_special_tokens", True))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(
            HTTPStatus.BAD_REQUEST, "[{'type': 'missing', 'loc': ('body', 'prompt')}]", "Bad Request"
        ) from None
    tokens = [BEGIN_OF_TEXT] * special + [token_id(each) for each in pieces(text)]
    return {"count": len(tokens), "max_model_len": max_model_len, "tokens": tokens, "token_strs": None}
