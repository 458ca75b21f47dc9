"""One measurement of one participant; each kind of case has its function."""

import time

import processes
from load import IdleClients, LoadError, run_load
from proxies import PROXY_CORE

SETTLE_SECONDS = 3
# schedstat and utime + stime are the same time; more than this (and two ticks) apart means that one of them is wrong.
CLOCKS_DIFFER = 0.05


def _observed_load(bench, case, process, seconds, pinned=True):
    pids = process.pids()
    before = (processes.cpu_seconds(pids), processes.cpu_seconds_by_ticks(pids),
              processes.core_busy_seconds(PROXY_CORE), time.monotonic())
    result = run_load(bench, case, process.port, seconds, pinned)
    pids = process.pids()
    after = (processes.cpu_seconds(pids), processes.cpu_seconds_by_ticks(pids),
             processes.core_busy_seconds(PROXY_CORE), time.monotonic())
    cpu, ticks, busy, wall = (b - a for a, b in zip(before, after))
    if abs(cpu - ticks) > max(CLOCKS_DIFFER * ticks, 0.02):
        print(f"  warning: {process.name}: schedstat says {cpu:.3f} s, stat {ticks:.3f} s of CPU", flush=True)
    result.update(per_cpu_second=result["requests"] / cpu, cpu_us=cpu / result["requests"] * 1e6, cpu_us_ticks=ticks / result["requests"] * 1e6,
                  proxy_use=cpu / wall, foreign_use=max(0.0, busy - cpu) / wall,
                  pss_kib=processes.memory_kib(pids, "Pss"), rss_kib=processes.memory_kib(pids, "Rss"))
    return result


def warm_up(bench, case, process, pinned=True):
    run_load(bench, case, process.port, 1, pinned)


def measure_load(bench, case, process, seconds):
    return _observed_load(bench, case, process, seconds)


def measure_idle(bench, name, case, count):
    """A fresh process, warmed up by 64 connections that end again; then `count` that stay."""
    process = bench.start(name, case)
    try:
        warm_up(bench, case, process)
        time.sleep(SETTLE_SECONDS / 2)
        before = {field: processes.memory_kib(process.pids(), field) for field in ("Pss", "Rss")}
        clients = IdleClients(process.port, count, case)
        time.sleep(SETTLE_SECONDS)
        after = {field: processes.memory_kib(process.pids(), field) for field in ("Pss", "Rss")}
        alive = clients.still_open()
        clients.close()
    finally:
        bench.stop(process)
    if alive != count:
        raise LoadError(f"{count - alive} of {count} idle connections were closed")
    return {"kib": (after["Pss"] - before["Pss"]) / count, "kib_rss": (after["Rss"] - before["Rss"]) / count,
            "pss_before": before["Pss"], "pss_after": after["Pss"], "connections": count}


def measure_workers(bench, name, case, seconds):
    """Requests per second with one worker and with two; proxy, origin and load share both cores, nothing is pinned."""
    results = []
    for workers in (1, 2):
        process = bench.start(name, case, workers=workers, core=None)
        try:
            warm_up(bench, case, process, pinned=False)
            results.append(_observed_load(bench, case, process, seconds, pinned=False))
        finally:
            bench.stop(process)
    one, two = results
    return {"rps_one": one["rps"], "rps": two["rps"], "growth": two["rps"] / one["rps"], "cpu_us": two["cpu_us"],
            "cpu_us_one": one["cpu_us"], "p50": two["p50"], "p99": two["p99"], "p99_one": one["p99"],
            "use_one": one["proxy_use"], "proxy_use": two["proxy_use"], "pss_kib": two["pss_kib"]}
