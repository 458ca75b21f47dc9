"""What the proxies offer over TLS, the same for all, and how each is told to speak it, or HTTP/2, on its listener."""

import json
import shutil
import subprocess

# Headgate's defaults, as the peers spell them.
CIPHERS = ("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
           "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305")
SUITES = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
GROUPS = "X25519:prime256v1:secp384r1"


def make_certificate(folder):
    """A self-signed one for ECDSA P-256; key and certificate in one file, as HAProxy wants them. Returns its path."""
    key, certificate, both = folder / "key.pem", folder / "certificate.pem", folder / "both.pem"
    subprocess.run([shutil.which("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                    "-nodes", "-days", "30", "-subj", "/CN=bench", "-addext", "subjectAltName=DNS:bench",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    both.write_text(key.read_text() + certificate.read_text())
    return both


def _nginx(case, _):
    return " ".join(["ssl"] * case.tls + ["http2"] * case.http2)


def _haproxy(case, certificate):
    if case.tls:
        return f"ssl crt {certificate}" + (" alpn h2,http/1.1" if case.http2 else "")
    return "proto h2" if case.http2 else ""


def _headgate(case, certificate):
    keys = {}
    if case.http2:
        keys["protocols"] = ["h2", "http/1.1"]
    elif case.tls:
        keys["protocols"] = ["http/1.1"]
    if case.tls:
        keys["tls"] = {"certificates": [{"certificate": str(certificate), "key": str(certificate)}]}
    return "".join(f", {json.dumps(key)}: {json.dumps(value)}" for key, value in keys.items())


def listener_values(kind, case, certificate):
    """What the templates need."""
    write = {"nginx": _nginx, "haproxy": _haproxy}.get(kind, _headgate)
    return {"listen": write(case, certificate), "certificate": certificate, "ciphers": CIPHERS, "suites": SUITES,
            "groups": GROUPS}
