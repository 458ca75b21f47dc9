"""Tests of what the bench computes: python3 -m unittest discover -s scripts/bench.d -p '*_test.py'"""

import json
import os
import time
import unittest

import processes
import tls
from cases import CASES
from load import LoadError, parse_h2load, parse_handshakes, parse_wrk
from ratios import better_peer, ratio, verdicts
from report import BEGIN, END, render, replace_section

WRK = """Running 2s test @ http://127.0.0.1:1/bytes/128
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.68ms  625.48us  10.64ms   77.58%
    Req/Sec    30.00k     2.31k   33.94k    70.00%
  Latency Distribution
     50%  950.00us
     75%    1.95ms
     90%    2.42ms
     99%    3.52ms
  60000 requests in 2.00s, 8.17MB read
Requests/sec:  29481.35
"""
H2LOAD = """starting benchmark...
finished in 2.01s, 36520.50 req/s, 5.51MB/s
requests: 73041 total, 73169 started, 73041 done, 73041 succeeded, 0 failed, 0 errored, 0 timeout
status codes: 73041 2xx, 0 3xx, 0 4xx, 0 5xx
traffic: 11.03MB (11564480) total, 1.46MB (1534944) headers (space savings 90.09%), 8.92MB (9349248) data
"""
SMALL = CASES[0]


def result(cpu, rps=1000.0, p99=0.001):
    return {"cpu_us": cpu, "rps": rps, "p99": p99, "p50": p99 / 2}


class WrkOutput(unittest.TestCase):
    def test_units_become_seconds(self):
        parsed = parse_wrk(WRK)
        self.assertEqual(parsed["requests"], 60000)
        self.assertAlmostEqual(parsed["rps"], 30000)
        self.assertAlmostEqual(parsed["p50"], 0.00095)
        self.assertAlmostEqual(parsed["p99"], 0.00352)
        self.assertEqual(parsed["errors"], "")

    def test_a_status_other_than_2xx_is_an_error(self):
        self.assertIn("5", parse_wrk(WRK + "  Non-2xx or 3xx responses: 5\n")["errors"])

    def test_a_socket_error_is_an_error(self):
        self.assertIn("read 3", parse_wrk(WRK + "  Socket errors: connect 0, read 3, write 0, timeout 0\n")["errors"])

    def test_no_request_is_an_error(self):
        self.assertTrue(parse_wrk(WRK.replace("60000 requests", "0 requests"))["errors"])


class H2loadOutput(unittest.TestCase):
    def test_requests_and_their_rate_are_read(self):
        parsed = parse_h2load(H2LOAD)
        self.assertEqual((parsed["requests"], parsed["errors"]), (73041, ""))
        self.assertAlmostEqual(parsed["rps"], 73041 / 2.01)

    def test_a_status_other_than_2xx_and_a_failed_request_are_errors(self):
        self.assertIn("7 5xx", parse_h2load(H2LOAD.replace("0 5xx", "7 5xx"))["errors"])
        self.assertIn("3 failed", parse_h2load(H2LOAD.replace("0 failed", "3 failed"))["errors"])

    def test_what_cannot_be_read_is_an_error(self):
        self.assertRaises(LoadError, parse_h2load, "usage: h2load")


class HandshakeOutput(unittest.TestCase):
    def test_handshakes_count_as_requests(self):
        parsed = parse_handshakes("handshakes 3000 seconds 2.000\n")
        self.assertEqual((parsed["requests"], parsed["rps"], parsed["errors"]), (3000, 1500.0, ""))

    def test_a_handshake_that_failed_and_none_at_all_are_errors(self):
        self.assertRaises(LoadError, parse_handshakes, "handshakes: not resumed\n")
        self.assertTrue(parse_handshakes("handshakes 0 seconds 2.000\n")["errors"])


class Ratios(unittest.TestCase):
    # The machine became twice as slow in the second round: ratios of the same round do not see it.
    ROUNDS = [{"nginx": result(20), "haproxy": result(30), "headgate": result(16)},
              {"nginx": result(40), "haproxy": result(60), "headgate": result(32)},
              {"nginx": result(22), "haproxy": result(30)}]
    NAMES = ["nginx", "haproxy", "headgate"]

    def test_a_ratio_is_the_median_over_rounds_that_have_both(self):
        found = ratio(self.ROUNDS, "headgate", "nginx", "cpu_us")
        self.assertAlmostEqual(found.median, 0.8)
        self.assertAlmostEqual(found.low, found.high)

    def test_the_better_peer_is_never_headgate(self):
        self.assertEqual(better_peer(self.ROUNDS, self.NAMES, "cpu_us"), "nginx")

    def test_a_target_is_reached_at_its_value_and_missed_above(self):
        cpu = verdicts(SMALL, self.ROUNDS, self.NAMES, "headgate")[0]
        self.assertTrue(cpu.reached)
        slower = [dict(results, headgate=result(18)) for results in self.ROUNDS[:1]]
        self.assertFalse(verdicts(SMALL, slower, self.NAMES, "headgate")[0].reached)

    def test_fewer_requests_than_the_better_peer_is_a_miss(self):
        rounds = [{"nginx": result(20), "headgate": result(10, rps=900.0)}]
        found = {verdict.what: verdict.reached for verdict in verdicts(SMALL, rounds, ["nginx", "headgate"], "headgate")}
        self.assertEqual(found, {"CPU per request": True, "requests/s": False, "p99": True})

    def test_without_peers_there_is_nothing_to_judge(self):
        self.assertEqual(verdicts(SMALL, [{"headgate": result(1)}], ["headgate"], "headgate"), [])


class Handshakes(unittest.TestCase):
    CASE = next(case for case in CASES if case.kind == "handshakes")
    NAMES = ["nginx", "haproxy", "headgate"]

    def test_more_per_cpu_second_than_the_better_peer_is_reached_and_less_is_not(self):
        for ours, reached in ((3000, True), (2999, False)):
            rounds = [{"nginx": {"per_cpu_second": 2000}, "haproxy": {"per_cpu_second": 3000},
                       "headgate": {"per_cpu_second": ours}}]
            [verdict] = verdicts(self.CASE, rounds, self.NAMES, "headgate")
            self.assertEqual((verdict.peer, verdict.reached), ("haproxy", reached))

    def test_they_have_a_table_of_their_own(self):
        values = dict(result(300), per_cpu_second=3333.0, proxy_use=0.9, foreign_use=0.0)
        outcome = {"case": self.CASE, "rounds": [{"nginx": values, "headgate": values}],
                   "participants": ["nginx", "headgate"], "errors": []}
        self.assertIn("| headgate | 3,333 | 1.00 (1.00-1.00) | - |", render([outcome], [], "headgate"))


class Listeners(unittest.TestCase):
    def test_each_proxy_is_told_protocol_and_certificate_in_its_own_words(self):
        case = next(case for case in CASES if case.name == "h2")
        self.assertEqual(tls.listener_values("nginx", case, "/c.pem")["listen"], "ssl http2")
        self.assertEqual(tls.listener_values("haproxy", case, "/c.pem")["listen"], "ssl crt /c.pem alpn h2,http/1.1")
        ours = json.loads("{" + tls.listener_values("headgate", case, "/c.pem")["listen"][1:] + "}")
        self.assertEqual(ours, {"protocols": ["h2", "http/1.1"],
                                "tls": {"certificates": [{"certificate": "/c.pem", "key": "/c.pem"}]}})

    def test_the_other_cases_have_no_tls(self):
        self.assertEqual([tls.listener_values(kind, SMALL, "/c.pem")["listen"] for kind in ("nginx", "haproxy")], ["", ""])


class Strategies(unittest.TestCase):
    CASE = next(case for case in CASES if case.variants)

    def test_each_is_held_to_the_first(self):
        names = [f"headgate:{variant}" for variant in self.CASE.variants[:3]]
        rounds = [dict(zip(names, (result(20), result(20.4), result(21))))]
        found = [verdict.reached for verdict in verdicts(self.CASE, rounds, names, "headgate")]
        self.assertEqual(found, [True, False])


class Report(unittest.TestCase):
    def test_a_participant_that_never_finished_gets_dashes(self):
        outcome = {"case": SMALL, "rounds": [{"nginx": result(20)}], "participants": ["nginx", "headgate"],
                   "errors": ["headgate, round 1: gone"]}
        text = render([outcome], ["- machine"], "headgate")
        self.assertIn("| headgate | - |", text)
        self.assertIn("**Failed:** headgate, round 1: gone", text)

    def test_only_what_stands_between_the_markers_is_replaced(self):
        text = replace_section(f"a\n{BEGIN}\nold\n{END}\nb\n", "new\n")
        self.assertEqual(text, f"a\n{BEGIN}\n\nnew\n\n{END}\nb\n")
        self.assertRaises(ValueError, replace_section, "no markers", "new")


class Processes(unittest.TestCase):
    def test_both_clocks_see_the_same_work(self):
        family = [os.getpid()]
        before = processes.cpu_seconds(family), processes.cpu_seconds_by_ticks(family)
        end = time.process_time() + 0.2
        while time.process_time() < end:
            pass
        self.assertAlmostEqual(processes.cpu_seconds(family) - before[0], 0.2, delta=0.05)
        self.assertAlmostEqual(processes.cpu_seconds_by_ticks(family) - before[1], 0.2, delta=0.05)

    def test_memory_of_this_process_is_counted(self):
        self.assertGreater(processes.memory_kib([os.getpid()], "Rss"), 1000)


if __name__ == "__main__":
    unittest.main()
