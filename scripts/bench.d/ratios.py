"""Medians, ratios of the same round, and whether a target is reached. Rounds: a list of {participant: result}."""

from dataclasses import dataclass
from statistics import median

from cases import EQUAL_WITHIN, HANDSHAKES_TARGET, IDLE_TARGET_KIB, IDLE_TLS_TARGET, STRATEGIES_WITHIN

PEERS = ("nginx", "haproxy")


def kind_of(name):
    return name.partition(":")[0]


def values(rounds, name, metric):
    return [results[name][metric] for results in rounds if metric in results.get(name, {})]


def middle(rounds, name, metric):
    found = values(rounds, name, metric)
    return median(found) if found else None


@dataclass
class Ratio:
    median: float
    low: float
    high: float

    def __str__(self):
        return f"{self.median:.2f} ({self.low:.2f}-{self.high:.2f})"


def ratio(rounds, name, other, metric):
    """Of each round, name's value over other's; None when no round has both."""
    found = [results[name][metric] / results[other][metric] for results in rounds
             if results.get(name, {}).get(metric) is not None and results.get(other, {}).get(metric)]
    return Ratio(median(found), min(found), max(found)) if found else None


def better_peer(rounds, participants, metric, most=False):
    """The nginx or HAProxy participant whose median is the lowest (or, with `most`, the highest)."""
    measured = [(middle(rounds, name, metric), name) for name in participants
                if kind_of(name) in PEERS and middle(rounds, name, metric) is not None]
    return (max(measured) if most else min(measured))[1] if measured else None


@dataclass
class Verdict:
    what: str
    peer: str
    ratio: object        # Ratio, or a plain number
    target: str
    reached: bool


def _against(rounds, name, participants, what, metric, limit, most=False, within=EQUAL_WITHIN):
    peer = better_peer(rounds, participants, metric, most)
    found = ratio(rounds, name, peer, metric) if peer else None
    if found is None:
        return []
    if most:
        reached, target = found.median >= limit - within, f">= {limit:.2f}"
    else:
        reached, target = found.median <= limit, f"<= {limit:.2f}"
    return [Verdict(what, peer, found, target, reached)]


def _against_the_first(rounds, participants):
    first, limit = participants[0], 1 + STRATEGIES_WITHIN
    for name in participants[1:]:
        found = ratio(rounds, name, first, "cpu_us")
        if found:
            yield Verdict(f"CPU per request, {name.partition(':')[2]}", first.partition(":")[2], found, f"<= {limit:.2f}",
                          found.median <= limit)


def verdicts(case, rounds, participants, name):
    """What section "targets" of docs/performance.md promises for this case, judged for the participant `name`."""
    if case.variants:
        return list(_against_the_first(rounds, participants))
    if case.kind == "idle" and case.tls:
        return _against(rounds, name, participants, "KiB per idle connection", "kib", IDLE_TLS_TARGET)
    if case.kind == "idle":
        kib = middle(rounds, name, "kib")
        if kib is None:
            return []
        return [Verdict("KiB per idle connection", "-", round(kib, 2), f"<= {IDLE_TARGET_KIB:.2f}",
                        kib <= IDLE_TARGET_KIB)]
    if case.kind == "workers":
        growth = middle(rounds, name, "growth")
        found = [] if growth is None else [Verdict("growth from one worker to two", "-", round(growth, 2), "> 1.05",
                                                   growth > 1.05)]
        return found + _against(rounds, name, participants, "requests/s with two workers", "rps", 1.0, most=True)
    if case.kind == "handshakes":
        return _against(rounds, name, participants, "handshakes per CPU second", "per_cpu_second", HANDSHAKES_TARGET,
                        most=True, within=0)
    found = []
    if case.cpu_target:
        found += _against(rounds, name, participants, "CPU per request", "cpu_us", case.cpu_target)
    found += _against(rounds, name, participants, "requests/s", "rps", 1.0, most=True)
    p99 = _against(rounds, name, participants, "p99", "p99", 1.0)
    for verdict in p99:
        verdict.reached = verdict.ratio.median <= 1.0 + EQUAL_WITHIN
    return found + p99
