"""What each kind of log line changes in the timeline of a start."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from thorhud.domain.stage_patterns import (
    Mark,
    Sighting,
    compiles_nothing,
    model_of_arguments,
    model_of_config,
    speculation_of_config,
)
from thorhud.domain.timeline import STAGE_ORDER, Stage, StageName, Timeline

_NO_DRAFT_MODEL: Final = ("off", "ngram", "suffix")
"""Methods of speculation that load no second model."""


def apply(timeline: Timeline, seen: Sighting, at_s: float | None) -> Timeline:
    """Return the timeline after a line that tells something."""
    return _APPLY[seen.mark](timeline, seen, at_s)


def _put(timeline: Timeline, stage: Stage) -> Timeline:
    place = STAGE_ORDER[stage.name]
    return replace(timeline, stages=(*timeline.stages[:place], stage, *timeline.stages[place + 1 :]))


def _closed(stage: Stage, at_s: float | None, printed_s: float | None = None) -> Stage:
    """End *stage* at that arrival; a printed duration is exact and wins over the difference of arrivals."""
    ended_s = stage.ended_s if at_s is None else at_s
    duration_s = printed_s
    if duration_s is None and stage.started_s is not None and ended_s is not None:
        duration_s = ended_s - stage.started_s
    return replace(stage, ended_s=ended_s, duration_s=duration_s)


def _begin(timeline: Timeline, name: StageName, at_s: float | None) -> Timeline:
    """Enter a stage: one at a time is open, so whatever was open ends here."""
    if STAGE_ORDER[name] < STAGE_ORDER[timeline.current]:
        return timeline
    if timeline.stage(name).started_s is not None:
        return replace(timeline, current=name)
    for other in timeline.stages:
        if other.started_s is not None and other.ended_s is None:
            timeline = _put(timeline, _closed(other, at_s, other.duration_s))
    timeline = _put(timeline, replace(timeline.stage(name), started_s=at_s))
    return replace(timeline, current=name)


def _end(timeline: Timeline, name: StageName, at_s: float | None, printed_s: float | None = None) -> Timeline:
    """End a stage; once a later one runs, its times stay, and only an exact duration is still taken."""
    stage = timeline.stage(name)
    if timeline.current == name:
        return _put(timeline, _closed(stage, at_s, printed_s))
    return timeline if printed_s is None else _put(timeline, replace(stage, duration_s=printed_s))


def _on_version(timeline: Timeline, seen: Sighting, _at_s: float | None) -> Timeline:
    return replace(timeline, vllm_version=timeline.vllm_version or seen.match[1])


def _on_banner_model(timeline: Timeline, seen: Sighting, _at_s: float | None) -> Timeline:
    return replace(timeline, model=timeline.model or seen.match[1])


def _on_arguments(timeline: Timeline, seen: Sighting, _at_s: float | None) -> Timeline:
    arguments = seen.match[1]
    cache = "off" if compiles_nothing(arguments) else timeline.compile_cache
    return replace(timeline, model=timeline.model or model_of_arguments(arguments), compile_cache=cache)


def _on_engine(timeline: Timeline, seen: Sighting, at_s: float | None) -> Timeline:
    version, config = seen.match.groups()
    return replace(
        _begin(timeline, StageName.ENGINE_INIT, at_s),
        vllm_version=timeline.vllm_version or version,
        model=timeline.model or model_of_config(config),
        compile_cache="off" if compiles_nothing(config) else timeline.compile_cache,
        speculation=timeline.speculation or speculation_of_config(config),
    )


def _on_load_begin(timeline: Timeline, seen: Sighting, at_s: float | None) -> Timeline:
    timeline = _begin(timeline, StageName.WEIGHTS, at_s)
    return replace(timeline, model=timeline.model or seen.match[1])


def _on_drafter(timeline: Timeline, _seen: Sighting, at_s: float | None) -> Timeline:
    timeline = _begin(timeline, StageName.WEIGHTS, at_s)
    if timeline.current != StageName.WEIGHTS or timeline.shard_bar == 2 or timeline.speculation in _NO_DRAFT_MODEL:
        return timeline
    return replace(timeline, shard_bar=2, shards_done=None, shards_total=None)


def _on_download(timeline: Timeline, seen: Sighting, at_s: float | None) -> Timeline:
    timeline = _begin(timeline, StageName.WEIGHTS, at_s)
    return replace(timeline, download_s=max(_number(seen, 1), timeline.download_s or 0.0))


def _on_shards(timeline: Timeline, seen: Sighting, at_s: float | None) -> Timeline:
    """Follow the bar; within one bar the count only grows."""
    timeline = _begin(timeline, StageName.WEIGHTS, at_s)
    done, total = int(seen.match[1]), int(seen.match[2])
    if timeline.current != StageName.WEIGHTS or total == 0 or done > total:
        return timeline
    if _is_draft_bar(timeline, done, total):
        return replace(timeline, shard_bar=2, shards_done=done, shards_total=total)
    if timeline.shards_total not in (None, total):
        return timeline
    model_total = timeline.model_shards_total if timeline.shard_bar == 2 else total
    return replace(
        timeline,
        shard_bar=timeline.shard_bar or 1,
        shards_done=max(done, timeline.shards_done or 0),
        shards_total=total,
        model_shards_total=model_total,
    )


def _is_draft_bar(timeline: Timeline, done: int, total: int) -> bool:
    """Whether this bar follows the model's own: that one is full, and this one is behind or of another length."""
    if timeline.shard_bar != 1 or timeline.speculation in _NO_DRAFT_MODEL:
        return False
    full = timeline.shards_done == timeline.shards_total or timeline.weights_s is not None
    return full and (total != timeline.shards_total or done < (timeline.shards_done or 0))


def _on_weights(timeline: Timeline, seen: Sighting, at_s: float | None) -> Timeline:
    """Note the printed seconds: of each worker the slowest counts, and the draft model's come on top."""
    timeline = _begin(timeline, StageName.WEIGHTS, at_s)
    if timeline.current != StageName.WEIGHTS and timeline.weights_s is not None:
        return timeline
    took_s = _number(seen, 1)
    if timeline.shard_bar == 2:
        timeline = replace(timeline, draft_weights_s=max(took_s, timeline.draft_weights_s or 0.0))
    else:
        timeline = replace(timeline, weights_s=max(took_s, timeline.weights_s or 0.0))
    return _end(timeline, StageName.WEIGHTS, at_s, _weights_total_s(timeline))


def _weights_total_s(timeline: Timeline) -> float | None:
    if timeline.weights_s is None:
        return timeline.draft_weights_s
    return timeline.weights_s + (timeline.draft_weights_s or 0.0)


def _on_model_memory(timeline: Timeline, seen: Sighting, at_s: float | None) -> Timeline:
    timeline = _begin(timeline, StageName.WEIGHTS, at_s)
    timeline = replace(timeline, model_memory_gib=_number(seen, 1))
    printed_s = _weights_total_s(timeline)
    return _end(timeline, StageName.WEIGHTS, at_s, _number(seen, 2) if printed_s is None else printed_s)


def _on_compile_begin(timeline: Timeline, _seen: Sighting, at_s: float | None) -> Timeline:
    return _begin(timeline, StageName.COMPILE, at_s)


def _on_compile_miss(timeline: Timeline, seen: Sighting, at_s: float | None) -> Timeline:
    """Note a graph that had to be compiled; it outweighs hits, except that saving an artefact proves none."""
    timeline = _begin(timeline, StageName.COMPILE, at_s)
    saved_only = seen.match[0].startswith("saved AOT")
    if timeline.compile_cache == "off" or (saved_only and timeline.compile_cache is not None):
        return timeline
    return replace(timeline, compile_cache="miss")


def _on_compile_hit(timeline: Timeline, _seen: Sighting, at_s: float | None) -> Timeline:
    timeline = _begin(timeline, StageName.COMPILE, at_s)
    return replace(timeline, compile_cache=timeline.compile_cache or "hit")


def _on_compile_cache_off(timeline: Timeline, _seen: Sighting, at_s: float | None) -> Timeline:
    return replace(_begin(timeline, StageName.COMPILE, at_s), compile_cache="off")


def _on_compile_total(timeline: Timeline, seen: Sighting, at_s: float | None) -> Timeline:
    timeline = _begin(timeline, StageName.COMPILE, at_s)
    timeline = replace(timeline, compile_s=max(_number(seen, 1), timeline.compile_s or 0.0))
    return _end(timeline, StageName.COMPILE, at_s, timeline.compile_s)


def _on_compile_end(timeline: Timeline, _seen: Sighting, at_s: float | None) -> Timeline:
    return _end(timeline, StageName.COMPILE, at_s, timeline.compile_s)


def _on_kv_memory(timeline: Timeline, seen: Sighting, at_s: float | None) -> Timeline:
    timeline = _begin(timeline, StageName.KV_CACHE, at_s)
    return replace(timeline, kv_cache_gib=_number(seen, 1))


def _on_kv_tokens(timeline: Timeline, seen: Sighting, at_s: float | None) -> Timeline:
    """Note the size. On a CPU, 0.11 prints it before it compiles: then the start is not that far yet."""
    tokens = int(_number(seen, 1))
    timeline = replace(timeline, kv_cache_tokens=min(tokens, timeline.kv_cache_tokens or tokens))
    if timeline.reached(StageName.COMPILE) or timeline.compile_cache == "off":
        return _begin(timeline, StageName.KV_CACHE, at_s)
    stage = timeline.stage(StageName.KV_CACHE)
    return timeline if stage.started_s is not None else _put(timeline, replace(stage, started_s=at_s))


def _on_kv_concurrency(timeline: Timeline, _seen: Sighting, _at_s: float | None) -> Timeline:
    return timeline


def _on_graphs(timeline: Timeline, seen: Sighting, at_s: float | None) -> Timeline:
    """Follow the graph bars: none, one, or one for each kind of batch, each counting from 0."""
    timeline = _begin(timeline, StageName.CUDA_GRAPHS, at_s)
    kind, done, total = seen.match[1] or "", int(seen.match[2]), int(seen.match[3])
    if timeline.current != StageName.CUDA_GRAPHS or timeline.graph_capture_s is not None:
        return timeline
    if (kind, total) != (timeline.graph_bar, timeline.graphs_total):
        between_bars = timeline.graphs_done == timeline.graphs_total
        return replace(timeline, graph_bar=kind, graphs_done=done, graphs_total=total) if between_bars else timeline
    return replace(timeline, graphs_done=max(done, timeline.graphs_done or 0))


def _on_graphs_end(timeline: Timeline, seen: Sighting, at_s: float | None) -> Timeline:
    timeline = _begin(timeline, StageName.CUDA_GRAPHS, at_s)
    took_s = max(_number(seen, 1), timeline.graph_capture_s or 0.0)
    memory_gib = _number(seen, 2) if seen.match[2] else timeline.graph_memory_gib
    timeline = replace(timeline, graph_capture_s=took_s, graph_memory_gib=memory_gib)
    return _end(timeline, StageName.CUDA_GRAPHS, at_s, took_s)


def _on_engine_ready(timeline: Timeline, seen: Sighting, at_s: float | None) -> Timeline:
    """End what is open: the engine is up, and only the server's own start is left."""
    if timeline.current == StageName.SERVER:
        return timeline
    for stage in timeline.stages:
        if stage.started_s is not None and stage.ended_s is None:
            timeline = _put(timeline, _closed(stage, at_s, stage.duration_s))
    if seen.match[2] and timeline.compile_cache != "off":
        compile_s = max(_number(seen, 2), timeline.compile_s or 0.0)
        timeline = replace(timeline, compile_s=compile_s)
        timeline = _put(timeline, replace(timeline.stage(StageName.COMPILE), duration_s=compile_s))
    return replace(timeline, engine_init_s=_number(seen, 1), current=StageName.SERVER)


def _on_server(timeline: Timeline, _seen: Sighting, at_s: float | None) -> Timeline:
    return _begin(timeline, StageName.SERVER, at_s)


def _on_serving(timeline: Timeline, _seen: Sighting, at_s: float | None) -> Timeline:
    timeline = _end(_begin(timeline, StageName.SERVER, at_s), StageName.SERVER, at_s)
    return replace(timeline, serving=True)


def _number(seen: Sighting, group: int) -> float:
    return float(seen.match[group].replace(",", ""))


_APPLY: Mapping[Mark, Callable[[Timeline, Sighting, float | None], Timeline]] = MappingProxyType(
    {
        Mark.VERSION: _on_version,
        Mark.BANNER_MODEL: _on_banner_model,
        Mark.ARGUMENTS: _on_arguments,
        Mark.ENGINE: _on_engine,
        Mark.LOAD_BEGIN: _on_load_begin,
        Mark.DRAFTER: _on_drafter,
        Mark.DOWNLOAD: _on_download,
        Mark.SHARDS: _on_shards,
        Mark.WEIGHTS: _on_weights,
        Mark.MODEL_MEMORY: _on_model_memory,
        Mark.COMPILE_BEGIN: _on_compile_begin,
        Mark.COMPILE_MISS: _on_compile_miss,
        Mark.COMPILE_HIT: _on_compile_hit,
        Mark.COMPILE_CACHE_OFF: _on_compile_cache_off,
        Mark.COMPILE_TOTAL: _on_compile_total,
        Mark.COMPILE_END: _on_compile_end,
        Mark.KV_MEMORY: _on_kv_memory,
        Mark.KV_TOKENS: _on_kv_tokens,
        Mark.KV_CONCURRENCY: _on_kv_concurrency,
        Mark.GRAPHS: _on_graphs,
        Mark.GRAPHS_END: _on_graphs_end,
        Mark.ENGINE_READY: _on_engine_ready,
        Mark.SERVER: _on_server,
        Mark.SERVING: _on_serving,
    }
)
