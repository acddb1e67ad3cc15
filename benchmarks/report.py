"""Rounds as a table: medians of what was measured and of the ratios within each round, and the exact counts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from benchmarks.news import News
from benchmarks.rounds import CUSTOMERS, HELPS, HERD, Round


class Played(NamedTuple):
    """The three apps, played one after the other."""

    bot: Round
    plain: Round
    floor: Round


@dataclass(frozen=True, slots=True)
class Measure:
    """Something measured in every round."""

    name: str
    of: Callable[[Round], float]
    unit: str
    scale: float = 1.0


MEASURES = (
    Measure("press: CPU an acknowledgement", lambda played: played.presses.cpu, "µs", 1e6),
    Measure("press: acknowledged, p50", lambda played: quantile(played.presses.timings.acks, 0.5), "ms", 1e3),
    Measure("help: CPU a command", lambda played: played.helps.cpu, "µs", 1e6),
    Measure("help: acknowledged, p50", lambda played: quantile(played.helps.timings.acks, 0.5), "ms", 1e3),
    Measure("help: acknowledged, p99", lambda played: quantile(played.helps.timings.acks, 0.99), "ms", 1e3),
    Measure("customer: CPU a command", lambda played: played.customers.cpu, "µs", 1e6),
    Measure("customer: acknowledged, p50", lambda played: quantile(played.customers.timings.acks, 0.5), "ms", 1e3),
    Measure("customer: acknowledged, p99", lambda played: quantile(played.customers.timings.acks, 0.99), "ms", 1e3),
    Measure("customer: card, p50", lambda played: quantile(played.customers.timings.answers, 0.5), "ms", 1e3),
    Measure("customer: card, p99", lambda played: quantile(played.customers.timings.answers, 0.99), "ms", 1e3),
    Measure("ready after", lambda played: played.ready, "ms", 1e3),
    Measure("memory, idle", lambda played: played.idle, "MB"),
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


def table(rounds: Sequence[Played]) -> Iterator[str]:
    """Yield the lines of the table, in Markdown."""
    yield "| measured, median of rounds | floor | plain | bot | bot / floor | bot / plain | of the rounds |"
    yield "|---|---|---|---|---|---|---|"
    for measure in MEASURES:
        floor, plain, ours = (
            [measure.of(app) for app in played]
            for played in zip(*((r.floor, r.plain, r.bot) for r in rounds), strict=True)
        )
        shown = " | ".join(f"{median(app) * measure.scale:,.4g} {measure.unit}" for app in (floor, plain, ours))
        to_floor, to_plain = (
            sorted(mine / its for mine, its in zip(ours, other, strict=True)) for other in (floor, plain)
        )
        ratios = f"{median(to_floor):.2f} | {median(to_plain):.2f} | {to_plain[0]:.2f} to {to_plain[-1]:.2f}"
        yield f"| {measure.name} | {shown} | {ratios} |"
    yield ""
    yield "| counted, a round | plain | bot | must be |"
    yield "|---|---|---|---|"
    for exact in COUNTS:
        mine, theirs = (
            seen(exact.of(played.bot) for played in rounds),
            seen(exact.of(played.plain) for played in rounds),
        )
        yield f"| {exact.name} | {theirs} | {mine} | {exact.expected} |"


def news_table(news: News, rounds: Sequence[Played]) -> Iterator[str]:
    """Yield the lines of what news cost, beside what an acknowledgement of plain Bolt costs in the same run."""
    bolt = median(played.plain.presses.cpu for played in rounds)
    yield "| news | measured | of a plain acknowledgement's CPU |"
    yield "|---|---|---|"
    for name, cpu in (
        ("an event that no channel has subscribed to: CPU", news.event),
        ("an event with its notification: CPU", news.notification),
        ("of that the notification: CPU", news.notification - news.event),
    ):
        yield f"| {name} | {cpu * 1e6:,.0f} µs | {cpu / bolt:.1f} |"
    yield f"| press meanwhile: acknowledged, p99 | {quantile(news.meanwhile.acks, 0.99) * 1e3:.3g} ms | |"


def seen(counts: Iterator[int]) -> str:
    """Return the count of every round, or the range of them."""
    found = sorted(set(counts))
    return f"{found[0]:,}" if len(found) == 1 else f"{found[0]:,} to {found[-1]:,}"


def wrong(rounds: Sequence[Played]) -> Iterator[str]:
    """Yield what is not as it must be: the bot's counts, and that all apps did the same work."""
    for number, played in enumerate(rounds, start=1):
        for exact in COUNTS:
            if (count := exact.of(played.bot)) != exact.expected:
                yield f"Round {number}: {exact.name}: {count}, not {exact.expected}."
        for name, other in (("plain app", played.plain), ("floor", played.floor)):
            if other.counts.lost:
                yield f"Round {number}: the {name} lost {other.counts.lost} commands, so it is no measure."
            if played.bot.counts.card != other.counts.card:
                yield (
                    f"Round {number}: the cards differ: the bot's {played.bot.counts.card}, "
                    f"the {name}'s {other.counts.card}."
                )
