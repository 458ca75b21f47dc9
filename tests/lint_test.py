"""Runs scripts/checks/rules.py on small trees, good and bad."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

RULES = pathlib.Path(__file__).resolve().parents[1] / "scripts/checks/rules.py"
LEVELS = "set(HEADGATE_LEVELS\n  base=1\n  config=2 http=2\n  route=3)\n"


def lint(path, text, **others):
    """The findings on one file in an otherwise empty tree, as "line: rule". `others`: contents of files beside it, by suffix."""
    beside = {str(pathlib.Path(path).with_suffix("." + suffix)): content for suffix, content in others.items()}
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, content in {"cmake/Levels.cmake": LEVELS, path: text, **beside}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content)
        done = subprocess.run([sys.executable, RULES, "--root", root], capture_output=True, text=True)
    findings = [":".join(line.split(":")[1:3]).strip() for line in done.stderr.splitlines()]
    if (done.returncode == 0) != (not findings):
        raise AssertionError(f"exit code {done.returncode} with: {done.stderr}")
    return findings


class Includes(unittest.TestCase):
    def test_a_lower_level_and_the_own_folder_are_open(self):
        self.assertEqual(lint("src/route/a.cpp", '#include "route/b.hpp"\n#include "http/c.hpp"\n#include "base/d.hpp"\n'), [])

    def test_a_folder_of_the_same_level_is_closed(self):
        self.assertEqual(lint("src/http/a.cpp", '#include "config/b.hpp"\n'), ["1: include"])

    def test_a_higher_level_is_closed(self):
        self.assertEqual(lint("src/base/a.cpp", '\n#include "route/b.hpp"\n'), ["2: include"])

    def test_extensions_see_no_folder_of_src(self):
        self.assertEqual(lint("include/headgate/a.hpp", '#pragma once\n#include "base/b.hpp"\n'), ["2: include"])

    def test_extensions_and_decisions_see_no_asio(self):
        self.assertEqual(lint("include/headgate/a.hpp", "#pragma once\n#include <boost/asio/buffer.hpp>\n"), ["2: include"])
        self.assertEqual(lint("src/http/a.cpp", "#include <boost/beast/http.hpp>\n"), ["1: include"])

    def test_other_boost_libraries_are_open(self):
        self.assertEqual(lint("include/headgate/a.hpp", "#pragma once\n#include <boost/system/result.hpp>\n"), [])

    def test_test_support_is_closed_to_the_program(self):
        self.assertEqual(lint("src/http/a.cpp", '#include "support/b.hpp"\n'), ["1: include"])
        self.assertEqual(lint("tests/unit/http/a.cpp", '#include "support/b.hpp"\n'), [])

    def test_tests_may_use_every_level(self):
        self.assertEqual(lint("tests/unit/base/a.cpp", '#include "route/b.hpp"\n'), [])

    def test_an_include_names_its_folder(self):
        self.assertEqual(lint("src/base/a.cpp", '#include "b.hpp"\n'), ["1: include"])
        self.assertEqual(lint("src/base/a.cpp", "#include <base/b.hpp>\n"), ["1: include"])
        self.assertEqual(lint("tests/unit/base/a.cpp", '#include "b.hpp"\n'), [])

    def test_a_folder_needs_a_level(self):
        self.assertEqual(lint("src/new/a.cpp", '#include "base/b.hpp"\n'), ["1: include"])

    def test_main_is_above_all_levels(self):
        self.assertEqual(lint("src/main.cpp", '#include "route/b.hpp"\n'), [])


    def test_the_own_header_comes_first(self):
        self.assertEqual(lint("src/base/a.cpp", '#include <string>\n#include "base/a.hpp"\n', hpp="#pragma once\n"), ["1: include"])
        self.assertEqual(lint("src/base/a.cpp", '// Why.\n#include "base/a.hpp"\n#include <string>\n', hpp="#pragma once\n"), [])
        self.assertEqual(lint("src/base/a.cpp", '#include <string>\n#include "base/b.hpp"\n'), [])


class Shape(unittest.TestCase):
    def test_a_header_needs_pragma_once(self):
        self.assertEqual(lint("src/base/a.hpp", "int a();\n"), ["1: pragma"])

    def test_300_lines_are_the_limit_for_the_program(self):
        self.assertEqual(lint("src/base/a.cpp", "\n" * 300), [])
        self.assertEqual(lint("src/base/a.cpp", "\n" * 301), ["1: length"])
        self.assertEqual(lint("tests/unit/base/a.cpp", "\n" * 301), [])


class Banned(unittest.TestCase):
    CASES = {
        "detach": ("src/app/a.cpp", "thread.detach();"),
        "lock": ("src/http/a.cpp", "std::mutex mutex;"),
        "clock": ("src/route/a.cpp", "auto now = std::chrono::steady_clock::now();"),
        "sleep": ("tests/unit/base/a.cpp", "std::this_thread::sleep_for(1s);"),
        "regex": ("src/base/a.cpp", "std::regex pattern;"),
        "parse": ("src/base/a.cpp", "int n = std::stoi(text);"),
        "unbounded": ("src/base/a.cpp", "sprintf(out, text);"),
        "output": ("src/http/a.cpp", "std::cerr << 1;"),
        "name": ("src/base/a.cpp", "class ConnectionManager {"),
        "todo": ("src/base/a.cpp", "// TODO: later"),
        "nolint": ("src/base/a.cpp", "f();  // NOLINT"),
    }

    def test_each_ban_finds_its_case(self):
        for rule, (path, line) in self.CASES.items():
            with self.subTest(rule):
                self.assertEqual(lint(path, line + "\n"), [f"1: {rule}"])

    def test_an_excuse_with_a_reason_holds_for_its_line_and_the_next(self):
        self.assertEqual(lint("src/http/a.cpp", "std::mutex m;  // lint: allow(lock) start-up only\n"), [])
        self.assertEqual(lint("src/http/a.cpp", "// lint: allow(lock) start-up only\nstd::mutex m;\n"), [])

    def test_an_excuse_without_a_reason_or_for_another_rule_does_not_hold(self):
        self.assertEqual(lint("src/http/a.cpp", "std::mutex m;  // lint: allow(lock)\n"), ["1: lock"])
        self.assertEqual(lint("src/http/a.cpp", "std::mutex m;  // lint: allow(clock) start-up only\n"), ["1: lock"])

    def test_words_in_comments_and_strings_are_harmless(self):
        self.assertEqual(lint("src/http/a.cpp", '// a std::mutex would block\nlog("std::mutex");\n'), [])

    def test_locks_are_allowed_off_the_data_path(self):
        self.assertEqual(lint("src/config/a.cpp", "std::mutex mutex;\n"), [])

    def test_a_numbered_todo_is_allowed(self):
        self.assertEqual(lint("src/base/a.cpp", "// TODO(#12): later\n"), [])


if __name__ == "__main__":
    unittest.main()
