"""A small issuer of identities (OpenID Connect) on this machine, for tests: discovery, keys, authorization code with
PKCE, ID tokens by RS256 or ES256. It signs on whoever `login` names, without asking, and lies when told to: `claims`
changes what the token says, `header` its head, `sign` how it is signed. Keys and signatures are made by openssl."""
import base64
import hashlib
import http.client
import http.server
import json
import os
import re
import secrets
import subprocess
import threading
import time
import urllib.parse


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*words, data=None):
    return subprocess.run(["openssl", *words], input=data, capture_output=True, check=True).stdout


class SigningKey:
    """`kind`: RSA or EC."""

    def __init__(self, folder, kind, name):
        self.kind, self.name = kind, name
        self.file = os.path.join(folder, name + ".pem")
        option = "rsa_keygen_bits:2048" if kind == "RSA" else "ec_paramgen_curve:P-256"
        openssl("genpkey", "-algorithm", kind, "-pkeyopt", option, "-out", self.file)

    @property
    def algorithm(self):
        return "RS256" if self.kind == "RSA" else "ES256"

    def jwk(self):
        jwk = {"kid": self.name, "kty": self.kind, "use": "sig", "alg": self.algorithm}
        if self.kind == "RSA":
            modulus = openssl("rsa", "-in", self.file, "-noout", "-modulus").decode().strip().split("=")[1]
            return {**jwk, "n": b64(bytes.fromhex(modulus)), "e": "AQAB"}
        point = openssl("pkey", "-in", self.file, "-pubout", "-outform", "DER")[-64:]
        return {**jwk, "crv": "P-256", "x": b64(point[:32]), "y": b64(point[32:])}

    def sign(self, message):
        signature = openssl("dgst", "-sha256", "-sign", self.file, data=message)
        return signature if self.kind == "RSA" else raw_of_der(signature)


def raw_of_der(der):
    """The two numbers of an ECDSA signature, 32 bytes each."""
    numbers, at = [], 2
    for _ in range(2):
        size = der[at + 1]
        numbers.append(int.from_bytes(der[at + 2:at + 2 + size], "big"))
        at += 2 + size
    return b"".join(number.to_bytes(32, "big") for number in numbers)


class Issuer:
    CLIENT, SECRET = "minglu", "between us two"

    def __init__(self, folder):
        self.folder = folder
        self.keys = [SigningKey(folder, "RSA", "first"), SigningKey(folder, "EC", "second")]
        self.shown = list(self.keys)
        self.signs_with = self.keys[0]
        self.login, self.claims, self.header, self.sign = "nobody", {}, {}, None
        self.codes, self.asked = {}, []
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                issuer.answer(self, urllib.parse.urlsplit(self.path))

            def do_POST(self):
                size = int(self.headers.get("Content-Length", 0))
                issuer.token(self, dict(urllib.parse.parse_qsl(self.rfile.read(size).decode())))

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # a client that goes is no news
        self.url = "http://127.0.0.1:%d/realm" % self.server.server_address[1]
        self.calls_itself = self.url
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def configuration(self, **more):
        """The file for serve --sign-on."""
        with open(os.path.join(self.folder, "secret"), "w") as out:
            out.write(self.SECRET + "\n")
        path = os.path.join(self.folder, "sign_on.json")
        with open(path, "w") as out:
            json.dump({"issuer": self.url, "client_id": self.CLIENT, "client_secret_file": "secret",
                       "redirect_uri": "http://127.0.0.1:1/sign-on", "title": "智慧统计平台",
                       "second_factor": ["otp"], **more}, out)
        return path

    @staticmethod
    def reply(handler, status, body=None, location=None):
        raw = json.dumps(body or {}).encode()
        handler.send_response(status)
        if location:
            handler.send_header("Location", location)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw)

    def answer(self, handler, parts):
        self.asked.append(parts.path)
        if parts.path == "/realm/.well-known/openid-configuration":
            return self.reply(handler, 200, {"issuer": self.calls_itself, "jwks_uri": self.url + "/keys",
                                             "authorization_endpoint": self.url + "/authorize",
                                             "token_endpoint": self.url + "/token"})
        if parts.path == "/realm/keys":
            return self.reply(handler, 200, {"keys": [key.jwk() for key in self.shown]})
        if parts.path != "/realm/authorize":
            return self.reply(handler, 404)
        asked = dict(urllib.parse.parse_qsl(parts.query))
        is_good = (asked.get("response_type"), asked.get("client_id"), asked.get("code_challenge_method")) == (
            "code", self.CLIENT, "S256") and "openid" in asked.get("scope", "").split()
        if not is_good:
            return self.reply(handler, 400, {"error": "invalid_request"})
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "login": self.login}
        back = urllib.parse.urlencode({"code": code, "state": asked["state"]})
        return self.reply(handler, 302, location=asked["redirect_uri"] + "?" + back)

    def token(self, handler, form):
        self.asked.append("/realm/token")
        begun = self.codes.pop(form.get("code"), None)
        word = base64.b64encode((urllib.parse.quote(self.CLIENT, safe="") + ":" +
                                 urllib.parse.quote(self.SECRET, safe="")).encode()).decode()
        is_good = (begun and handler.headers.get("Authorization") == "Basic " + word and
                   form.get("grant_type") == "authorization_code" and
                   form.get("redirect_uri") == begun["redirect_uri"] and
                   b64(hashlib.sha256(form.get("code_verifier", "").encode()).digest()) == begun["code_challenge"])
        if not is_good:
            return self.reply(handler, 400, {"error": "invalid_grant"})
        return self.reply(handler, 200, {"token_type": "Bearer", "access_token": "unused",
                                         "id_token": self.id_token(begun)})

    def id_token(self, begun):
        now = int(time.time())
        claims = {"iss": self.url, "aud": self.CLIENT, "sub": "1", "iat": now, "exp": now + 60,
                  "nonce": begun["nonce"], "preferred_username": begun["login"], **self.claims}
        header = {"alg": self.signs_with.algorithm, "kid": self.signs_with.name, **self.header}
        message = (b64(json.dumps(header).encode()) + "." + b64(json.dumps(claims).encode())).encode()
        return message.decode() + "." + b64((self.sign or self.signs_with.sign)(message))

    def sign_on(self, url):
        """As a browser does it: (state, code) of the address that the issuer sends it back to."""
        parts = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        connection.request("GET", parts.path + "?" + parts.query)
        location = connection.getresponse().getheader("Location")
        connection.close()
        back = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))
        return re.sub(r"\s", "", back["state"]), back["code"]
