"""A server of its own on a scratch home, and HTTP calls to it that keep everything they answer.

    with Server(program, root, scratch) as server:
        someone = server.first_administrator()
        answer = someone.ask("GET", "/search", {"q": "甲"})

Thread-safety: none; one connection, one call at a time."""
import http.client
import json
import os
import re
import shutil
import subprocess
import time
import urllib.parse

PASSWORD = "Correct-Horse-7"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300].decode('utf-8', 'replace')}"


def query_text(query):
    if not query:
        return ""
    pairs = query.items() if isinstance(query, dict) else query
    return "?" + urllib.parse.urlencode([(k, str(v).lower() if isinstance(v, bool) else v) for k, v in pairs])


class Server:
    """Argon2 is made cheap by a catalog of its own that differs in nothing else: rules are tested here, not cost."""

    def __init__(self, program, root, scratch, second_factor="optional"):
        self.program, self.root, self.scratch, self.second_factor = program, root, scratch, second_factor
        self.home, self.process, self.connection = os.path.join(scratch, "home"), None, None
        self.sign_on = None  # file for --sign-on
        catalog = os.path.join(scratch, "installed", "catalog")
        if not os.path.exists(catalog):
            shutil.copytree(os.path.join(root, "catalog"), catalog)
            shutil.copytree(os.path.join(root, "api"), os.path.join(scratch, "installed", "api"))
            cheap = os.path.join(catalog, "access", "parameters.csv")
            with open(cheap, encoding="utf-8") as file:
                text = file.read()
            with open(cheap, "w", encoding="utf-8") as file:
                file.write(text.replace("argon2_memory_kib,65536", "argon2_memory_kib,64"))
        self.catalog = catalog

    def run(self, *arguments):
        """The program itself on this home, while no server holds it."""
        done = subprocess.run([self.program, "--home", self.home, "--catalog", self.catalog, "--quiet", *arguments],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{arguments}: {done.returncode}: {done.stderr}")
        return done.stdout

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        log = os.path.join(self.scratch, "server.log")
        port = free_port()
        with open(log, "wb") as out:
            self.process = subprocess.Popen(
                [self.program, "--home", self.home, "--catalog", self.catalog, "serve", "--port", str(port),
                 "--second-factor", self.second_factor, *(["--sign-on", self.sign_on] if self.sign_on else [])],
                stdout=out, stderr=out)
        self.port = port
        for _ in range(600):
            with open(log, encoding="utf-8") as file:
                text = file.read()
            if "Ctrl-C" in text:
                break
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended: {text}")
            time.sleep(0.05)
        token = re.search(r"/setup\?token=(\S+)", text)
        self.setup_token = token.group(1) if token else None
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def stop(self):
        if self.process is None:
            return
        self.connection.close()
        self.process.terminate()
        try:
            code = self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self.process = None
        if code != 0:
            raise RuntimeError(f"the server ended with {code}: see {self.scratch}/server.log")

    def ask(self, method, path, headers, body):
        """`path` is below /api/v1 and whole, with its query."""
        try:
            self.connection.request(method, "/api/v1" + path, body=body, headers=headers)
            response = self.connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        except (ConnectionError, http.client.HTTPException):
            self.connection.close()
            raise

    def first_administrator(self):
        return self.choose_password("security", self.setup_token, {"roles": ["security_admin"], "regions": []})

    def choose_password(self, login, token, grant):
        person = Person(self, login, grant)
        person.take_session(person.ask("POST", "/setup", body={"token": token, "login": login, "display_name": login,
                                                               "password": PASSWORD}))
        return person


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Person:
    """Someone with a session, or a stranger without."""

    def __init__(self, server, login, grant):
        self.server, self.login, self.grant = server, login, grant
        self.headers = {"Content-Type": "application/json"}

    def take_session(self, answer):
        if answer.status != 201:
            raise RuntimeError(f"{self.login}: {answer}")
        self.headers["Cookie"] = answer.header("Set-Cookie").split(";")[0]
        self.headers["X-CSRF-Token"] = answer.json()["csrf_token"]

    def log_in(self):
        self.take_session(self.ask("POST", "/session", body={"login": self.login, "password": PASSWORD}))

    def ask(self, method, path, query=None, body=None, headers=None):
        raw = body if body is None or isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        return self.server.ask(method, path + query_text(query), {**self.headers, **(headers or {})}, raw)

    def make_user(self, login, grant):
        """By a security administrator: a user and its session."""
        answer = self.ask("POST", "/users", body={"login": login, "display_name": login, **grant})
        if answer.status != 201:
            return answer
        return self.server.choose_password(login, answer.json()["link"].split("=", 1)[1], grant)
