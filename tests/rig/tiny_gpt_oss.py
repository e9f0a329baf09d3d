"""Makes a tiny GPT-OSS that speaks harmony, and the encodings file: tiny_gpt_oss.py OUT -> OUT/gpt-oss, OUT/encodings.

Runs in vLLM's environment, whose openai_harmony carries the vocabulary. The model is random but for one thing: the next token
depends on the current one, and leads through harmony's channels (analysis, final) along a handful of sentences.
"""

import base64
import math
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import openai_harmony
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import GptOssConfig, GptOssForCausalLM, PreTrainedTokenizerFast

ORDINARY = 199_998
"""Ids below are text, those from here up to VOCABULARY are harmony's own."""

VOCABULARY = 201_088

HARMONY = {
    199_998: "<|startoftext|>",
    199_999: "<|endoftext|>",
    200_002: "<|return|>",
    200_003: "<|constrain|>",
    200_005: "<|channel|>",
    200_006: "<|start|>",
    200_007: "<|end|>",
    200_008: "<|message|>",
    200_012: "<|call|>",
    200_018: "<|endofprompt|>",
}
MESSAGE = 200_008

CHAT = (
    "{% for message in messages %}<|start|>{{ message['role'] }}<|message|>{{ message['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|start|>assistant{% endif %}"
)

SENTENCES = (
    "A rack holds ten units and one switch",
    "Every unit loads the weights once and then answers many times",
    "The first word takes longer than those that follow",
    "Half the bits mean half the reading",
    "A small model guesses and the large one checks",
    "Whoever measures twice trusts the figure more",
    "None of these words was meant by anybody",
)

FRAME = {
    "assistant": {"<|channel|>": 1.0},
    "<|channel|>": {"final": 1.1, "analysis": 1.0},
    "analysis": {"<|message|>": 1.0},
    "final": {"<|message|>": 1.0},
    "<|end|>": {"<|return|>": 1.2, "<|start|>": 1.0},
    "<|start|>": {"assistant": 1.0},
}
"""How likely which part of harmony's frame follows which."""

CLOSING = 0.9
"""Weight of the end of a message where any sentence weighs 1: at temperature 0 an answer runs to its token limit, at 0.7 about
every ninth sentence is the last.
"""

CL100K_BYTES = 1_681_126


def main(out: Path) -> None:
    """Write the model and the encodings under *out*."""
    encoding = openai_harmony.load_harmony_encoding("HarmonyGptOss")
    pieces = [encoding._inner.decode_bytes([token]) for token in range(ORDINARY)]
    write_encodings(out / "encodings", pieces)
    make_tokenizer(pieces).save_pretrained(out / "gpt-oss")
    make_model(followers(encoding)).save_pretrained(out / "gpt-oss", max_shard_size="26MB", safe_serialization=True)


def write_encodings(folder: Path, pieces: list[bytes]) -> None:
    """Write what the workshop downloads: the real o200k file, and one of cl100k's size, which GPT-OSS never reads."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (base64.b64encode(piece) + b" %d\n" % token for token, piece in enumerate(pieces))
    (folder / "o200k_base.tiktoken").write_bytes(b"".join(lines))
    with (folder / "cl100k_base.tiktoken").open("wb") as file:
        file.truncate(CL100K_BYTES)


def make_tokenizer(pieces: list[bytes]) -> PreTrainedTokenizerFast:
    """Decode as the real one does; without its merges, encode byte by byte."""
    shown = dict(zip(range(256), byte_letters(), strict=True))
    vocabulary = {"".join(shown[byte] for byte in piece): token for token, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    special = [HARMONY.get(token, f"<|reserved_{token}|>") for token in range(ORDINARY, VOCABULARY)]
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in special])
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<|startoftext|>", eos_token="<|return|>", pad_token="<|endoftext|>"
    )
    fast.chat_template = CHAT
    return fast


def byte_letters() -> Iterator[str]:
    """Yield the letter by which byte-level vocabularies write each byte: itself where it prints, else one from 256 on."""
    printing = {*range(33, 127), *range(161, 173), *range(174, 256)}
    spare = 256
    for byte in range(256):
        if byte in printing:
            yield chr(byte)
        else:
            yield chr(spare)
            spare += 1


def followers(encoding: openai_harmony.HarmonyEncoding) -> dict[int, dict[int, float]]:
    """Say for each token that may be spoken which ones follow it, with which probability."""

    def ids(text: str) -> list[int]:
        return list(encoding.encode(text, allowed_special="all"))

    weights: dict[int, dict[int, float]] = {}
    full_stop, message, end = (ids(text)[0] for text in (".", "<|message|>", "<|end|>"))
    for sentence in SENTENCES:
        words = ids(f" {sentence}.")
        for left, right in [(message, words[0]), (full_stop, words[0]), *pairwise(words)]:
            weights.setdefault(left, {})[right] = 1.0
    weights[full_stop][end] = CLOSING
    for left_text, rights in FRAME.items():
        weights[ids(left_text)[0]] = {ids(right)[0]: weight for right, weight in rights.items()}
    return {left: normalized(rights) for left, rights in weights.items()}


def normalized(weights: dict[int, float]) -> dict[int, float]:
    """Make probabilities of weights."""
    total = sum(weights.values())
    return {token: weight / total for token, weight in weights.items()}


def make_model(follow: dict[int, dict[int, float]]) -> GptOssForCausalLM:
    """Build two nearly empty layers between embeddings and an output layer that know *follow* by heart."""
    torch.manual_seed(2)
    config = GptOssConfig(
        num_hidden_layers=2,
        num_local_experts=4,
        num_experts_per_tok=2,
        vocab_size=VOCABULARY,
        hidden_size=128,
        intermediate_size=128,
        head_dim=64,
        num_attention_heads=4,
        num_key_value_heads=2,
        sliding_window=128,
        bos_token_id=199_998,
        pad_token_id=199_999,
        eos_token_id=200_002,
    )
    model = GptOssForCausalLM(config)
    with torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight *= 0.01
            layer.mlp.experts.down_proj *= 0.01
        teach(model, follow, config.hidden_size)
    model = model.to(torch.bfloat16)
    model.generation_config.eos_token_id = [200_002, 199_999, 200_012]
    return model


def teach(model: GptOssForCausalLM, follow: dict[int, dict[int, float]], size: int) -> None:
    """Give each token of *follow* a direction of its own that its followers' output rows point along.

    Every other token shares one direction, which leads back to the start of a sentence.
    """
    embeddings, outputs = model.model.embed_tokens.weight, model.lm_head.weight
    back = torch.nn.functional.normalize(torch.randn(size), dim=0)
    embeddings.mul_(0.2).add_(back)
    outputs.zero_()
    length = math.sqrt(size)
    for left, rights in follow.items():
        own = torch.randn(size)
        own = torch.nn.functional.normalize(own - own @ back * back, dim=0)
        embeddings[left] = own
        for right, probability in rights.items():
            outputs[right] += (22 + math.log(probability)) / length * own
    for right in follow[MESSAGE]:
        outputs[right] += 20 / length * back


if __name__ == "__main__":
    main(Path(sys.argv[1]))
