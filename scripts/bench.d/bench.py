"""Compares Headgate with nginx, HAProxy and a bare relay, round by round: A B C A B C ... See docs/performance.md."""

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path

import machine
import report
from cases import CASES, IDLE_CONNECTIONS
from load import LoadError
from measure import measure_idle, measure_load, measure_workers, warm_up
from proxies import EXTERNAL, HAPROXY, NGINX, Bench
from ratios import kind_of, verdicts


def parse_arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement (default 4)")
    parser.add_argument("--case", action="append", choices=[case.name for case in CASES], help="only this one; repeatable")
    parser.add_argument("--peers", default="nginx,haproxy,headgate,relay",
                        help="participants; a peer may name a variant, as in nginx:large (default: the best for the case)")
    parser.add_argument("--variants", action="store_true", help="every variant of nginx and HAProxy instead of the best")
    parser.add_argument("--also", action="append", default=[], metavar="NAME=PATH", help="a second headgate binary")
    parser.add_argument("--judge", default="headgate", help="the participant that targets are checked for")
    parser.add_argument("--markdown", metavar="FILE", help="replace the results in this file")
    parser.add_argument("--json", metavar="FILE", help="write every measurement there")
    parser.add_argument("--check", action="store_true", help="exit 2 when a target is missed")
    parser.add_argument("--hold", metavar="NAME",
                        help="start the origins and this participant as for the (first) --case, and wait (for profiling)")
    parser.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--tools", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--commit", default="unknown", help=argparse.SUPPRESS)
    return parser.parse_args()


def participants_of(options, case):
    if case.variants:
        return [f"headgate:{variant}" for variant in case.variants] if "headgate" in options.peers.split(",") else []
    names = options.peers.split(",") + [entry.partition("=")[0] for entry in options.also]
    if options.variants:
        names = [name for name in names if name not in EXTERNAL]
        names = [f"nginx:{key}" for key in NGINX] + [f"haproxy:{key}" for key in HAPROXY] + names
    return names


def binaries_of(options):
    """Participants that run as `headgate run --config FILE`, and their programs."""
    found = {name: path for name, _, path in (entry.partition("=") for entry in options.also)}
    if "headgate" in options.peers.split(",") or kind_of(options.hold or "") == "headgate":
        found["headgate"] = options.binary
    return {name: str(Path(path).resolve()) for name, path in found.items()}


def say(case, number, name, result):
    if case.kind == "idle":
        text = f"{result['kib']:.2f} KiB per connection"
    elif case.kind == "workers":
        text = f"{result['rps_one']:,.0f} -> {result['rps']:,.0f} requests/s, growth {result['growth']:.2f}"
    else:
        latency = f" p50 {result['p50'] * 1e3:.2f} p99 {result['p99'] * 1e3:.2f} ms," if "p99" in result else ""
        what = "handshakes" if case.kind == "handshakes" else "requests"
        text = (f"{result['rps']:,.0f} {what}/s, {result['cpu_us']:.1f} us CPU ({result['cpu_us_ticks']:.1f} by ticks),"
                f"{latency} core {result['proxy_use']:.0%} + {result['foreign_use']:.0%}")
    print(f"{case.name:9} round {number}  {name:18} {text}", flush=True)


def run_case(bench, case, participants, options):
    rounds, errors, standing = [], [], {}
    for number in range(1, options.rounds + 1):
        results = {}
        for name in participants:
            if any(origin.child.poll() is not None for origin in bench.origins):
                raise SystemExit("an origin has ended; nothing can be measured")
            try:
                if case.kind == "idle":
                    results[name] = measure_idle(bench, name, case, min(IDLE_CONNECTIONS, bench.files // 2 - 500))
                elif case.kind == "workers":
                    results[name] = measure_workers(bench, name, case, options.seconds)
                else:
                    if name not in standing:
                        standing[name] = bench.start(name, case)
                        warm_up(bench, case, standing[name])
                    results[name] = measure_load(bench, case, standing[name], options.seconds)
                say(case, number, name, results[name])
            except (LoadError, RuntimeError, OSError) as error:
                errors.append(f"{name}, round {number}: {error}")
                print(f"{case.name:9} round {number}  {name:18} FAILED: {error}", file=sys.stderr, flush=True)
        rounds.append(results)
    for process in standing.values():
        bench.stop(process)
    return {"case": case, "rounds": rounds, "participants": participants, "errors": errors}


def hold(bench, name, case):
    process = bench.start(name, case)
    scheme = "https" if case.tls else "http"
    print(f"origin {bench.origin.port}; {name} {scheme}://127.0.0.1:{process.port}{case.path} pids {process.pids()}\n"
          "Ctrl-C ends both", flush=True)
    signal.pause()


def run(bench, options, binaries, chosen):
    about = machine.describe(options, binaries, options.commit)
    outcomes = []
    for case in chosen:
        names = [name for name in participants_of(options, case) if case.relay or kind_of(name) != "relay"]
        if not names:
            continue
        outcomes.append(run_case(bench, case, names, options))
    text = report.render(outcomes, about, options.judge)
    print("\n" + text)
    if options.markdown:
        path = Path(options.markdown)
        path.write_text(report.replace_section(path.read_text(), text))
    if options.json:
        Path(options.json).write_text(json.dumps({item["case"].name: item["rounds"] for item in outcomes}, indent=1))
    if any(item["errors"] for item in outcomes):
        print("some measurements FAILED; see above", file=sys.stderr)
        return 1
    missed = [(item["case"].name, verdict) for item in outcomes
              for verdict in verdicts(item["case"], item["rounds"], item["participants"], options.judge)
              if not verdict.reached]
    for name, verdict in missed:
        print(f"missed: {name}: {verdict.what} {verdict.ratio}, target {verdict.target}", file=sys.stderr)
    return 2 if options.check and missed else 0


def main():
    options = parse_arguments()
    binaries = binaries_of(options)
    chosen = [case for case in CASES if not options.case or case.name in options.case]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="headgate-bench-") as folder:
        bench = Bench(folder, options.tools, binaries)
        try:
            bench.start_origins()
            if options.hold:
                hold(bench, options.hold, chosen[0])
            return run(bench, options, binaries, chosen)
        except KeyboardInterrupt:
            return 130
        finally:
            bench.stop_all()


if __name__ == "__main__":
    sys.exit(main())
