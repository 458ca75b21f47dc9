"""Calls, words and names that this project does without, each with its reason."""

import re


class Ban:
    def __init__(self, rule, pattern, reason, only=("include/", "src/"), but=(), in_comments=False):
        self.rule = rule
        self.pattern = re.compile(pattern)
        self.reason = reason
        self.only = only
        self.but = but
        self.in_comments = in_comments

    def holds_for(self, path):
        return path.startswith(self.only) and not path.startswith(self.but)


EVERYWHERE = ("include/", "src/", "tests/")
# Folders that a request passes on a worker's thread.
DATA_PATH = ("include/", "src/http/", "src/net/", "src/route/", "src/balance/", "src/filter/", "src/exchange/", "src/server/")
# Folders of decisions: they are handed the time, and are tested without a clock.
DECISIONS = ("src/http/", "src/route/", "src/balance/")

BANNED = [
    Ban("detach", r"\.detach\(\)", "whoever starts work holds it (base gate, join)", only=EVERYWHERE),
    Ban("detach", r"\basio::detached\b", "only server and app start coroutines that nobody awaits",
        only=("src/",), but=("src/server/", "src/app/")),
    Ban("lock", r"\bstd::(recursive_|shared_|timed_)?(mutex|lock_guard|unique_lock|scoped_lock)\b",
        "the request path takes no lock", only=DATA_PATH,
        but=("src/net/ticket_keys.", "src/net/staple_slot.")),  # of a handshake, which costs a thousand times as much
    Ban("clock", r"\b(system|steady|high_resolution)_clock::now\(", "a decision is handed `now`", only=DECISIONS),
    Ban("clock", r"\bsystem_clock::now\(", "wall time can jump: measure with steady_clock; dates come from base or observe",
        only=("src/",), but=("src/base/", "src/observe/", "src/app/")),
    Ban("sleep", r"\b(sleep_for|sleep_until|usleep|nanosleep)\b", "wait for a condition, with a deadline", only=EVERYWHERE,
        but=("tests/support/waiting.hpp",)),
    Ban("random", r"\b(s?rand|random_device)\b *[({]|\bstd::random_device\b", "randomness comes from src/base, tests pass a script",
        but=("src/base/", "src/http/request_id.cpp")),
    Ban("regex", r"\bstd::(basic_)?w?regex\b", "its matching time is unbounded: use RE2"),
    Ban("parse", r"\b(std::)?(ato[ifl]l?|strto[a-z]+|sto(i|l|ll|ul|ull|d))\(", "use std::from_chars: no locale, no throw, checks overflow"),
    Ban("unbounded", r"\b(sprintf|vsprintf|strcpy|strcat|gets)\(", "writes without a bound", only=EVERYWHERE),
    Ban("output", r"\bstd::(cout|cerr|clog)\b|\bf?printf\(", "errors go through src/observe; only the command line prints",
        but=("src/app/", "src/main.cpp", "src/observe/", "src/config/")),
    Ban("name", r"\b(class|struct|enum class|namespace) \w*(Manager|Helpers?|Utils?|Impl|Data)\b",
        "says nothing: name what it is or does", only=EVERYWHERE),
    Ban("name", r"\bnamespace (utils?|helpers?|common|misc)\b", "says nothing: name what it holds", only=EVERYWHERE),
    Ban("todo", r"\bTODO\b(?!\(#\d+\))", "needs the number of its issue: TODO(#12)", only=EVERYWHERE, in_comments=True),
    Ban("todo", r"\b(FIXME|XXX)\b", "file an issue and write TODO(#12)", only=EVERYWHERE, in_comments=True),
    Ban("nolint", r"\bNOLINT(NEXTLINE|BEGIN)?\b(?!\()", "names the check that it silences: NOLINT(check)", only=EVERYWHERE,
        in_comments=True),
]
