"""An origin of Python's own http.server. Arguments: HTTP/1.0 or HTTP/1.1, and a port, 0 for a free one. Prints its port."""

import http.server
import socketserver
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = sys.argv[1]

    def do_GET(self):
        if self.path == "/load":  # in one piece, so that a kill finds no response half sent
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npython")
            return
        self.send_response(200)
        if self.path == "/chunked":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for piece in (b"one ", b"two ", b"three"):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
            return
        if self.path == "/until-close":
            self.close_connection = True
            self.end_headers()
            self.wfile.write(b"until the end")
            return
        self.answer(b"python " + self.path.encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.answer(body)

    def answer(self, body):
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingTCPServer):  # HTTPServer looks its own name up, which may take long
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128


server = Server(("127.0.0.1", int(sys.argv[2])), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
