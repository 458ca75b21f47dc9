"""The machine and the versions that a table of results belongs to."""

import datetime
import os
import platform
import re
import subprocess

from proxies import program


def _first_line(command, pattern):
    path = program(command[0])
    if path is None:
        return "absent"
    done = subprocess.run([path] + command[1:], capture_output=True, text=True, check=False)
    found = re.search(pattern, done.stdout + done.stderr)
    return found[1] if found else "unknown"


def _cpu_model():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        found = re.search(r"^model name\s*:\s*(.*)$", file.read(), re.M)
    return found[1] if found else platform.machine()


def _binary(name, path):
    return f"{name} " + _first_line([path, "version"], r"(\S*\d+\.\d+\S*)")


def describe(options, binaries, commit):
    versions = ["nginx " + _first_line(["nginx", "-v"], r"nginx/(\S+)"),
                "HAProxy " + _first_line(["haproxy", "-v"], r"version (\S+)"),
                "wrk " + _first_line(["wrk", "-v"], r"wrk (\S+)"),
                "h2load " + _first_line(["h2load", "--version"], r"nghttp2/(\S+)"),
                "OpenSSL " + _first_line(["openssl", "version"], r"OpenSSL (\S+)")]
    versions += [_binary(name, path) for name, path in binaries.items()]
    return [f"- Measured {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC, {options.rounds} rounds of "
            f"{options.seconds} s per case and proxy, at commit {commit}.",
            f"- Machine: {_cpu_model()}, {os.cpu_count()} cores, Linux {platform.release()}; "
            f"load average at the start {os.getloadavg()[0]:.2f}.",
            "- Versions: " + ", ".join(versions) + "."]
