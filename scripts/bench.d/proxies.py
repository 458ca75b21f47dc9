"""Starts and stops the origin and the proxies, each from its template in a folder of its own."""

import os
import random
import resource
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path

import processes
import tls

HERE = Path(__file__).resolve().parent
LOAD_CORE, PROXY_CORE = 0, 1
CLIENTS = 8192                    # client connections that a peer is prepared for
PIPES = 128                       # that HAProxy may splice with, two descriptors each

# A peer's name may carry a variant: "nginx:large". The case names the one that is its best (cases.py).
NGINX = {
    "": dict(buffering="on", buffer_size="16k", buffers="8 16k", busy_buffers="32k", request_buffering="off"),
    "unbuffered": dict(buffering="off", buffer_size="16k", buffers="8 16k", busy_buffers="32k",
                       request_buffering="off"),
    "unbuffered-large": dict(buffering="off", buffer_size="64k", buffers="8 64k", busy_buffers="128k",
                             request_buffering="off"),
    "middle": dict(buffering="on", buffer_size="32k", buffers="8 32k", busy_buffers="64k", request_buffering="off"),
    "large": dict(buffering="on", buffer_size="64k", buffers="8 64k", busy_buffers="128k", request_buffering="off"),
    "small-buffers": dict(buffering="on", buffer_size="4k", buffers="8 4k", busy_buffers="8k",
                          request_buffering="off"),
    "request-buffered": dict(buffering="on", buffer_size="16k", buffers="8 16k", busy_buffers="32k",
                             request_buffering="on"),
}
# glibc gives the top of the heap back to the kernel when 128 KiB of it are free, and a peer with larger buffers then
# pays page faults for every request. These variants show the peer without that; no file of the peer's can set it, so
# they are measured by --variants only.
HEAP = {"MALLOC_TRIM_THRESHOLD_": str(64 << 20), "MALLOC_TOP_PAD_": str(4 << 20)}
NGINX["large-heap"] = dict(NGINX["large"], environment=HEAP)
HAPROXY = {
    "": dict(buffer_size=16384, options="", session_cache=20000),
    "middle": dict(buffer_size=32768, options="", session_cache=20000),
    "large": dict(buffer_size=65536, options="", session_cache=20000),
    "splice": dict(buffer_size=16384, options="option splice-auto", session_cache=20000),
    "splice-large": dict(buffer_size=65536, options="option splice-auto", session_cache=20000),
}
# HAProxy's own cure: a pool of freed buffers behind each thread's, which it leaves out when it finds a recent glibc.
POOLS = ["-dMglobal,no-tag"]
HAPROXY["pools"] = dict(HAPROXY[""], flags=POOLS)
HAPROXY["middle-pools"] = dict(HAPROXY["middle"], flags=POOLS)
HAPROXY["large-pools"] = dict(HAPROXY["large"], flags=POOLS)
HAPROXY["large-heap"] = dict(HAPROXY["large"], environment=HEAP)
# Sessions are in the clients' tickets; HAProxy keeps them as well unless it is told not to.
HAPROXY["tickets-pools"] = dict(HAPROXY["pools"], session_cache=0)
# A variant of Headgate is the name of a strategy, over three origins.
EXTERNAL = ("nginx", "haproxy")


def free_port():
    """Below the range that the kernel gives to outgoing connections, so that none of those can take it."""
    while True:
        port = random.randrange(12000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def raise_file_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def encrypted(client):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the certificate is of the bench's own making
    return context.wrap_socket(client)


def answers(client, prior_knowledge):
    """HTTP/1.1 with 200, or HTTP/2 (`prior_knowledge`) with the SETTINGS frame that each connection begins with."""
    if prior_knowledge:
        client.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0")
        return client.recv(65536)[3:4] == b"\4"
    client.sendall(b"GET /bytes/7 HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
    return client.recv(65536).startswith(b"HTTP/1.1 200")


class Process:
    """One server of the bench: a child, its descendants, and the port that it answers on."""

    def __init__(self, name, command, port, folder, core, environment):
        self.name, self.port = name, port
        self.log = Path(folder) / "output.log"
        pinned = [] if core is None else ["taskset", "-c", str(core)]
        with open(self.log, "wb") as log:
            self.child = subprocess.Popen(pinned + command, stdin=subprocess.DEVNULL, stdout=log,
                                          stderr=subprocess.STDOUT, cwd=folder, env=dict(os.environ, **environment))

    def pids(self):
        return processes.family(self.child.pid)

    def wait_until_it_answers(self, over_tls=False, prior_knowledge=False):
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.child.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=2) as client:
                    if answers(encrypted(client) if over_tls else client, prior_knowledge):
                        return
            except OSError:
                pass
            time.sleep(0.05)
        output = self.log.read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{self.name} does not answer on port {self.port}; its output:\n{output}")

    def stop(self):
        if self.child.poll() is not None:
            return
        family = self.pids()
        self.child.terminate()
        try:
            self.child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            for pid in family:
                try:
                    os.kill(pid, 9)
                except ProcessLookupError:
                    pass
            self.child.wait()


class Bench:
    """The temporary folder, the compiled programs, the origin, and a way to start proxies in front of it."""

    def __init__(self, folder, tools, binaries):
        self.folder, self.tools = Path(folder), Path(tools).resolve()
        self.binaries = binaries      # participant name: path, for headgate and others of its kind
        self.count = 0
        self.running = []
        self.files = raise_file_limit()
        self.origins, self.origin = [], None
        self.certificate = tls.make_certificate(self.folder)

    def start_origins(self):
        """Three of them, for the strategies; everything else has the first alone."""
        self.origins = [self._start("origin", [str(self.tools / "origin")], LOAD_CORE) for _ in range(3)]
        self.origin = self.origins[0]

    def _start(self, name, command, core, case=None, template=None, values=None):
        """With a template: fills it and appends its path to the command. Without: appends port and values."""
        self.count += 1
        folder = self.folder / f"{self.count}-{name.replace(':', '-')}"
        folder.mkdir()
        port = free_port()
        values = dict(values or {})
        environment = values.pop("environment", {})
        if template:
            text = (HERE / template).read_text()
            for key, value in dict(values, port=port, folder=folder).items():
                text = text.replace(f"@{key}@", str(value))
            (folder / template).write_text(text)
            arguments = [folder / template]
        else:
            arguments = [port, *values.values()]
        process = Process(name, command + list(map(str, arguments)), port, folder, core, environment)
        self.running.append(process)
        process.wait_until_it_answers(case and case.tls, case and case.http2 and not case.tls)
        return process

    def _recipe(self, kind, variant):
        """Command, template and what the template needs."""
        clients = min(CLIENTS, self.files // 2 - 2 * PIPES - 200)
        if kind == "nginx":
            user = "user root;" if os.geteuid() == 0 else ""
            return ([program("nginx"), "-p", str(self.folder), "-c"], "nginx.conf",
                    dict(NGINX[variant], files=self.files, connections=2 * clients, user=user))
        if kind == "haproxy":
            values = dict(HAPROXY[variant], connections=clients, pipes=PIPES)
            return [program("haproxy"), *values.pop("flags", []), "-db", "-f"], "haproxy.cfg", values
        if kind == "relay":
            return [str(self.tools / "relay")], None, {}
        origins = self.origins if variant else [self.origin]
        backends = ", ".join(f'{{ "url": "http://127.0.0.1:{origin.port}" }}' for origin in origins)
        return ([self.binaries[kind], "run", "--config"], "headgate.json",
                dict(strategy=variant or "round_robin", backends=backends))

    def start(self, name, case, workers=1, core=PROXY_CORE):
        """Starts a participant with the best variant for the case, unless the name carries one."""
        kind, colon, variant = name.partition(":")
        command, template, values = self._recipe(kind, variant if colon else case.best.get(kind, ""))
        if template:
            values = dict(values, **tls.listener_values(kind, case, self.certificate))
        return self._start(name, command, core, case, template, dict(values, origin=self.origin.port, workers=workers))

    def stop(self, process):
        process.stop()
        self.running.remove(process)

    def stop_all(self):
        for process in reversed(self.running):
            process.stop()
        self.running.clear()


def program(name):
    """Its path; Debian puts servers into sbin, which is not on every user's. None: absent."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
