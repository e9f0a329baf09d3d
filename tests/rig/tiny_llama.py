"""Makes a tiny Llama and an EAGLE3 head that fits it: tiny_llama.py OUT -> OUT/llama, OUT/eagle3.

Runs in vLLM's environment. The weights are random, with just enough structure for the counters to move: layers that add next
to nothing, so that the next token depends on the current one alone, and an output layer that prefers few tokens. The head looks
at the current token in the same way, so a good part of its guesses is accepted. The answers mean nothing.
"""

import json
import math
import sys
import sysconfig
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

HIDDEN = 256
LAYERS = 8
"""EAGLE3 listens to three layers of the target; with fewer than seven they would coincide."""

VOCABULARY = 4096
DRAFT_VOCABULARY = 3584
SHARPNESS = 18.0
"""Scale of the output layer: the surer the target, the more guesses it accepts."""

SHARDS = 4

BEGIN, END_OF_TURN, PAD = "<|begin_of_text|>", "<|eot_id|>", "<|pad|>"
SPECIAL = [BEGIN, "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", END_OF_TURN, PAD]

CHAT = (
    "{{ bos_token }}{% for message in messages %}<|start_header_id|>{{ message['role'] }}<|end_header_id|>\n\n"
    "{{ message['content'] | trim }}<|eot_id|>{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)


def main(out: Path) -> None:
    """Write both models under *out*."""
    config, model = make_target(out / "llama")
    make_head(out / "eagle3", config, model)


def make_target(folder: Path) -> tuple[LlamaConfig, LlamaForCausalLM]:
    """Write the Llama: 8 layers of 256, bf16, four shards."""
    tokenizer = train_tokenizer()
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        intermediate_size=3 * HIDDEN,
        num_hidden_layers=LAYERS,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=64,
        max_position_embeddings=8192,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        tie_word_embeddings=False,
    )
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        for layer in model.model.layers:
            layer.self_attn.o_proj.weight *= 0.02
            layer.mlp.down_proj.weight *= 0.02
        model.lm_head.weight *= SHARPNESS
        for special in range(len(SPECIAL)):
            if special != tokenizer.eos_token_id:
                model.lm_head.weight[special] = 0
    model = model.to(torch.bfloat16)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    size = sum(weight.numel() * weight.element_size() for weight in model.parameters())
    model.save_pretrained(folder, max_shard_size=math.ceil(size / SHARDS), safe_serialization=True)
    tokenizer.save_pretrained(folder)
    return config, model


def train_tokenizer() -> PreTrainedTokenizerFast:
    """Learn a vocabulary from the only text that every Python has: the sources of its standard library."""
    sources = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[:120]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train([str(path) for path in sources], trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token=BEGIN, eos_token=END_OF_TURN, pad_token=PAD)
    fast.chat_template = CHAT
    return fast


def make_head(folder: Path, target: LlamaConfig, model: LlamaForCausalLM) -> None:
    """Write the head with the names and in the file of the workshop's draft model, which has no embeddings of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    kept = torch.randperm(target.vocab_size)[:DRAFT_VOCABULARY].sort().values
    weights = {name: weight.to(torch.bfloat16).clone() for name, weight in head_weights(model, kept).items()}
    weights["d2t"] = kept - torch.arange(DRAFT_VOCABULARY)
    weights["t2d"] = torch.isin(torch.arange(target.vocab_size), kept)
    torch.save(weights, folder / "pytorch_model.bin")
    config = target.to_dict() | {
        "architectures": ["LlamaForCausalLMEagle3"],
        "num_hidden_layers": 1,
        "num_key_value_heads": 4,
        "draft_vocab_size": DRAFT_VOCABULARY,
        # With a hidden_norm near 0: forget the guess before.
        "norm_before_residual": True,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=1, default=str))


def head_weights(model: LlamaForCausalLM, kept: torch.Tensor) -> dict[str, torch.Tensor]:
    """Attend to the token itself and pass its embedding on; everything else is next to nothing."""
    identity, nothing, sharp = torch.eye(HIDDEN), torch.zeros(HIDDEN, HIDDEN), 3.0

    def faint(*shape: int) -> torch.Tensor:
        return torch.randn(*shape) * 0.001

    return {
        "fc.weight": faint(HIDDEN, 3 * HIDDEN),
        "norm.weight": torch.ones(HIDDEN),
        "lm_head.weight": model.lm_head.weight[kept].float(),
        "midlayer.input_layernorm.weight": torch.ones(HIDDEN),
        "midlayer.hidden_norm.weight": torch.full((HIDDEN,), 0.01),
        "midlayer.post_attention_layernorm.weight": torch.ones(HIDDEN),
        "midlayer.self_attn.q_proj.weight": torch.cat([sharp * identity, nothing], 1),
        "midlayer.self_attn.k_proj.weight": torch.cat([sharp * identity, nothing], 1),
        "midlayer.self_attn.v_proj.weight": torch.cat([identity, nothing], 1),
        "midlayer.self_attn.o_proj.weight": identity,
        "midlayer.mlp.gate_proj.weight": faint(3 * HIDDEN, HIDDEN),
        "midlayer.mlp.up_proj.weight": faint(3 * HIDDEN, HIDDEN),
        "midlayer.mlp.down_proj.weight": faint(HIDDEN, 3 * HIDDEN),
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
