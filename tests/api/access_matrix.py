#!/usr/bin/env python3
"""The access matrix: role × region × operation × own/other/missing, generated from api/openapi.yaml and
catalog/access/policy.csv, every call over HTTP to a register with a small synthetic city. No answer may tell anything
of another region, of a class of sources that is not the caller's, or of a masked person; what is hidden and what does
not exist must answer alike, also in time.

    access_matrix.py --program minglu --root CHECKOUT [--report docs/generated/access.md] [--units N] [--slices N]

Exit code 0: no leak. The last line counts calls and checks. Deterministic but for times."""
import argparse
import collections
import os
import shutil
import statistics
import sys
import tempfile
import time

from access_everyday import Everyday
from access_judge import Judge
from access_people import make_callers
from access_reads import Reads
from access_report import write_report
from access_rules import Policy, Truth, canaries_in
from access_writes import Writes
from city import City
from client import Server
from contract import Contract
from issuer import Issuer

CALLS_MIN = 20_000
LEAKS_TOLD = 6


def scratch_folder():
    memory = "/dev/shm"
    return tempfile.mkdtemp(prefix="minglu_access_", dir=memory if os.access(memory, os.W_OK) else None)


def learn_truth(city, truth, chief):
    """Every unit as the chief statistician sees it; the canaries are known better than that."""
    items, cursor = [], None
    while True:
        answer = chief.ask("GET", "/new", {"since": 0, "limit": 1000, **({"cursor": cursor} if cursor else {})}).json()
        items += answer["items"]
        cursor = answer.get("next")
        if not cursor:
            break
    for item in items:
        truth.learn(chief.ask("GET", f"/units/{item['unit']}").json())
    for unit in city.units:
        unit.id = next(u["id"] for u in truth.units.values() if u["value"].get("uscc") == unit.uscc)
        known = truth.units[unit.id]
        if known["region"][:9] != unit.region[:9]:
            raise RuntimeError(f"unit {unit.id} stands in {known['region']}, not in {unit.region}")
        shown = chief.ask("POST", f"/units/{unit.id}:unmask", body={"reason": "truth"}).json()
        known["full_legal_rep"] = next(f["value"] for f in shown["fields"] if f["code"] == "legal_rep")


def check_canaries(city, chief):
    """The control: who may see everything finds every canary of a unit, so that none can be missed by not being there.
    """
    found = set()
    for unit in city.units:
        found |= canaries_in(chief.ask("POST", f"/units/{unit.id}:unmask", body={"reason": "control"}).body.decode())
    for item in chief.ask("GET", "/imports", {"limit": 1000}).json()["items"]:
        found |= canaries_in(chief.ask("GET", f"/imports/{item['seq']}/rejects").body.decode())
        found |= canaries_in(chief.ask("GET", f"/imports/{item['seq']}/findings", {"limit": 1000}).body.decode())
    absent = [token.text for token in city.tokens.values() if token.text not in found]
    if absent:
        raise RuntimeError(f"canaries that nobody can find: {absent[:5]} of {len(city.tokens)}")


def check_second_factor(server, contract, judge, callers):
    """Operations that need it are refused to a session that came by pass phrase alone."""
    server.stop()
    server.second_factor = "required"
    server.start()
    for caller in callers:
        if caller.role is None or "Authorization" in caller.person.headers:
            continue
        for operation in contract.operations:
            if judge.policy.needs_second_factor(operation.id) and judge.policy.allows(operation.id, caller.role):
                judge.call(caller, operation, body={"reason": "x"}, refusal="needs_second_factor", id="1")


def check_times(judge, truth, callers, contract):
    """The median time of 404 for a hidden unit and for a missing one: the same class, within half or a millisecond."""
    caller = next(c for c in callers if c.role == "district" and c.regions == ["440304"])
    hidden = next(u["id"] for u in truth.units.values() if not caller.covers(u["region"]))
    missing = str(max(map(int, truth.units)) + 1000)
    for attempt in range(3):  # Another process may have had the core.
        times = {hidden: [], missing: []}
        for _ in range(150):
            for unit, list_ in times.items():
                began = time.perf_counter()
                judge.call(caller, contract.by_id["get_unit"], id=unit)
                list_.append(time.perf_counter() - began)
        medians = [statistics.median(list_) for list_ in times.values()]
        apart = abs(medians[0] - medians[1])
        if apart < max(0.5 * min(medians), 0.001):
            break
    judge.expect(apart < max(0.5 * min(medians), 0.001), caller, contract.by_id["get_unit"], f"times {medians}")
    return medians


def run(options, scratch):
    began = time.time()
    server = Server(options.program, options.root, scratch)
    os.mkdir(os.path.join(scratch, "issuer"))
    issuer = Issuer(os.path.join(scratch, "issuer"))
    server.sign_on = issuer.configuration()
    contract, policy = Contract.load(options.root), Policy(server.catalog)
    unruled = {operation.id for operation in contract.operations} ^ set(policy.rows)
    if unruled:
        raise RuntimeError(f"contract and policy differ: {sorted(unruled)}")
    city = City(server.catalog)
    judge, truth = Judge(city, policy, contract), Truth(city, server.catalog)
    city.feed(options.program, server.catalog, server.home, scratch, options.units)
    with server:
        administrator = server.first_administrator()
        feeder = administrator.make_user("feeder", {"roles": ["city"], "regions": []})
        for source, records in city.make_canaries().items():
            answer = feeder.ask("POST", "/records", body={"source": source, "records": records})
            if answer.status != 201:
                raise RuntimeError(f"{source}: {answer}")
        learn_truth(city, truth, feeder)
        check_canaries(city, feeder)
        callers = make_callers(administrator, city, truth, judge, contract)
        Reads(contract, judge, truth, callers, options.slices).run()
        medians = check_times(judge, truth, callers, contract)
        Writes(contract, judge, truth, callers).run()
        Everyday(contract, judge, truth, callers, issuer).run()
        check_second_factor(server, contract, judge, callers)
    figures = {"callers": len(callers), "units": len(truth.units), "canaries": len(city.tokens),
               "slices": options.slices,
               "seconds": time.time() - began, "medians": medians}
    return contract, judge, figures


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--root", required=True)
    parser.add_argument("--report")
    parser.add_argument("--units", type=int, default=200)
    parser.add_argument("--slices", type=int, default=1)
    options = parser.parse_args()
    scratch = scratch_folder()
    try:
        contract, judge, figures = run(options, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if options.report:
        write_report(options.report, contract, judge, figures)
    calls, checks = sum(judge.calls.values()), sum(judge.checks.values())
    told = collections.Counter()
    for operation, who, words in judge.leaks:  # A few of each operation: one fault shows in every scope.
        told[operation] += 1
        if told[operation] <= LEAKS_TOLD:
            print(f"LEAK {operation} by {who}: {words[:600]}")
    called = {operation for operation, _ in judge.calls}
    unreached = [operation.id for operation in contract.operations if operation.id not in called]
    if unreached:
        print(f"never called: {unreached}")
    print(f"{figures['callers']} callers, {calls} calls, {checks} checks, {len(judge.leaks)} leaks, "
          f"{figures['seconds']:.0f} s")
    if calls < CALLS_MIN:
        print(f"fewer than {CALLS_MIN} calls")
    return 1 if judge.leaks or unreached or calls < CALLS_MIN else 0


if __name__ == "__main__":
    sys.exit(main())
