#!/usr/bin/env python3
"""Checks the rules of docs/development.md that no compiler knows: who may include whom, file size, banned calls and names.

Usage: rules.py [--root DIR] [FILE...]    files relative to the root; default: every source file
A line is excused by `// lint: allow(RULE) reason` on it or on the line above. Prints file:line: rule: what, why.
"""

import argparse
import pathlib
import re
import sys

from banned import BANNED

LONGEST_FILE = 300
SOURCE_FOLDERS = ("include", "src", "tests")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]')
EXCUSE = re.compile(r"lint: allow\((?P<rules>[\w, -]+)\)\s*\S+")

# Libraries that a folder must not see, by the start of the include's path. design: extensions and decisions are free of
# I/O, so that they can be tested, and built on, without a socket.
ASIO = ("boost/asio", "boost/beast")
HIDDEN_LIBRARIES = {
    "include/headgate": ASIO + ("spdlog", "hiredis"),
    "src/base": ASIO,
    "src/config": ASIO,
    "src/http": ASIO,
    "src/route": ASIO,
    "src/balance": ASIO,
}


def read_levels(root):
    """The levels table: folder name to level, out of cmake/Levels.cmake."""
    text = (root / "cmake/Levels.cmake").read_text()
    table = re.search(r"set\(HEADGATE_LEVELS(.*?)\)", text, re.DOTALL)
    return {name: int(level) for name, level in re.findall(r"(\w+)=(\d+)", table.group(1))}


def include_problem(path, bracket, target, levels):
    """What is wrong with one #include, or None."""
    for folder, libraries in HIDDEN_LIBRARIES.items():
        if path.startswith(folder + "/") and target.startswith(libraries):
            return f"{target}: {folder} must not see this library"
    top = target.split("/")[0]
    ours = top in levels or top in ("headgate", "support")
    if ours and bracket == "<":
        return f'<{target}>: our own headers are written "folder/file.hpp"'
    if bracket == '"' and not ours and not path.startswith("tests/"):
        return f'"{target}": not folder/file.hpp of a known folder; external headers are written <...>'
    if not ours or not path.startswith(("include/", "src/")):
        return None
    if top == "support":
        return f'"{target}": only tests use tests/support'
    own = path.split("/")[1] if path.count("/") >= 2 else "main"
    if path.startswith("include/"):
        return None if top == "headgate" else f'"{target}": include/headgate includes no folder of src'
    if top in ("headgate", own) or own == "main":
        return None
    if own not in levels:
        return f"folder {own} has no level: add it to cmake/Levels.cmake"
    if levels[top] >= levels[own]:
        return f'"{target}": {own} (level {levels[own]}) may not use {top} (level {levels[top]})'
    return None


def own_header_problem(root, path, lines):
    """Whether a source file's first include is its own header, if it has one: the compiler then proves the header whole."""
    header = path[: -len("cpp")] + "hpp"
    if not path.endswith(".cpp") or not path.startswith("src/") or not (root / header).is_file():
        return None
    name = header[len("src/") :]
    first = next((match for match in map(INCLUDE.match, lines) if match), None)
    return None if first and first[2] == name else f'"{name}" comes first, so that it is compiled without help'


def excused(lines, index, rule):
    for line in lines[max(0, index - 1) : index + 1]:
        match = EXCUSE.search(line)
        if match and rule in re.split(r"[, ]+", match["rules"]):
            return True
    return False


def without_literals(line):
    """The code of a line: no comment, no string contents; banned words there are harmless."""
    line = re.sub(r'"(\\.|[^"\\])*"', '""', line)
    return line.split("//")[0]


def check_file(root, path, levels):
    """Yields (line number, rule, message)."""
    lines = (root / path).read_text(errors="replace").splitlines()
    if path.endswith(".hpp") and not any(line.strip() == "#pragma once" for line in lines):
        yield 1, "pragma", "a header needs #pragma once"
    if len(lines) > LONGEST_FILE and path.startswith(("src/", "include/")):
        yield 1, "length", f"{len(lines)} lines; the limit is {LONGEST_FILE}: split the file by concept"
    problem = own_header_problem(root, path, lines)
    if problem:
        yield 1, "include", problem
    bans = [ban for ban in BANNED if ban.holds_for(path)]
    for index, line in enumerate(lines):
        found = []
        match = INCLUDE.match(line)
        if match:
            problem = include_problem(path, match[1], match[2], levels)
            if problem:
                found.append(("include", problem))
        code = without_literals(line)
        for ban in bans:
            hit = ban.pattern.search(line if ban.in_comments else code)
            if hit:
                found.append((ban.rule, f"{hit[0].strip()}: {ban.reason}"))
        for rule, message in found:
            if not excused(lines, index, rule):
                yield index + 1, rule, message


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("files", nargs="*")
    arguments = parser.parse_args()
    root = arguments.root
    files = arguments.files or [
        str(file.relative_to(root)) for folder in SOURCE_FOLDERS for file in sorted((root / folder).rglob("*.?pp"))
    ]
    levels = read_levels(root)
    count = 0
    for path in files:
        if not path.startswith(tuple(folder + "/" for folder in SOURCE_FOLDERS)) or not path.endswith((".cpp", ".hpp")):
            continue
        for line, rule, message in check_file(root, path, levels):
            print(f"{path}:{line}: {rule}: {message}", file=sys.stderr)
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
