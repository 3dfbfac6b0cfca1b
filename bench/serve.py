"""The running server at full size: reads, search, one change to visible, restart, memory, disk. Called by bench/run.sh.

The load generator (wrk) shares the machine's processors with the server, and a static file of nginx is asked by the
same generator in the same run: compare ratios. Every answer is verified before it is timed.
"""
import argparse
import http.cookiejar
import json
import os
import pathlib
import platform
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

PASSWORD = "Bench-Horse-Battery-9"
UNIT_CONNECTIONS = 64
SEARCH_CONNECTIONS = 16
ROUNDS = 3


class Client:
    """One signed-in person."""

    def __init__(self, base):
        self.base = base
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.token = ""

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            self.base + "/api/v1" + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "X-CSRF-Token": self.token})
        with self.opener.open(request, timeout=120) as answer:
            return json.loads(answer.read() or b"null")

    def sign_in(self, path, body):
        self.token = self.call("POST", path, body)["csrf_token"]
        return self

    def cookie(self):
        return "; ".join(f"{c.name}={c.value}" for c in self.jar)


class Server:
    def __init__(self, program, home, web, folder):
        self.command = [program, "--home", home, "serve", "--port", "0", "--web", web, "--second-factor", "optional"]
        self.home = home
        self.folder = folder
        self.process = None
        self.base = ""
        self.said = ""

    def start(self):
        """Seconds from the start of the process to the first good answer of /readyz."""
        log = self.folder / "serve.log"
        started = time.monotonic()
        with open(log, "wb") as out:
            self.process = subprocess.Popen(list(map(str, self.command)), stdout=out, stderr=out)
        while time.monotonic() - started < 1200:
            self.said = log.read_text(encoding="utf-8", errors="replace")
            found = re.search(r"(http://127\.0\.0\.1:\d+)/", self.said)
            if found:
                self.base = found.group(1)
                try:
                    with urllib.request.urlopen(self.base + "/readyz", timeout=10):
                        return time.monotonic() - started
                except (urllib.error.URLError, OSError):
                    pass
            if self.process.poll() is not None:
                raise SystemExit(f"bench: the server ended: {self.said[-500:]}")
            time.sleep(0.02)
        raise SystemExit("bench: the server was not ready in 20 minutes")

    def stop(self, how=signal.SIGINT):
        self.process.send_signal(how)
        self.process.wait()

    def memory(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return {name: int(re.search(rf"{name}:\s+(\d+) kB", text).group(1)) // 1024
                for name in ("VmHWM", "VmRSS", "RssAnon", "RssFile")}


def load(url, connections, seconds, script=None):
    """Requests a second and latencies in ms, median of ROUNDS. Any answer but 2xx ends the run."""
    rounds = []
    for _ in range(ROUNDS):
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"] + (["-s", script] if script else [])
        out = subprocess.run(command + [url], check=True, capture_output=True, text=True).stdout
        if "Non-2xx" in out or "Socket errors" in out:
            raise SystemExit(f"bench: {url} answered with errors:\n{out}")
        rounds.append((float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), latencies(out)))
    rounds.sort(key=lambda r: r[0])
    return rounds[len(rounds) // 2]


def latencies(text):
    unit = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    found = re.findall(r"^\s+(50|75|90|95|99)(?:\.\d+)?%\s+([\d.]+)(us|ms|s)$", text, re.M)
    return {int(p): float(v) * unit[u] for p, v, u in found}


def write_unit_script(path, units, cookie):
    """Unit numbers by Zipf's law (exponent 1), scattered over the register."""
    path.write_text(f"""math.randomseed(7)
local n = {units}
request = function()
  local rank = math.floor(math.exp(math.random() * math.log(n)))
  return wrk.format("GET", "/api/v1/units/" .. ((rank * 2654435761) % n + 1), {{["Cookie"] = "{cookie}"}})
end
""", encoding="utf-8")


def queries_of(client, units, count, catalog):
    """What staff type: whole names, parts, two characters, a wrong character, pinyin, identifiers, addresses."""
    rng = random.Random(7)
    reading = {}
    for line in (catalog / "chars/pinyin.csv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#") and "," in line:
            sound, characters = line.split(",", 1)
            reading.update({c: sound for c in characters if c not in reading})
    queries = []
    while len(queries) < count:
        unit = client.call("GET", f"/units/{rng.randint(1, units)}")
        values = {f["code"]: f["value"] for f in unit["fields"]}
        name, address = values.get("name", ""), values.get("address", "")
        if len(name) < 8:
            continue
        part = name[3:7]
        kinds = {"name": name, "part": part, "two": part[1:3], "typo": name[:4] + rng.choice("林海云山") + name[5:],
                 "reading": "".join(reading.get(c, c) for c in part), "identifier": values.get("uscc", ""),
                 "address": address[6:14]}
        query = kinds[rng.choices(list(kinds), (25, 25, 10, 10, 5, 15, 10))[0]]
        if query:
            queries.append(query)
    return queries


def write_search_script(path, queries, cookie):
    listed = ",".join(f'"{urllib.parse.quote(q)}"' for q in queries)
    path.write_text(f"""math.randomseed(7)
local q = {{{listed}}}
request = function()
  return wrk.format("GET", "/api/v1/search?limit=20&facets=true&q=" .. q[math.random(1, #q)],
    {{["Cookie"] = "{cookie}"}})
end
done = function(summary, latency)
  io.write(string.format("  95%%  %.3fms\\n", latency:percentile(95) / 1000))
end
""", encoding="utf-8")


def check_digits(number):
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    org = f"{number:08d}"
    check = 11 - sum(int(c) * w for c, w in zip(org, (3, 7, 9, 10, 5, 8, 4, 2))) % 11
    code = "91440300" + org + {10: "X", 11: "0"}.get(check, str(check))
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    return code + letters[-sum(letters.index(c) * w for c, w in zip(code, weights)) % 31]


def changes(client, count):
    """Milliseconds from posting a record to finding it, one after another."""
    rng = random.Random()
    times = []
    for number in range(count):
        uscc = check_digits(rng.randint(70000000, 89999999))
        name = f"深圳市{rng.choice('鑫瑞恒泰')}{rng.choice('禾博远越')}{number}科技有限公司"
        record = {"统一社会信用代码": uscc, "企业名称": name, "行政区划": "440304",
                  "住所": f"深圳市福田区新洲路{rng.randint(1, 999)}号"}
        started = time.monotonic()
        client.call("POST", "/records", {"source": "scjg_reg", "source_date": "2024-05-01", "records": [record]})
        found = client.call("GET", "/search?q=" + uscc)
        times.append((time.monotonic() - started) * 1000)
        assert name in [item["name"] for item in found["items"]], f"{uscc} was acknowledged and is not found"
    return sorted(times)


def nginx_rate(folder, body, seconds):
    """The floor: a static file of the same size, same generator, same machine, same minute."""
    site = folder / "site"
    site.mkdir()
    (site / "unit.json").write_bytes(body)
    (folder / "nginx.conf").write_text(f"""worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; server {{ listen 127.0.0.1:18999; root {site}; }} }}
""", encoding="utf-8")
    os.chmod(folder, 0o755)
    process = subprocess.Popen(["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"],
                               stderr=subprocess.DEVNULL)
    try:
        time.sleep(1)
        return load("http://127.0.0.1:18999/unit.json", UNIT_CONNECTIONS, seconds)
    finally:
        process.terminate()
        process.wait()


def percentile(values, share):
    return values[min(len(values) - 1, int(len(values) * share))]


def make_home(program, units, folder):
    synth = [program, "--quiet", "synth", "--units", units, "--seed", "7", "--periods", "3", "--out", folder / "city"]
    ingest = [program, "--quiet", "--home", folder / "home", "ingest", "--all", folder / "city/feeds"]
    for command in (synth, ingest):
        subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(folder / "city")
    return folder / "home"


def sign_up(base, token):
    """The first security administrator by the one-time link, and a person of the city bureau."""
    first = {"token": token, "login": "bench-security", "display_name": "安全", "password": PASSWORD}
    security = Client(base).sign_in("/setup", first)
    staff = {"login": "bench-city", "display_name": "市局"}
    invited = security.call("POST", "/users", {**staff, "roles": ["city"], "regions": []})
    Client(base).sign_in("/setup", {**staff, "token": invited["link"].split("=")[1], "password": PASSWORD})


def measure(root, args, folder):
    program = args.program or root / "build/release/bin/minglu"
    home = args.home or make_home(program, args.units, folder)
    server = Server(program, home, root / "web/dist", folder)
    try:
        return measure_server(server, root, args, folder)
    finally:
        if server.process and server.process.poll() is None:
            server.stop()


def measure_server(server, root, args, folder):
    for derived in ("search", "lists"):  # so that the first start has to make them
        shutil.rmtree(server.home / "index" / derived, ignore_errors=True)
    first = server.start()
    token = re.search(r"token=(\S+)", server.said)
    if token is None:
        raise SystemExit("bench: the home has accounts already; give one that was never served")
    sign_up(server.base, token.group(1))
    result = {"first_start": first, "memory_first": server.memory()}
    server.stop()
    result["restart"] = server.start()
    server.stop(signal.SIGKILL)
    result["restart_killed"] = server.start()
    city = Client(server.base).sign_in("/session", {"login": "bench-city", "password": PASSWORD})
    overview = city.call("GET", "/overview")
    units = overview["units"]
    result.update(units=units, records=overview["records"])
    unit = city.call("GET", f"/units/{units // 2}")
    assert unit["unit"] == str(units // 2) and unit["fields"], "a unit is not answered"
    write_unit_script(folder / "units.lua", units, city.cookie())
    queries = queries_of(city, units, args.queries, root / "catalog")
    assert city.call("GET", "/search?q=" + urllib.parse.quote(queries[0]))["total"] >= 0
    write_search_script(folder / "search.lua", queries, city.cookie())
    changes(city, 5)
    result["change"] = changes(city, args.changes)
    result["unit_get"] = load(server.base, UNIT_CONNECTIONS, args.seconds, str(folder / "units.lua"))
    result["search"] = load(server.base, SEARCH_CONNECTIONS, args.seconds, str(folder / "search.lua"))
    result["memory"] = server.memory()
    server.stop()
    result["nginx"] = nginx_rate(folder, json.dumps(unit, ensure_ascii=False).encode(), args.seconds)
    result["disk"] = sum(f.stat().st_size for f in pathlib.Path(server.home).rglob("*") if f.is_file())
    return result


def rows_of(result, args):
    rate, wait = result["unit_get"]
    found, search_wait = result["search"]
    static, static_wait = result["nginx"]
    change, memory = result["change"], result["memory"]
    rows = [
        ("start to ready, search index to be made", "", f"{result['first_start']:.1f} s"),
        ("restart to ready", "10 s", f"{result['restart']:.2f} s"),
        ("restart to ready after kill -9, every byte of the index checked", "10 s",
         f"{result['restart_killed']:.2f} s"),
        (f"one unit by number, {UNIT_CONNECTIONS} connections", "6,000/s, p99 25 ms",
         f"{rate:,.0f}/s, p50 {wait[50]:.1f} ms, p99 {wait[99]:.1f} ms"),
        (f"search, {args.queries:,} queries with facets, {SEARCH_CONNECTIONS} connections", "300/s, p95 150 ms",
         f"{found:,.0f}/s, p50 {search_wait[50]:.1f} ms, p95 {search_wait[95]:.1f} ms"),
        ("a static file of the same size by nginx", "", f"{static:,.0f}/s, p99 {static_wait[99]:.1f} ms"),
        ("unit by number ÷ nginx", "", f"{rate / static:.2f}"),
        (f"posted record to found by search, one at a time ({len(change)})", "1 s p99",
         f"p50 {statistics.median(change):.0f} ms, p99 {percentile(change, 0.99):.0f} ms, slowest {change[-1]:.0f} ms"),
        ("memory, peak and now (of it anonymous)", "8 GiB",
         f"{memory['VmHWM']:,} MiB, {memory['VmRSS']:,} MiB ({memory['RssAnon']:,} MiB)"),
        ("memory of the start that made the index, peak", "8 GiB", f"{result['memory_first']['VmHWM']:,} MiB"),
        ("disk per million units", "2 GB", f"{result['disk'] / result['units'] / 1e3:.2f} GB"),
    ]
    return "\n".join(f"| {what} | {goal} | {figure} |" for what, goal, figure in rows)


def report(result, args):
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"""# The server at full size

Written by `./minglu bench serve` on {time.strftime('%Y-%m-%d')}: {os.cpu_count()} cores of {platform.machine()},
{memory:.0f} GiB, a shared machine; {result['units']:,} units of {result['records']:,} records, three periods.
The load generator (wrk, one thread, {args.seconds} s, median of {ROUNDS}) runs on the same cores. Every answer was
verified before it was timed; every request is signed in, scoped, masked and audited as in use. Units are asked by
Zipf's law. Queries: whole names 25 %, parts 25 %, two characters 10 %, a wrong character 10 %, readings 5 %,
identifiers 15 %, addresses 10 %.
Disk counts everything: the files as they arrived, the index, accounts, audit.

| measured | goal | figure |
|---|---|---|
{rows_of(result, args)}
"""


def main():
    root = pathlib.Path(sys.argv[1])
    parser = argparse.ArgumentParser(prog="minglu bench serve")
    parser.add_argument("--units", type=int, default=4_600_000)
    parser.add_argument("--home", type=pathlib.Path, help="a home never served before, instead of a synthetic city")
    parser.add_argument("--program", type=pathlib.Path, help="instead of build/release/bin/minglu")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--changes", type=int, default=300)
    args = parser.parse_args(sys.argv[2:])
    folder = pathlib.Path(tempfile.mkdtemp(prefix="minglu-bench-", dir=os.environ.get("MINGLU_BENCH_DIR")))
    try:
        text = report(measure(root, args, folder), args)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    (root / "docs/generated/bench-serve.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
