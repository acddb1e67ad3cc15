"""Rounds as a table: medians of what was measured and of the ratios within each round, and the exact counts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.rounds import CUSTOMERS, HELPS, HERD, Round

Pair = tuple[Round, Round]
"""Ours and the plain one, played one after the other."""


@dataclass(frozen=True, slots=True)
class Measure:
    """Something measured in every round."""

    name: str
    of: Callable[[Round], float]
    unit: str
    scale: float = 1.0


MEASURES = (
    Measure("help: CPU a command", lambda played: played.helps.cpu, "µs", 1e6),
    Measure("help: acknowledged, p50", lambda played: quantile(played.helps.timings.acks, 0.5), "ms", 1e3),
    Measure("help: acknowledged, p99", lambda played: quantile(played.helps.timings.acks, 0.99), "ms", 1e3),
    Measure("customer: CPU a command", lambda played: played.customers.cpu, "µs", 1e6),
    Measure("customer: acknowledged, p50", lambda played: quantile(played.customers.timings.acks, 0.5), "ms", 1e3),
    Measure("customer: acknowledged, p99", lambda played: quantile(played.customers.timings.acks, 0.99), "ms", 1e3),
    Measure("customer: card, p50", lambda played: quantile(played.customers.timings.answers, 0.5), "ms", 1e3),
    Measure("customer: card, p99", lambda played: quantile(played.customers.timings.answers, 0.99), "ms", 1e3),
    Measure("memory at the end", lambda played: played.memory, "MB"),
)


@dataclass(frozen=True, slots=True)
class Exact:
    """Something counted in every round; the bot's must be ``expected`` each time."""

    name: str
    of: Callable[[Round], int]
    expected: int


COUNTS = (
    Exact("auth.test calls, a herd on the cold app included", lambda played: played.counts.auth_tests, 1),
    Exact(f"questions upstream for {HERD} identical look-ups", lambda played: played.counts.identical, 1),
    Exact(f"questions upstream for {CUSTOMERS} different ones", lambda played: played.counts.asked, CUSTOMERS),
    Exact(
        f"new connections in {HELPS + CUSTOMERS} commands after warm-up", lambda played: played.counts.connections, 0
    ),
    Exact("commands without acknowledgement or answer", lambda played: played.counts.lost, 0),
)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that so large a share of all does not exceed; infinite where there is none."""
    ordered = sorted(values)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)] if ordered else float("inf")


def table(pairs: Sequence[Pair]) -> Iterator[str]:
    """Yield the lines of the table, in Markdown."""
    yield "| measured, median of rounds | plain | bot | bot / plain | of the rounds |"
    yield "|---|---|---|---|---|"
    for measure in MEASURES:
        ours, plain = (median(measure.of(pair[app]) for pair in pairs) * measure.scale for app in (0, 1))
        ratios = sorted(measure.of(bot) / measure.of(other) for bot, other in pairs)
        shown = f"{plain:,.4g} {measure.unit} | {ours:,.4g} {measure.unit} | {median(ratios):.2f}"
        yield f"| {measure.name} | {shown} | {ratios[0]:.2f} to {ratios[-1]:.2f} |"
    yield ""
    yield "| counted, a round | plain | bot | must be |"
    yield "|---|---|---|---|"
    for exact in COUNTS:
        mine, theirs = (seen(exact.of(pair[app]) for pair in pairs) for app in (0, 1))
        yield f"| {exact.name} | {theirs} | {mine} | {exact.expected} |"


def seen(counts: Iterator[int]) -> str:
    """Return the count of every round, or the range of them."""
    found = sorted(set(counts))
    return f"{found[0]:,}" if len(found) == 1 else f"{found[0]:,} to {found[-1]:,}"


def wrong(pairs: Sequence[Pair]) -> Iterator[str]:
    """Yield what is not as it must be: the bot's counts, and that both apps did the same work."""
    for number, (bot, plain) in enumerate(pairs, start=1):
        for exact in COUNTS:
            if (count := exact.of(bot)) != exact.expected:
                yield f"Round {number}: {exact.name}: {count}, not {exact.expected}."
        if plain.counts.lost:
            yield f"Round {number}: the plain app lost {plain.counts.lost} commands, so it is no measure."
        if bot.counts.card != plain.counts.card:
            yield f"Round {number}: the cards differ: the bot's {bot.counts.card}, the plain app's {plain.counts.card}."
