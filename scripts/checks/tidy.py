#!/usr/bin/env python3
"""Runs clang-tidy on what has changed since it last passed.

Usage: tidy.py [FILE...]    a folder stands for its files, a header for the files that include it; default: src
A file that passed is remembered, in .cache/clang-tidy, by the contents of the file, of all of our headers that it
includes, and of the configuration; so a second run takes seconds. Where most files of a unit (cmake/Units.cmake) are to
be read, they are read together: the headers of others, over which clang-tidy spends nearly all of its time, come once.
"""

import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALONE = ROOT / "build/tidy"
TOGETHER = ROOT / "build/tidy-together"
CACHE = ROOT / ".cache/clang-tidy"
TIDY = "clang-tidy-19"
WORTH_TOGETHER = 20  # files: fewer are read sooner than their units
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.MULTILINE)
SEARCHED = [ROOT / "src", ROOT / "include", ROOT / "tests"]


@functools.cache
def includes(file):
    """Our headers that a file names itself."""
    found = (folder / name for name in INCLUDE.findall(file.read_text(errors="replace")) for folder in SEARCHED)
    return tuple(path for path in found if path.is_file())


def closure(file):
    """The file and all of our headers that it includes, directly or not."""
    seen, pending = set(), [file]
    while pending:
        current = pending.pop()
        if current not in seen:
            seen.add(current)
            pending.extend(includes(current))
    return seen


def touches(file, asked):
    """Whether a source file is, lies in, or includes what was asked for."""
    folders = [path for path in asked if path.is_dir()]
    return any(file.is_relative_to(folder) for folder in folders) or not closure(file).isdisjoint(asked)


def compile_commands(build, together):
    """Absolute file to its command. No precompiled headers: clang cannot read GCC's, and files must do without."""
    subprocess.run(
        ["cmake", "-S", ROOT, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DHEADGATE_PCH=OFF",
         f"-DHEADGATE_TOGETHER={together}"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    entries = json.loads((build / "compile_commands.json").read_text())
    return {pathlib.Path(entry["file"]): entry["command"] for entry in entries}


def runs_of(stale):
    """What clang-tidy is to read: (build folder, file to read, files that pass with it), the longest first."""
    left = set(stale)
    runs = []
    if len(stale) >= WORTH_TOGETHER:
        units = sorted(file for file in compile_commands(TOGETHER, "ON") if file.is_relative_to(TOGETHER / "units"))
        for unit in units:
            members = includes(unit)
            concerned = [file for file in members if file in left]
            if 2 * len(concerned) > len(members):
                runs.append((TOGETHER, unit, concerned))
                left.difference_update(concerned)
    runs.sort(key=lambda run: -len(run[2]))
    return runs + [(ALONE, file, [file]) for file in stale if file in left]


def fingerprint(file, command):
    digest = hashlib.sha256(command.encode())
    for part in sorted(closure(file)) + [ROOT / ".clang-tidy", ROOT / "tests/.clang-tidy"]:
        digest.update(part.read_bytes())
    return digest.hexdigest()


def run_one(build, file):
    """The findings of one file, as text; empty when it is clean."""
    done = subprocess.run(
        [TIDY, "-quiet", "-p", build, "--extra-arg=-w", file],
        capture_output=True,
        text=True,
    )
    noise = re.compile(r"^\d+ warnings? .*generated\.\n|^Error while processing.*\n", re.MULTILINE)
    return "" if done.returncode == 0 else noise.sub("", done.stdout + done.stderr)


def main():
    commands = compile_commands(ALONE, "OFF")
    asked = [(ROOT / name).resolve() for name in sys.argv[1:]] or [ROOT / "src"]
    ours = [file for file in sorted(commands) if file.is_relative_to(ROOT / "src") or file.is_relative_to(ROOT / "tests")]
    wanted = [file for file in ours if touches(file, asked)]
    CACHE.mkdir(parents=True, exist_ok=True)
    marks = {file: CACHE / fingerprint(file, commands[file]) for file in wanted}
    stale = [file for file in wanted if not marks[file].exists()]
    started = time.monotonic()
    failed = 0
    shown = set()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        running = {pool.submit(run_one, build, file): passing for build, file, passing in runs_of(stale)}
        for done in concurrent.futures.as_completed(running):
            findings = done.result()
            if not findings:
                for file in running[done]:
                    marks[file].touch()
                continue
            failed += 1
            for block in re.split(r"\n(?=/)", findings):  # a header's finding comes once for each file that includes it
                if block not in shown:
                    shown.add(block)
                    print(block.replace(f"{ROOT}/", ""), file=sys.stderr, flush=True)
    if stale:
        print(f"clang-tidy: {len(stale)} files in {time.monotonic() - started:.0f} s, {failed} runs with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
