"""The cases: what is sent, what must be reached, and which variant of a peer's configuration is its best there."""

from dataclasses import dataclass, field

BROWSER_HEAD = [
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Language: en-GB,en;q=0.7,de;q=0.3",
    "Accept-Encoding: gzip, deflate, br, zstd",
    "Referer: http://shop.example.com/catalogue?page=4",
    "Cookie: session=0b9a1c52f1e84b0f9d3d; theme=dark; consent=1",
    "Sec-Fetch-Dest: document",
    "Sec-Fetch-Mode: navigate",
    "Sec-Fetch-Site: same-origin",
    "If-None-Match: \"67a1-5f2\"",
    "Cache-Control: max-age=0",
]


@dataclass(frozen=True)
class Case:
    name: str
    title: str
    path: str = "/bytes/128"
    connections: int = 64
    headers: tuple = ()
    script: str = ""
    kind: str = "load"            # load: requests, one worker, pinned; handshakes: the same without requests;
                                  # idle: memory; workers: one against two
    tls: bool = False
    http2: bool = False           # h2load instead of wrk
    streams: int = 1              # at a time on each HTTP/2 connection
    resumed: bool = False         # handshakes: each goes on from a session that an earlier one left
    relay: bool = True            # whether the bare relay says anything here
    cpu_target: float | None = None   # at most this share of the better peer's CPU per request
    best: dict = field(default_factory=dict)  # peer: variant of its configuration (proxies.py)
    variants: tuple = ()          # of Headgate's configuration, instead of peers: the first is what others are held to


CASES = [
    Case("small", "Small GET, keep-alive (64 connections, 128-byte body)", cpu_target=0.85, best={"haproxy": "pools"}),
    Case("browser", "Small GET with a browser's 11 header fields", headers=tuple(BROWSER_HEAD),
         best={"haproxy": "pools"}),
    Case("10k", "10 KiB response (64 connections)", path="/bytes/10240", cpu_target=0.90, best={"haproxy": "pools"}),
    Case("1m", "1 MiB response (16 connections)", path="/bytes/1048576", connections=16, cpu_target=0.90,
         best={"haproxy": "large-pools"}),
    Case("post", "POST of 16 KiB (64 connections)", script="post.lua", cpu_target=0.85,
         best={"haproxy": "middle-pools"}),
    Case("close", "Connection per request (64 at a time; keep-alive to the origin)", headers=("Connection: close",),
         relay=False, cpu_target=1.00, best={"haproxy": "pools"}),
    Case("tls", "Small GET over TLS, keep-alive (64 connections, 128-byte body)", tls=True, relay=False,
         cpu_target=0.90, best={"haproxy": "pools"}),
    Case("tls-1m", "1 MiB response over TLS (16 connections)", path="/bytes/1048576", connections=16, tls=True,
         relay=False, cpu_target=1.00, best={"haproxy": "large-pools"}),
    Case("handshake", "Full TLS 1.3 handshakes (ECDSA P-256, X25519; 32 at a time)", kind="handshakes", connections=32,
         tls=True, relay=False, best={"haproxy": "pools"}),
    Case("resume", "Resumed TLS 1.3 handshakes (tickets; 32 at a time)", kind="handshakes", connections=32, tls=True,
         resumed=True, relay=False, best={"haproxy": "pools"}),
    Case("h2c", "Small GET over HTTP/2 without TLS (8 connections, 16 streams each)", connections=8, streams=16,
         http2=True, relay=False, cpu_target=0.85, best={"haproxy": "pools"}),
    Case("h2", "Small GET over HTTP/2 and TLS (8 connections, 16 streams each)", connections=8, streams=16, http2=True,
         tls=True, relay=False, cpu_target=0.85, best={"haproxy": "pools"}),
    Case("strategies", "Small GET over three backends, by strategy", relay=False,
         variants=("round_robin", "weighted_round_robin", "least_connections", "ip_hash", "hash", "random",
                   "power_of_two", "peak_ewma")),
    Case("idle", "6,000 idle keep-alive connections, one request each", kind="idle", relay=False),
    Case("idle-tls", "6,000 idle keep-alive connections over TLS, one request each", kind="idle", tls=True, relay=False),
    Case("workers", "Two workers on two cores (64 connections, 8 requests pipelined, nothing pinned)", kind="workers",
         script="pipeline.lua",
         best={"haproxy": "pools"}),
]

IDLE_CONNECTIONS = 6000
IDLE_TARGET_KIB = 3.0
IDLE_TLS_TARGET = 1.15             # at most this share of the better peer's: most of it is OpenSSL's own
# Throughput and p99 "no worse than the better peer": a difference within this share counts as none.
EQUAL_WITHIN = 0.02
HANDSHAKES_TARGET = 1.00          # at least this share of the better peer's handshakes per CPU second
STRATEGIES_WITHIN = 0.03          # CPU per request, each against the first
RELAY_AIM = 1.15                  # small GET: CPU per request against the bare relay
