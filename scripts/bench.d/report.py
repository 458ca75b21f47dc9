"""Markdown from the rounds: a summary, and for each case what every participant did."""

from cases import EQUAL_WITHIN, RELAY_AIM
from ratios import kind_of, middle, ratio, verdicts

BEGIN, END = "<!-- bench: begin -->", "<!-- bench: end -->"


def _number(value, digits=0):
    return "-" if value is None else f"{value:,.{digits}f}"


def _scaled(value, factor):
    return None if value is None else value * factor


def _table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows] + [""]


def _cpu_against(rounds, name, participants, kind):
    others = [other for other in participants if kind_of(other) == kind]
    found = ratio(rounds, name, others[0], "cpu_us") if others else None
    return str(found) if found and name != others[0] else ("1" if others and name == others[0] else "-")


def _load_rows(rounds, participants):
    for name in participants:
        def get(metric, name=name):
            return middle(rounds, name, metric)
        yield [name, _number(get("rps")), _number(get("cpu_us"), 1),
               _cpu_against(rounds, name, participants, "nginx"), _cpu_against(rounds, name, participants, "haproxy"),
               _number(_scaled(get("p50"), 1e3), 2), _number(_scaled(get("p99"), 1e3), 2),
               _number(_scaled(get("pss_kib"), 1 / 1024), 1), _number(_scaled(get("rss_kib"), 1 / 1024), 1),
               _number(_scaled(get("proxy_use"), 100)) + " + " + _number(_scaled(get("foreign_use"), 100)) + " %"]


LOAD_HEAD = ["proxy", "requests/s", "CPU us/request", "CPU to nginx", "CPU to HAProxy", "p50 ms", "p99 ms", "PSS MiB",
             "RSS MiB", "core: proxy + others"]


def _idle_rows(rounds, participants):
    for name in participants:
        yield [name, _number(middle(rounds, name, "kib"), 2), _number(middle(rounds, name, "kib_rss"), 2),
               _number(_scaled(middle(rounds, name, "pss_before"), 1 / 1024), 1),
               _number(_scaled(middle(rounds, name, "pss_after"), 1 / 1024), 1)]


IDLE_HEAD = ["proxy", "KiB/connection (PSS)", "KiB/connection (RSS)", "PSS before MiB", "PSS with them MiB"]


def _workers_rows(rounds, participants):
    for name in participants:
        def get(metric, name=name):
            return middle(rounds, name, metric)
        yield [name, _number(get("rps_one")), _number(get("rps")), _number(get("growth"), 2),
               _number(get("cpu_us_one"), 1), _number(get("cpu_us"), 1), _number(_scaled(get("use_one"), 100)) + " %",
               _number(_scaled(get("proxy_use"), 100)) + " %"]


WORKERS_HEAD = ["proxy", "requests/s, 1 worker", "2 workers", "growth", "CPU us/request, 1", "2", "CPU used, 1",
                "2"]


def _handshake_rows(rounds, participants):
    for name in participants:
        def get(metric, name=name):
            return middle(rounds, name, metric)
        against = [ratio(rounds, name, next((other for other in participants if kind_of(other) == kind), ""),
                         "per_cpu_second") for kind in ("nginx", "haproxy")]
        yield [name, _number(get("per_cpu_second")), *(str(found or "-") for found in against), _number(get("rps")),
               _number(get("cpu_us"), 1),
               _number(_scaled(get("proxy_use"), 100)) + " + " + _number(_scaled(get("foreign_use"), 100)) + " %"]


HANDSHAKE_HEAD = ["proxy", "handshakes per CPU second", "to nginx", "to HAProxy", "handshakes/s", "CPU us/handshake",
                  "core: proxy + others"]
SHAPES = {"load": (LOAD_HEAD, _load_rows), "handshakes": (HANDSHAKE_HEAD, _handshake_rows), "idle": (IDLE_HEAD, _idle_rows), "workers": (WORKERS_HEAD, _workers_rows)}


def _case_section(case, rounds, participants, errors):
    head, rows = SHAPES[case.kind]
    lines = [f"### {case.title} (`{case.name}`)", ""] + _table(head, rows(rounds, participants))
    lines += [f"**Failed:** {error}" for error in errors]
    return lines + ([""] if errors else [])


def _summary(outcomes, judged):
    rows = []
    for outcome in outcomes:
        case, rounds, participants = outcome["case"], outcome["rounds"], outcome["participants"]
        for verdict in verdicts(case, rounds, participants, judged):
            rows.append([case.name, verdict.what, verdict.peer, str(verdict.ratio), verdict.target,
                         "yes" if verdict.reached else "**no**"])
        if case.name == "small" and "relay" in participants and (found := ratio(rounds, judged, "relay", "cpu_us")):
            rows.append([case.name, "CPU per request", "relay", str(found), f"aim {RELAY_AIM:.2f}",
                         "yes" if found.median <= RELAY_AIM else "not yet"])
    if not rows:
        return []
    return [f"### {judged} against the better peer", "",
            "Ratio: median over the rounds (lowest-highest round). requests/s and p99 within "
            f"{EQUAL_WITHIN:.0%} count as equal.", ""] + \
        _table(["case", "what", "better peer", "ratio", "target", "reached"], rows)


def render(outcomes, machine, judged):
    lines = machine + [""] + _summary(outcomes, judged)
    for outcome in outcomes:
        lines += _case_section(outcome["case"], outcome["rounds"], outcome["participants"], outcome["errors"])
    return "\n".join(lines)


def replace_section(text, section):
    """The text with what stands between the two markers replaced."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the file lacks the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{section.strip()}\n\n{END}{after}"
