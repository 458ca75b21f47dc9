"""Starts and stops the origin and the proxies, each from its template in a folder of its own."""

import os
import random
import resource
import shutil
import socket
import subprocess
import time
from pathlib import Path

import processes

HERE = Path(__file__).resolve().parent
LOAD_CORE, PROXY_CORE = 0, 1
CLIENTS = 8192                    # connections that a peer is prepared for

# A peer's name may carry a variant: "nginx:large". The case names the one that is its best (cases.py).
NGINX = {
    "": dict(buffering="on", buffer_size="16k", buffers="8 16k", busy_buffers="32k", request_buffering="off"),
    "unbuffered": dict(buffering="off", buffer_size="16k", buffers="8 16k", busy_buffers="32k",
                       request_buffering="off"),
    "unbuffered-large": dict(buffering="off", buffer_size="64k", buffers="8 64k", busy_buffers="128k",
                             request_buffering="off"),
    "large": dict(buffering="on", buffer_size="64k", buffers="8 64k", busy_buffers="128k", request_buffering="off"),
    "small-buffers": dict(buffering="on", buffer_size="4k", buffers="8 4k", busy_buffers="8k",
                          request_buffering="off"),
    "request-buffered": dict(buffering="on", buffer_size="16k", buffers="8 16k", busy_buffers="32k",
                             request_buffering="on"),
}
HAPROXY = {
    "": dict(buffer_size=16384, options=""),
    "middle": dict(buffer_size=32768, options=""),
    "large": dict(buffer_size=65536, options=""),
    "splice": dict(buffer_size=16384, options="option splice-auto"),
    "splice-large": dict(buffer_size=65536, options="option splice-auto"),
}
EXTERNAL = {"nginx": "nginx", "haproxy": "haproxy"}


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


class Process:
    """One server of the bench: a child, its descendants, and the port that it answers on."""

    def __init__(self, name, command, port, folder, core):
        self.name, self.port = name, port
        self.log = Path(folder) / "output.log"
        pinned = [] if core is None else ["taskset", "-c", str(core)]
        with open(self.log, "wb") as log:
            self.child = subprocess.Popen(pinned + command, stdin=subprocess.DEVNULL, stdout=log,
                                          stderr=subprocess.STDOUT, cwd=folder)

    def pids(self):
        return processes.family(self.child.pid)

    def wait_until_it_answers(self, path="/bytes/7"):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and self.child.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=2) as client:
                    client.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".encode())
                    answer = client.recv(65536)
                    if answer.startswith(b"HTTP/1.1 200"):
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
        self.origin = None

    def start_origin(self):
        self.origin = self._start("origin", [str(self.tools / "origin")], LOAD_CORE)

    def _start(self, name, command, core, template=None, values=None):
        self.count += 1
        folder = self.folder / f"{self.count}-{name.replace(':', '-')}"
        folder.mkdir()
        port = free_port()
        if template:
            text = (HERE / template).read_text()
            values = dict(values, port=port, folder=folder)
            for key, value in values.items():
                text = text.replace(f"@{key}@", str(value))
            (folder / template).write_text(text)
            command = command + [str(folder / template)]
        else:
            command = command + [str(port)] + list(map(str, (values or {}).values()))
        process = Process(name, command, port, folder, core)
        self.running.append(process)
        process.wait_until_it_answers()
        return process

    def start(self, name, case, workers=1, core=PROXY_CORE):
        """Starts a participant with the best variant for the case, unless the name carries one."""
        kind, _, variant = name.partition(":")
        if ":" not in name:
            variant = case.best.get(kind, "")
        values = dict(origin=self.origin.port, workers=workers)
        clients = min(CLIENTS, self.files // 2 - 200)
        if kind == "nginx":
            values.update(NGINX[variant], files=self.files, connections=2 * clients,
                          user="user root;" if os.geteuid() == 0 else "")
            command = [shutil.which("nginx", path=search_path()), "-p", str(self.folder), "-c"]
            return self._start(name, command, core, "nginx.conf", values)
        if kind == "haproxy":
            values.update(HAPROXY[variant], connections=clients)
            return self._start(name, [shutil.which("haproxy", path=search_path()), "-db", "-f"], core, "haproxy.cfg",
                               values)
        if kind == "relay":
            return self._start(name, [str(self.tools / "relay")], core, values=values)
        return self._start(name, [self.binaries[kind], "run", "--config"], core, "headgate.json", values)

    def stop(self, process):
        process.stop()
        self.running.remove(process)

    def stop_all(self):
        for process in reversed(self.running):
            process.stop()
        self.running.clear()


def search_path():
    """Debian puts servers into sbin, which is not on every user's path."""
    return os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
