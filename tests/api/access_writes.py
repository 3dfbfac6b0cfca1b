"""The writing half of the matrix: what belongs to others cannot be changed, fetched, or told from what does not
exist."""
import csv
import http.client
import io
import time

REASON = "核对"
LISTS = {"units": "search_units", "search": "search_units", "conflicts": "list_conflicts", "new": "list_new",
         "missing": "list_missing", "discrepancies": None}


class Writes:
    def __init__(self, contract, judge, truth, callers):
        self.op, self.judge, self.truth, self.callers = contract.by_id, judge, truth, callers
        self.chief = next(c for c in callers if c.role == "city" and not c.regions and c.may_unmask)
        self.missing = str(max(map(int, truth.units)) + 1000)

    def may(self, caller, operation):
        return self.judge.policy.allows(operation, caller.role)

    def run(self):
        for caller in self.callers:
            for name, part in (("unmask_unit", self.unmask), ("start_export", self.exports),
                               ("put_saved_filter", self.filters), ("stream_changes", self.stream),
                               ("create_area", self.areas)):
                if self.may(caller, name):
                    part(caller)
        for caller in self.callers:
            if self.may(caller, "decide"):
                self.decisions(caller)
        for caller in self.callers:
            if self.may(caller, "post_records"):
                self.records(caller)
                self.import_file(caller)
        self.decisions_of_others()

    def own_and_other(self, caller):
        units = [u for u in self.truth.city.units if u.has_visible_source]
        own = next((u for u in units if caller.covers(u.region)), None)
        return own, next((u for u in units if not caller.covers(u.region)), None)

    def call(self, caller, operation_id, body=None, query=None, **values):
        return self.judge.call(caller, self.op[operation_id], query, body, **values)

    def expect(self, holds, caller, name, words):
        self.judge.expect(holds, caller, self.op[name], words)

    def unmask(self, caller):
        hidden = self.call(caller, "unmask_unit", {"reason": REASON}, id=self.missing)
        for unit in self.truth.city.units:
            answer = self.call(caller, "unmask_unit", {"reason": REASON}, id=unit.id)
            sees = caller.sees_unit(self.truth.units[unit.id])
            self.expect(answer.status == (200 if sees else 404), caller, "unmask_unit", f"{unit.region}: {answer}")
            if not sees:
                self.judge.same(caller, self.op["unmask_unit"], [hidden, answer])
            elif not caller.may_unmask:
                masked = [f for f in answer.json()["fields"] if f["code"] == "legal_rep"]
                self.expect("*" in masked[0]["value"], caller, "unmask_unit", "unmasked without the right")

    def exports(self, caller):
        for number, (name, operation) in enumerate(LISTS.items()):
            body = {"list": name, "format": "csv" if number % 2 == 0 else "xlsx", "reason": REASON,
                    "source": caller.source or "tax_reg"}
            if name == "search":
                body["query"] = {"district": "440304"}
            if operation and not self.may(caller, operation):  # What may not be looked at may not be taken home.
                self.judge.call(caller, self.op["start_export"], body=body, refusal="forbidden")
                continue
            job = self.finished(caller, self.call(caller, "start_export", body))
            self.expect(job is not None and job["state"] == "done", caller, "start_export", f"{name}: {job}")
            if job is None or job["state"] != "done":
                continue
            answer = self.call(caller, "get_export", id=job["export_id"])
            if body["format"] == "csv":
                self.check_export(caller, name, answer)
            self.hidden_from_others(caller, job)
        self.call(caller, "list_exports")
        if caller.role == "department":
            other = self.call(caller, "start_export", {"list": "discrepancies", "source": "hrss"})
            nowhere = self.call(caller, "start_export", {"list": "discrepancies", "source": "none"})
            same = (other.status, len(other.body)) == (422, len(nowhere.body))
            self.expect(same, caller, "start_export", f"discrepancies of another: {other}, of none: {nowhere}")

    def check_export(self, caller, name, answer):
        rows = list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))
        ids = {row["unit_id"] for row in rows}
        seen = {unit["id"] for unit in self.truth.units.values() if caller.sees_unit(unit)}
        self.expect(ids <= seen, caller, "get_export", f"{name}: units of others: {sorted(ids - seen)[:3]}")
        if name == "units":
            self.expect(ids == seen, caller, "get_export", f"{name}: {len(ids)} of {len(seen)}")

    def finished(self, caller, answer):
        if answer.status != 202:
            return None
        for _ in range(200):
            job = self.call(caller, "get_job", id=answer.json()["id"]).json()
            if job.get("state") in ("done", "failed", "cancelled"):
                return job
            time.sleep(0.01)
        return None

    def hidden_from_others(self, caller, job):
        """Jobs and files of one person do not exist for another."""
        at = self.callers.index(caller)
        for other in (self.callers[at - 1], self.callers[(at + 7) % len(self.callers)]):
            for name, value in (("get_job", job["id"]), ("cancel_job", job["id"]), ("get_export", job["export_id"])):
                if other.role is None or not self.may(other, name):
                    continue
                answers = [self.call(other, name, id=value), self.call(other, name, id="999999")]
                self.expect(answers[0].status == 404, other, name, f"of another: {answers[0]}")
                self.judge.same(other, self.op[name], answers)

    def filters(self, caller):
        name = f"of {caller.person.login}"
        self.expect(self.call(caller, "put_saved_filter", {"query": {"q": "甲"}}, name=name).status == 204, caller,
                    "put_saved_filter", "not kept")
        mine = [item["name"] for item in self.call(caller, "saved_filters").json()["items"]]
        self.expect(mine == [name], caller, "saved_filters", f"{mine}")
        other = "of city0" if caller is not self.chief else "of district1"
        answers = [self.call(caller, "delete_saved_filter", name=n) for n in (other, "of nobody")]
        self.expect({a.status for a in answers} == {404}, caller, "delete_saved_filter", f"{answers}")

    def areas(self, caller):
        """An area that somebody drew is his: for others it neither filters nor can be deleted."""
        ring = [[114.0, 22.5], [114.1, 22.5], [114.1, 22.6], [114.0, 22.5]]
        body = {"name": caller.person.login, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        made = self.call(caller, "create_area", body)
        self.expect(made.status == 201, caller, "create_area", f"{made}")
        drawn = [f["properties"].get("name") for f in self.call(caller, "list_areas").json()["features"]]
        others = {other.person.login for other in self.callers} - {caller.person.login}
        self.expect(not others & set(drawn), caller, "list_areas", "areas of others")
        ring[1][0] += 0.001 * self.callers.index(caller)  # One of its own, that nobody else drew.
        area = self.call(caller, "create_area", body).json()["id"]
        other = self.callers[self.callers.index(caller) - 1]
        if other.role and self.may(other, "delete_area"):
            answers = [self.call(other, "delete_area", id=one) for one in (area, "0" * len(area))]
            self.expect(answers[0].status == 404, other, "delete_area", f"of another: {answers[0]}")
            answers = [self.call(other, "map_units", query={"within": one}) for one in (area, "0" * len(area))]
            self.expect(answers[0].status in (403, 422), other, "map_units", f"by an area of another: {answers[0]}")
            alike = len({(answer.status, len(answer.body)) for answer in answers}) == 1
            self.expect(alike, other, "map_units", f"told apart: {answers}")
        self.expect(self.call(caller, "delete_area", id=area).status == 204, caller, "delete_area", "not deleted")

    def stream(self, caller):
        """Server-sent events end never: what has come after a moment is scanned."""
        person = caller.person
        connection = http.client.HTTPConnection("127.0.0.1", person.server.port, timeout=2)
        connection.request("GET", "/api/v1/changes/stream?since=0", headers=person.headers)
        response, body = connection.getresponse(), b""
        try:
            while True:
                piece = response.read1(65536)
                body += piece
                if not piece or piece.startswith(b":"):
                    break
        except (TimeoutError, OSError):
            self.expect(body != b"", caller, "stream_changes", "nothing came")
        connection.close()
        operation = self.op["stream_changes"]
        self.judge.calls[operation.id, caller.role] += 1
        self.judge.succeeded[operation.id] += response.status == 200
        units = {line.split('"unit":"')[1].split('"')[0] for line in body.decode().splitlines() if '"unit":"' in line}
        strange = [u for u in units if u in self.truth.units and not caller.sees_unit(self.truth.units[u])]
        self.expect(not strange, caller, operation.id, f"changes of units of others: {strange[:3]}")

    def decisions(self, caller):
        own, other = self.own_and_other(caller)
        a, b = f"scjg_reg:{own.uscc}", f"tax_reg:{own.uscc}"
        value = {"kind": "value", "record": a, "field": "legal_rep", "reason": REASON}
        made = self.call(caller, "decide", value)
        self.expect(made.status == 201, caller, "decide", f"own unit: {made}")
        if made.status == 201 and self.may(caller, "undo_decision"):
            undone = self.call(caller, "undo_decision", {"reason": REASON}, seq=made.json()["seq"])
            self.expect(undone.status == 201, caller, "undo_decision", f"own decision: {undone}")
        if other is None:
            return
        for hidden in (f"scjg_reg:{other.uscc}", f"tax_reg:{other.uscc}"):
            source = hidden.split(":")[0]
            missing = f"{source}:9144030077777777XX"
            for kind in ("same", "different"):
                answers = [self.call(caller, "decide", {"kind": kind, "record_a": b, "record_b": r, "reason": REASON})
                           for r in (hidden, missing)]
                self.refused_alike(caller, "decide", answers)
            answers = [self.call(caller, "decide", {**value, "record": r}) for r in (hidden, missing)]
            self.refused_alike(caller, "decide", answers)

    def refused_alike(self, caller, name, answers):
        self.expect(answers[0].status == 404, caller, name, f"of others: {answers[0]}")
        self.expect(len({(a.status, len(a.body)) for a in answers}) == 1, caller, name, f"told apart: {answers}")

    def decisions_of_others(self):
        """A decision about a unit of one's own and one of another area is not for either: it names both records."""
        units = [u for u in self.truth.city.units if u.has_visible_source]
        for first, second in zip(units, units[2:]):
            if first.area == second.area:
                continue
            made = self.call(self.chief, "decide", {"kind": "different", "record_a": f"scjg_reg:{first.uscc}",
                                                    "record_b": f"scjg_reg:{second.uscc}", "reason": REASON})
            seq = made.json()["seq"]
            for caller in self.callers:
                sees_both_or_none = caller.covers(first.region) == caller.covers(second.region)
                if caller.role not in ("district", "city") or sees_both_or_none:
                    continue
                rows = self.call(caller, "list_decisions", query={"limit": 1000}).json()["items"]
                listed = seq in [row["seq"] for row in rows]
                self.expect(not listed, caller, "list_decisions", "names a record of others")
                answers = [self.call(caller, "undo_decision", {"reason": REASON}, seq=s) for s in (seq, 999999)]
                self.expect(answers[0].status == 404, caller, "undo_decision", f"undone: {answers[0]}")
                self.judge.same(caller, self.op["undo_decision"], answers)

    def records(self, caller):
        """A department feeds its own source; of others it does not learn whether they exist."""
        answers = {}
        for source in ("tax_reg", "tj_census", "scjg_reg", "nowhere"):
            name = {"tax_reg": "纳税人名称", "scjg_reg": "企业名称"}.get(source, "单位详细名称")
            answers[source] = self.call(caller, "post_records", {"source": source, "records": [{name: ""}]})
        if caller.role == "department":
            for source in {"tj_census", "tax_reg", "scjg_reg"} - {caller.source}:
                self.expect(answers[source].status == 404, caller, "post_records", f"{source}: {answers[source]}")
                same = answers[source].body.replace(source.encode(), b"nowhere")[:120] == answers["nowhere"].body[:120]
                self.expect(same, caller, "post_records", f"told apart: {answers}")

    def import_file(self, caller):
        content = "统一社会信用代码,企业名称\n,深圳市无码有限公司\n".encode()
        for source in ("scjg_reg", "tj_census", "nowhere"):
            query = {"source": source, "file_name": f"{caller.person.login}_2026-02.csv", "source_date": "2026-02-28"}
            answer = self.judge.call(caller, self.op["start_import"], query, content,
                                     {"Content-Type": "application/octet-stream"})
            if caller.role == "department" and source != caller.source:
                self.expect(answer.status == 404, caller, "start_import", f"{source}: {answer}")
