"""Every operation once as it is meant, by who may: so that of each the answer of success is held against the contract,
besides the ways to be refused that HTTP has (versions, unknown parameters, methods)."""
import time

from client import PASSWORD, Person

FRESH = "Correct-Battery-8"


class Everyday:
    def __init__(self, contract, judge, truth, callers, issuer):
        self.issuer = issuer
        self.op, self.judge, self.truth, self.contract = contract.by_id, judge, truth, contract
        first = {}
        for caller in callers:
            if caller.role and "Authorization" not in caller.person.headers:
                first.setdefault(caller.role, caller)
        self.first, self.callers = first, callers

    def call(self, role, operation_id, status, query=None, body=None, headers=None, **values):
        caller = self.first[role]
        operation = self.op[operation_id]
        answer = self.judge.call(caller, operation, query, body, headers, **values)
        self.judge.expect(answer.status == status, caller, operation, f"{status} expected: {answer}")
        return answer.json() if answer.body[:1] == b"{" else None

    def run(self):
        self.accounts()
        self.feeds()
        self.desks()
        self.pins()
        self.discrepancies()
        self.activity()
        self.http()
        self.sign_on()
        self.organisations()
        self.session()
        missed = [operation.id for operation in self.contract.operations
                  if not self.judge.succeeded[operation.id] and operation.id != "setup"]
        self.judge.expect(not missed, self.first["city"], self.op["me"], f"never answered with success: {missed}")

    def accounts(self):
        draft = {"login": "someone", "display_name": "某人", "roles": ["leader"]}
        made = self.call("security_admin", "create_user", 201, body=draft)
        self.call("security_admin", "create_user", 409, body=draft)
        self.call("security_admin", "create_user", 422, body={**draft, "login": "x", "nope": 1})
        user = made["user"]["id"]
        patch = {"display_name": "另一人"}
        self.call("security_admin", "update_user", 428, body=patch, id=user)
        self.call("security_admin", "update_user", 412, body=patch, headers={"If-Match": '"99"'}, id=user)
        for wrong in ("x", '"' + "9" * 40 + '"', '"1'):
            self.call("security_admin", "update_user", 400, body=patch, headers={"If-Match": wrong}, id=user)
        version = f'"{made["user"]["version"]}"'
        self.call("security_admin", "update_user", 200, body=patch, headers={"If-Match": version}, id=user)
        self.call("security_admin", "update_user", 412, body=patch, headers={"If-Match": version}, id=user)
        once = {"Idempotency-Key": "reset-1"}
        link = self.call("security_admin", "reset_user", 200, headers=once, id=user)["link"]
        again = self.call("security_admin", "reset_user", 200, headers=once, id=user)["link"]
        self.judge.expect(link == again, self.first["security_admin"], self.op["reset_user"], "not the same answer")
        self.call("security_admin", "reset_user", 400, headers={"Idempotency-Key": ""}, id=user)
        self.call("security_admin", "create_api_key", 422, headers=once, body={"name": "x", "source": "hrss"})
        self.call("security_admin", "list_users", 200, {"limit": 3})
        key = self.call("security_admin", "create_api_key", 201, body={"name": "对接", "source": "hrss",
                                                                       "quota_per_5_min": 2})
        self.quota(key["secret"])
        self.call("security_admin", "list_api_keys", 200)
        self.call("security_admin", "revoke_api_key", 204, id=key["key"]["id"])
        self.call("audit_admin", "list_audit", 200, {"limit": 1000, "outcome": "denied"})
        self.call("audit_admin", "verify_audit", 200)
        self.call("system_admin", "status", 200)

    def quota(self, secret):
        """The third call in the window is refused and told when to come again."""
        caller, operation = self.first["security_admin"], self.op["list_sources"]
        person = Person(caller.person.server, "key", {})
        person.headers["Authorization"] = "Bearer " + secret
        answers = [person.ask("GET", "/sources") for _ in range(3)]
        self.judge.expect([a.status for a in answers] == [200, 200, 429], caller, operation, f"{answers}")
        wait = answers[2].header("Retry-After") or ""
        self.judge.expect(wait.isdigit() and 0 < int(wait) <= 300, caller, operation, f"Retry-After: {wait}")
        self.judge.fits(caller, operation, answers[2])

    def feeds(self):
        content = "统一社会信用代码,企业名称\n91440300MA5FRF8GXW,深圳市甲申乙科技有限公司\n".encode()
        query = {"source": "scjg_reg", "file_name": "scjg_reg_2026-03.csv", "source_date": "2026-03-31"}
        job = self.call("city", "start_import", 202, query, content, {"Content-Type": "application/octet-stream"})
        for _ in range(500):
            state = self.call("city", "get_job", 200, id=job["id"])
            if state["state"] in ("done", "failed"):
                break
            time.sleep(0.01)
        self.judge.expect(state["state"] == "done", self.first["city"], self.op["get_job"], f"{state}")
        self.call("city", "cancel_job", 409, id=job["id"])
        seq = state["import_seq"]
        for name in ("get_import", "get_import_findings", "get_import_rejects"):
            self.call("city", name, 200, seq=seq)
        record = {"统一社会信用代码": "91440300MA5G8R6Y4R", "企业名称": "深圳市丙寅丁贸易有限公司"}
        self.call("city", "post_records", 201, body={"source": "scjg_reg", "records": [record]})
        self.call("city", "post_records", 422, body={"source": "scjg_reg", "records": []})
        self.cancelled()
        self.call("leader", "list_codes", 200, list="industry")
        self.call("leader", "put_saved_filter", 204, body={"query": {"q": "甲"}}, name="临时/1")
        self.call("leader", "delete_saved_filter", 204, name="临时/1")

    def cancelled(self):
        """A task that waits behind another can be taken back."""
        content = "统一社会信用代码,企业名称\n".encode() + b"91440300MA5FRF8GXW,x\n" * 20000
        headers, jobs = {"Content-Type": "application/octet-stream"}, []
        for day in (29, 30):
            query = {"source": "scjg_reg", "file_name": f"scjg_{day}.csv", "source_date": f"2026-04-{day}"}
            jobs.append(self.call("city", "start_import", 202, query, content, headers)["id"])
        self.call("city", "cancel_job", 204, id=jobs[1])

    def desks(self):
        unit = self.truth.city.units[0]
        value = {"kind": "value", "record": f"scjg_reg:{unit.uscc}", "field": "legal_rep", "reason": "核对"}
        made = self.call("city", "decide", 201, body=value)
        self.call("city", "decide", 422, body={**value, "kind": "perhaps"})
        self.call("city", "undo_decision", 201, body={"reason": "再核"}, seq=made["seq"])
        self.call("city", "undo_decision", 409, body={"reason": "再核"}, seq=made["seq"])
        self.call("city", "explain_pair", 404, {"record_a": value["record"], "record_b": value["record"]})

    def pins(self):
        self.call("city", "create_pin", 201, body={"name": "矩阵", "note": "试验"})
        self.call("city", "create_pin", 409, body={"name": "矩阵"})
        self.call("city", "get_pin", 200, name="矩阵")
        self.call("city", "get_pin", 404, name="没有")

    def discrepancies(self):
        """A list goes to the department of its source and district; another learns nothing of it, and answers none."""
        source, answer = "tax_reg", {"answers": [{"row": 1, "verdict": "accepted"}]}
        for district in ("", "440304"):
            body = {"source": source, **({"district": district} if district else {})}
            number = self.call("city", "issue_discrepancies", 201, body=body)["number"]
            self.call("city", "get_discrepancies", 200, number=number)
            for caller in self.callers:
                if caller.role != "department":
                    continue
                own = caller.source == source and (not caller.regions or bool(district) and caller.covers(district))
                listed = self.judge.call(caller, self.op["list_discrepancies"]).json()["items"]
                self.judge.expect((number in [one["number"] for one in listed]) == own, caller,
                                  self.op["list_discrepancies"], f"{listed}")
                for name, body, good in (("get_discrepancies", None, 200), ("answer_discrepancies", answer, 201)):
                    got = [self.judge.call(caller, self.op[name], body=body, number=n)
                           for n in (number, number[:-1] + "999")]
                    self.judge.expect(got[0].status == (good if own else 404), caller, self.op[name], f"{got[0]}")
                    if not own:
                        self.judge.same(caller, self.op[name], got)

    def finished(self, caller, job):
        """The caller's job at its end."""
        for _ in range(2000):
            state = self.judge.call(caller, self.op["get_job"], id=job["id"]).json()
            if state["state"] in ("done", "failed"):
                return state
            time.sleep(0.01)
        return state

    def activity(self):
        """Drafted by one, published by another, run; scores are for statistics staff, each in its region."""
        chief = self.first["city"]
        second = next(c for c in self.callers if c.role == "city" and c is not chief and c.person is not chief.person
                      and "Authorization" not in c.person.headers)
        model = next(m for m in self.call("city", "list_activity_models", 200)["templates"] if m["id"] == "sixia")
        made = self.call("city", "draft_activity_model", 201, body={"document": model, "note": "试验"})
        place = {"id": "sixia", "version": made["version"]}
        self.call("city", "draft_activity_model", 422, body={"document": {"id": "x"}})
        self.call("city", "get_activity_model", 200, **place)
        self.call("city", "simulate_activity_model", 200, body={"document": model, "period": "2025-03"})
        period = {"base_period": "2025-03"}
        self.judge.call(chief, self.op["publish_activity_model"], body=period, refusal="forbidden", **place)
        answer = self.judge.call(second, self.op["publish_activity_model"], body=period, **place)
        self.judge.expect(answer.status == 202, second, self.op["publish_activity_model"], f"{answer}")
        for state in (self.finished(second, answer.json()),
                      self.finished(chief, self.call("city", "start_activity_run", 202,
                                                     body={"model": "sixia", "period": "2025-03"}))):
            self.judge.expect(state["state"] == "done", chief, self.op["get_job"], f"{state}")
        self.call("city", "publish_activity_model", 409, body=period, **place)
        self.call("city", "start_activity_run", 422, body={"model": "sixia", "period": "2025-03"})
        page = self.call("city", "list_activity_scores", 200, {"model": "sixia", "limit": 1000})
        self.call("city", "get_unit_activity", 200, {"model": "sixia"}, id=page["items"][0]["unit"])
        for caller in self.callers:
            if caller.role not in ("district", "subdistrict"):
                continue
            asked = {"model": "sixia", "limit": 1000}
            listed = self.judge.call(caller, self.op["list_activity_scores"], asked).json()
            outside = [item["unit"] for item in listed["items"]
                       if not caller.covers(self.truth.units[item["unit"]]["region"])]
            self.judge.expect(not outside and listed["total"] == len(listed["items"]), caller,
                              self.op["list_activity_scores"], f"units of elsewhere: {outside}")

    def http(self):
        city, unit = self.first["city"], self.truth.city.units[0].id
        tag = city.person.ask("GET", f"/units/{unit}").header("ETag")
        for text in (tag, f'"x", {tag}', f"W/{tag}", "*"):
            self.call("city", "get_unit", 304, headers={"If-None-Match": text}, id=unit)
        self.call("city", "get_unit", 200, headers={"If-None-Match": '"x"'}, id=unit)
        for operation in self.contract.operations:  # An unknown parameter, and a method that is not there.
            role = next((r for r in self.first if self.judge.policy.allows(operation.id, r)), None)
            if role and operation.method == "GET" and operation.id != "stream_changes":
                names = {p["name"]: "1" for p in map(self.contract.resolve, operation.parameters) if p["in"] == "path"}
                self.call(role, operation.id, 400, {"no_such_parameter": "1"}, **names)
        answer = city.person.server.ask("PATCH", "/search", city.person.headers, b"{}")
        fits = answer.status == 405 and answer.header("Allow") == "GET, HEAD, OPTIONS"
        self.judge.expect(fits, city, self.op["search_units"], f"{answer} {answer.headers}")

    def sign_on(self):
        """A leader by the issuer of the organisation; somebody without account; a state that nobody began."""
        leader = self.first["leader"]
        for login, status in ((leader.person.login, 201), ("nobody.there", 401)):
            self.issuer.login = login
            begun = self.judge.call(leader, self.op["begin_sign_on"], None, None, None)
            state, code = self.issuer.sign_on(begun.json()["url"])
            cookie = {"Cookie": begun.header("Set-Cookie").split(";")[0]}
            self.call("leader", "finish_sign_on", status, body={"state": state, "code": code}, headers=cookie)
        self.call("leader", "finish_sign_on", 401, body={"state": "x", "code": "y"})
        self.call("leader", "finish_sign_on", 422, body={"state": ""})

    def organisations(self):
        """A list twice, then a shorter one that is complete; nobody made by hand is touched."""
        boss = self.first["security_admin"]
        people = [{"login": f"sync{i}", "display_name": "某", "organisation": "FT"} for i in range(3)]
        people.append({"login": self.first["city"].person.login, "display_name": "冒名", "organisation": "FT"})
        body = {"organisations": [{"code": "FT", "name": "福田", "role": "district", "regions": ["440304"]}],
                "people": people}
        for made, same in ((3, 0), (0, 3)):
            counts = self.call("security_admin", "sync_organisations", 200, body=body)["people"]
            wanted = {"rows": 4, "created": made, "changed": 0, "unchanged": same, "rejected": 1, "ended": 0}
            self.judge.expect(counts == wanted, boss, self.op["sync_organisations"], f"{counts}")
        body = {**body, "people": people[1:], "complete": True}
        counts = self.call("security_admin", "sync_organisations", 200, body=body)["people"]
        self.judge.expect(counts["ended"] == 1, boss, self.op["sync_organisations"], f"{counts}")
        self.call("security_admin", "sync_organisations", 422, body={"people": [{"login": "x"}]})
        self.call("security_admin", "list_organisations", 200)

    def session(self):
        leader = self.first["leader"]
        started = self.call("leader", "totp_enroll", 200, body={})
        self.judge.expect(not started["enrolled"], leader, self.op["totp_enroll"], f"{started}")
        self.call("leader", "totp_enroll", 422, body={"code": "000000", "secret": started["secret"]})
        self.call("leader", "change_password", 422, body={"old_password": "wrong-Wrong-1", "new_password": FRESH})
        self.call("leader", "change_password", 204, body={"old_password": PASSWORD, "new_password": FRESH})
        self.call("leader", "login", 401, body={"login": leader.person.login, "password": PASSWORD})
        self.call("leader", "login", 201, body={"login": leader.person.login, "password": FRESH})
        for _ in range(5):
            self.call("leader", "login", 401, body={"login": "nobody.here", "password": PASSWORD})
        self.call("leader", "login", 423, body={"login": "nobody.here", "password": PASSWORD})
        self.call("leader", "logout", 204)
        self.judge.expect(leader.person.ask("GET", "/me").status == 401, leader, self.op["logout"], "still signed in")
