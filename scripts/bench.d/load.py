"""The load: wrk, h2load for HTTP/2, our own program for handshakes, and a client that leaves many connections idle."""

import re
import selectors
import socket
import ssl
import subprocess
from pathlib import Path

from proxies import LOAD_CORE

HERE = Path(__file__).resolve().parent
UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0}


class LoadError(Exception):
    """A response other than 2xx, a socket error, or a connection lost: the case does not count."""


def parse_wrk(text):
    """requests, seconds, rps, p50 and p99 (seconds), errors (text; empty: none) of wrk's --latency output."""
    total = re.search(r"^\s*(\d+) requests in ([\d.]+)(us|ms|s|m),", text, re.M)
    if not total:
        raise LoadError("wrk said nothing that can be read:\n" + text)
    seconds = float(total[2]) * UNITS[total[3]]
    result = {"requests": int(total[1]), "seconds": seconds, "rps": int(total[1]) / seconds}
    for percent in ("50", "99"):
        value = re.search(rf"^\s*{percent}%\s+([\d.]+)(us|ms|s|m)\s*$", text, re.M)
        result["p" + percent] = float(value[1]) * UNITS[value[2]] if value else 0.0
    problems = re.findall(r"^\s*(Socket errors:.*|Non-2xx or 3xx responses:.*)$", text, re.M)
    result["errors"] = "; ".join(problems) or ("" if result["requests"] else "no request completed")
    return result


def parse_h2load(text):
    """As parse_wrk, but h2load keeps no percentiles."""
    total = re.search(r"^finished in ([\d.]+)(us|ms|s|m),", text, re.M)
    counts = re.search(r"^requests: .* (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout$", text, re.M)
    statuses = re.search(r"^status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx$", text, re.M)
    if not (total and counts and statuses):
        raise LoadError("h2load said nothing that can be read:\n" + text)
    requests, seconds = int(counts[1]), float(total[1]) * UNITS[total[2]]
    wrong = any(int(number) for number in (*counts.groups()[1:], *statuses.groups()[1:]))
    return {"requests": requests, "seconds": seconds, "rps": requests / seconds,
            "errors": f"{counts[0]}; {statuses[0]}" if wrong else "" if requests else "no request completed"}


def parse_handshakes(text):
    """As parse_wrk, a handshake for a request. The program ends at the first one that fails."""
    found = re.search(r"^handshakes (\d+) seconds ([\d.]+)$", text, re.M)
    if not found:
        raise LoadError("no handshakes: " + text)
    requests, seconds = int(found[1]), float(found[2])
    return {"requests": requests, "seconds": seconds, "rps": requests / seconds,
            "errors": "" if requests else "no handshake completed"}


def _wrk(case, url, seconds):
    command = ["wrk", "-t1", f"-c{case.connections}", f"-d{seconds}s", "--timeout", "10s", "--latency"]
    for header in case.headers:
        command += ["-H", header]
    if case.script:
        command += ["-s", str(HERE / case.script)]
    return command + [url], parse_wrk


def _h2load(case, url, seconds):
    return ["h2load", "-t1", f"-c{case.connections}", f"-m{case.streams}", f"-D{seconds}", url], parse_h2load


def run_load(bench, case, port, seconds, pinned=True):
    """What the case asks for, from one thread; a LoadError unless every answer was as it should be."""
    url = f"{'https' if case.tls else 'http'}://127.0.0.1:{port}{case.path}"
    if case.kind == "handshakes":
        command = [bench.tools / "handshakes", port, case.connections, seconds, "resumed" if case.resumed else "full"]
        parse = parse_handshakes
    else:
        command, parse = (_h2load if case.http2 else _wrk)(case, url, seconds)
    done = subprocess.run((["taskset", "-c", str(LOAD_CORE)] if pinned else []) + list(map(str, command)),
                          capture_output=True, text=True, check=False, timeout=seconds + 60)
    result = parse(done.stdout + done.stderr)
    if result["errors"]:
        raise LoadError(result["errors"])
    return result


class IdleClients:
    """Opens connections, at most `at_once` in flight, sends one GET on each, reads the answer, keeps them open."""

    def __init__(self, port, count, case, at_once=64):
        self.address, self.left, self.at_once = ("127.0.0.1", port), count, at_once
        self.request = f"GET {case.path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()
        self.tls = ssl._create_unverified_context() if case.tls else None
        self.selector = selectors.DefaultSelector()
        self.open = []
        self._run()

    def _run(self):
        waiting = {}
        while self.left or waiting:
            while self.left and len(waiting) < self.at_once:
                client = socket.create_connection(self.address, timeout=10)
                if self.tls:
                    client = self.tls.wrap_socket(client)
                client.sendall(self.request)
                waiting[client] = b""
                self.selector.register(client, selectors.EVENT_READ)
                self.left -= 1
            ready = self.selector.select(timeout=10)
            if not ready:
                raise LoadError("an answer did not come within 10 s")
            for key, _ in ready:
                self._read(key.fileobj, waiting)

    def _read(self, client, waiting):
        chunk = client.recv(4096)
        waiting[client] += chunk
        head, end, body = waiting[client].partition(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.I)
        if not chunk or (end and not (head.startswith(b"HTTP/1.1 200") and length)):
            raise LoadError(f"unexpected answer: {waiting[client][:200]!r}")
        if end and len(body) >= int(length[1]):
            self.selector.unregister(client)
            self.open.append(client)
            del waiting[client]

    def still_open(self):
        """How many the proxy has not closed."""
        alive = 0
        for client in self.open:
            client.setblocking(False)
            try:
                alive += bool(client.recv(1))
            except (BlockingIOError, ssl.SSLWantReadError):
                alive += 1
            except OSError:
                pass
        return alive

    def close(self):
        for client in self.open:
            client.close()
        self.selector.close()
