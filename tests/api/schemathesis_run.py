"""Starts the program on a scratch home with a small city, runs Schemathesis on the whole contract, writes the figures.
Called by schemathesis.sh, in its environment. Exit code 0: no failure."""
import argparse
import collections
import datetime
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from access_rules import CLASSES, Policy
from city import City
from client import Server
from contract import Contract

CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
          "response_schema_conformance", "negative_data_rejection", "unsupported_method", "allow_header_conformance")
PREFERRED = ("city", "leader", "security_admin", "audit_admin", "system_admin")

REPORT = """# Schemathesis over the whole interface

Written by `./minglu torture api` with Schemathesis {version}, seed {seed}, at most {examples} requests an operation
and phase (examples, coverage, fuzzing, stateful), good and broken ones, each by a role that may call the operation.
Checks: no server error; status, type of content, headers and body as `api/openapi.yaml` says; broken requests refused;
methods that are not there answered with 405 and Allow. Left out: `stream_changes` (ends never), `logout`.
Run of {day}.

| | |
|---|---:|
| operations tested | {operations} |
| requests | {requests:,} |
| **failures** | **{failures}** |

| answer | requests |
|---|---:|
{statuses}
"""


def prepare(server, contract, city):
    """Sessions of all roles, and ids of things that are there."""
    administrator = server.first_administrator()
    people = {"security_admin": administrator}
    for role in CLASSES:
        if role not in people:
            regions = ["440304"] if role in ("district", "subdistrict") else []
            people[role] = administrator.make_user(f"the.{role}", {"roles": [role], "regions": regions})
    chief = people["city"]
    for source, records in city.make_canaries().items():
        chief.ask("POST", "/records", body={"source": source, "records": records})
    seq = chief.ask("POST", "/decisions", body={"kind": "value", "record": f"scjg_reg:{city.units[0].uscc}",
                                                "field": "legal_rep", "reason": "x"}).json()["seq"]
    job = chief.ask("POST", "/exports", body={"list": "units", "format": "csv"}).json()
    victims = [administrator.make_user(f"victim{n}", {"roles": ["leader"]}).login for n in range(3)]
    ids = [user["id"] for user in administrator.ask("GET", "/users", {"limit": 100}).json()["items"]
           if user["login"] in victims]
    imports = [str(item["seq"]) for item in chief.ask("GET", "/imports").json()["items"]]
    values = {"get_unit.id": ["1", "2", "50"], "id": ["1", "2", "50"], "seq": imports, "undo_decision.seq": [str(seq)],
              "get_job.id": [job["id"]], "cancel_job.id": [job["id"]], "get_export.id": [job["export_id"]],
              "update_user.id": ids, "reset_user.id": ids, "revoke_api_key.id": ["0123456789abcdef"],
              "list": ["region", "industry", "field"], "name": ["常用", "a b"]}
    headers = {role: {k: v for k, v in person.headers.items() if k != "Content-Type"}
               for role, person in people.items()}
    return {"headers": headers, "values": values, "protected": ["update_user", "reset_user"]}


def run(options, scratch):
    server = Server(options.program, options.root, scratch)
    contract, policy, city = Contract.load(options.root), Policy(server.catalog), City(server.catalog)
    city.feed(options.program, server.catalog, server.home, scratch, 200)
    with server:
        known = prepare(server, contract, city)
        known["roles"] = {operation.id: next((role for role in PREFERRED if policy.allows(operation.id, role)), "city")
                          for operation in contract.operations}
        sessions, calls = os.path.join(scratch, "sessions.json"), os.path.join(scratch, "calls.txt")
        with open(sessions, "w", encoding="utf-8") as file:
            json.dump(known, file)
        here = os.path.dirname(os.path.abspath(__file__))
        environment = {**os.environ, "MINGLU_API_SESSIONS": sessions, "MINGLU_API_CALLS": calls, "PYTHONPATH": here,
                       "SCHEMATHESIS_HOOKS": "schemathesis_hooks"}
        command = [os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run",
                   os.path.join(options.root, "api", "openapi.yaml"), "--url", f"http://127.0.0.1:{server.port}/api/v1",
                   "--checks", ",".join(CHECKS), "--max-examples", str(options.examples), "--seed", str(options.seed),
                   "--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off",
                   "--exclude-operation-id", "logout", "--exclude-operation-id", "stream_changes",
                   "--request-timeout", "30", *options.more]
        done = subprocess.run(command, env=environment, check=False, cwd=scratch, capture_output=True, text=True)
        print(done.stdout, done.stderr)
        if server.process.poll() is not None:
            print("the server ended", file=sys.stderr)
            return 1
    with open(calls, encoding="utf-8") as file:
        rows = [line.split() for line in file]
    found = re.findall(r"(\d+) unique failure", done.stdout)
    figures = {"operations": len({row[0] for row in rows}), "requests": len(rows),
               "failures": int(found[-1]) if found else int(done.returncode != 0)}
    if options.report:
        write_report(options, figures, collections.Counter(int(row[1]) for row in rows))
    print(f"{figures['operations']} operations, {figures['requests']} requests, {figures['failures']} failures")
    return 0 if done.returncode == 0 and figures["failures"] == 0 else 1


def write_report(options, figures, statuses):
    lines = "\n".join(f"| {status} | {count:,} |" for status, count in sorted(statuses.items()))
    with open(options.report, "w", encoding="utf-8") as file:
        file.write(REPORT.format(version=importlib.metadata.version("schemathesis"), seed=options.seed, statuses=lines,
                                 examples=options.examples, day=datetime.date.today().isoformat(), **figures))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--root", required=True)
    parser.add_argument("--report")
    parser.add_argument("--examples", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("more", nargs="*", help="more arguments for schemathesis run, after --")
    options = parser.parse_args()
    memory = "/dev/shm"
    scratch = tempfile.mkdtemp(prefix="minglu_api_", dir=memory if os.access(memory, os.W_OK) else None)
    try:
        return run(options, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
