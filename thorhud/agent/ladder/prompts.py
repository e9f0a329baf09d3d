"""What is sent in each part of a ladder, and why no two repeats are sent alike.

vLLM keeps the key-value blocks of earlier prompts and reuses them for every prompt that begins the same way. The second
time the same prompt comes, nearly nothing is left to be read: its time to first token and its prompt tokens per second
are those of the cache, not of the model. So each run begins with a line of its own, "[Run 3]". The blocks are chained,
therefore everything from that line on is new to the server; what may still be found is the beginning that the model's
chat template puts before every prompt. How much that was stands in the run's server figures.

Run 3 of one configuration gets the same line as run 3 of another: both do the same work. The run is labelled
(`RunRecord.prompt_changed`), so that nobody takes its text for the workshop's own.
"""

from dataclasses import dataclass, replace

from thorhud.domain.errors import ThorHudError
from thorhud.domain.ladder_plan import SHAPE_OUTPUT_TOKENS, SHAPE_PROMPT, SHAPE_PROMPT_TOKENS, LadderPlan, Part
from thorhud.domain.workshop import ReferencePrompt, Workshop

WARM_UP_TOKENS = 256
"""Warm-ups end there: what they warm is the way in and the steady state, and neither needs a long answer."""
FIRST_TOKENS = 64
"""Enough where the server is warm already and only the prompt is of another length."""
PARITY_TOKENS = 256
PARITY_SETS = ("domain", "capability")
PARITY_NAME = "parity: "
"""Stands before the prompt's name in the runs of the parity part, which are no measurement of speed."""
SWEEP_TOKENS = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPrompt:
    """What one part sends, before its label."""

    prompt: ReferencePrompt
    prompt_tokens: int | None = None
    ignore_eos: bool = False


def prompt_of(part: Part, workshop: Workshop, plan: LadderPlan) -> PartPrompt:
    """Return what the short, the long or the fixed-shape part sends; raise where the workshop has no such prompt."""
    if part is Part.SHAPE:
        text = _known(workshop, workshop.long_prompt).text
        shape = ReferencePrompt(name=SHAPE_PROMPT, text=text, max_tokens=SHAPE_OUTPUT_TOKENS, temperature=0.0)
        return PartPrompt(prompt=shape, prompt_tokens=SHAPE_PROMPT_TOKENS, ignore_eos=True)
    prompt = _known(workshop, workshop.short_prompt if part is Part.SHORT else workshop.long_prompt)
    return PartPrompt(prompt=_greedy(prompt, plan.max_tokens or prompt.max_tokens))


def parity_prompts(workshop: Workshop, plan: LadderPlan) -> tuple[ReferencePrompt, ...]:
    """Return the prompts of which greedy answers are compared, as they stand: here the cache changes nothing."""
    chosen = [_known(workshop, workshop.short_prompt)]
    chosen += [prompt for name in PARITY_SETS for prompt in workshop.prompt_set(name)]
    most = plan.max_tokens or PARITY_TOKENS
    return tuple(
        replace(_greedy(each, min(each.max_tokens, most)), name=f"{PARITY_NAME}{each.name}") for each in chosen
    )


def shortened(chosen: PartPrompt, most: int = WARM_UP_TOKENS) -> PartPrompt:
    """Return the same with an answer that is long enough to warm up."""
    prompt = chosen.prompt
    return replace(chosen, prompt=replace(prompt, max_tokens=min(prompt.max_tokens, most)))


def labelled(chosen: PartPrompt, label: str) -> tuple[PartPrompt, str]:
    """Return the prompt behind a line of its own, and the sentence that says so."""
    line = f"[{label}]"
    changed = replace(chosen, prompt=replace(chosen.prompt, text=f"{line}\n{chosen.prompt.text.lstrip()}"))
    return changed, f'The line "{line}" stands before it, so that the server\'s prefix cache does not know it yet.'


def _greedy(prompt: ReferencePrompt, max_tokens: int) -> ReferencePrompt:
    """Measured at temperature 0 with a seed; the reference button keeps the document's values."""
    return replace(prompt, temperature=0.0, max_tokens=max_tokens)


def _known(workshop: Workshop, name: str) -> ReferencePrompt:
    prompt = workshop.prompt(name)
    if prompt is None:
        raise ThorHudError(f"The workshop has no prompt {name!r} to measure with.")
    return prompt
