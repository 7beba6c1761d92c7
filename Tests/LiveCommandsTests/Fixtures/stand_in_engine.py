"""A stand-in for an OpenAI-compatible engine, made of nothing but Python's http.server.

It listens after a delay, as an engine that loads a model does, and answers with "word " for each token asked for. What is
asked of it in the last message decides how the stream looks: see `Engine.stream`.
"""

import argparse
import http.server
import json
import os
import subprocess
import sys
import time

parser = argparse.ArgumentParser()
parser.add_argument("--host", default="127.0.0.1")
parser.add_argument("--port", type=int, required=True)
parser.add_argument("--model", help="the only model it knows")
parser.add_argument("--delay", type=float, default=0, help="seconds before it listens")
parser.add_argument("--loading", type=float, default=0, help="seconds for which /health says 503 after that")
parser.add_argument("--no-health", action="store_true", help="have /v1/models only")
parser.add_argument("--answers", type=int, help="end after so many answers")
parser.add_argument("--child", action="store_true", help="start a process that would outlive it")
options = parser.parse_args()


class Engine(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/health" and not options.no_health:
            self.whole(200 if time.monotonic() > ready_at else 503, {})
        elif self.path == "/v1/models":
            self.whole(200, {"object": "list", "data": [{"id": options.model, "object": "model"}]})
        else:
            self.whole(404, {"error": {"message": "There is no " + self.path}})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.path != "/v1/chat/completions":
            self.whole(404, {"error": {"message": "There is no " + self.path}})
        elif options.model and asked["model"] != options.model:
            self.whole(404, {"error": {"message": "There is no model " + asked["model"]}})
        else:
            self.stream(asked)

    def whole(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def stream(self, asked):
        """Streams an answer as the words of the prompt say: `crlf` ends lines with CRLF, `split` sends byte by byte,
        `comments` puts comments between, `closed` has no length and ends with the connection, `usage` counts tokens,
        `die` ends the process after two tokens, `error` ends with an error, `undone` leaves [DONE] out, `slow` takes
        its time."""
        wanted = set(asked["messages"][-1]["content"].split())
        self.is_chunked = "closed" not in wanted
        self.piece = 1 if "split" in wanted else 1 << 20
        end = "\r\n" if "crlf" in wanted else "\n"
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header(*(("transfer-encoding", "chunked") if self.is_chunked else ("connection", "close")))
        self.end_headers()

        def event(data):
            if "comments" in wanted:
                self.send(": a comment" + end + end)
            self.send("data: " + (data if isinstance(data, str) else json.dumps(data)) + end + end)

        event({"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}]})
        for number in range(asked["max_tokens"]):
            if "die" in wanted and number == 2:
                os._exit(3)
            if "error" in wanted and number == 2:
                event({"error": {"message": "The stand-in gives up.", "type": "server_error"}})
                break
            if "slow" in wanted:
                time.sleep(0.05)
            event({"choices": [{"index": 0, "delta": {"content": "word "}, "finish_reason": None}]})
        event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        if "usage" in wanted:
            event({"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": asked["max_tokens"] + 1}})
        if "undone" not in wanted:
            event("[DONE]")
        if self.is_chunked:
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.close_connection = True
        if options.answers is not None:
            options.answers -= 1
            if options.answers == 0:
                os._exit(0)

    def send(self, text):
        data = text.encode()
        for start in range(0, len(data), self.piece):
            part = data[start : start + self.piece]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part) if self.is_chunked else part)
            self.wfile.flush()

    def log_message(self, *arguments):
        pass


if options.child:
    print("child", subprocess.Popen(["sleep", "1000"]).pid, flush=True)
time.sleep(options.delay)
ready_at = time.monotonic() + options.loading
server = http.server.ThreadingHTTPServer((options.host, options.port), Engine)
print("serving", sys.argv, flush=True)
server.serve_forever()
