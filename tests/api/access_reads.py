"""The reading half of the matrix: every operation that changes nothing, by everybody, on own, other and missing units;
lists, counts, facets and exports are compared with those of the whole city, cut down to the caller's scope."""
import collections
import json
import time

from access_rules import LETTER
from contract import instance

UNIT_READS = ("get_unit", "get_unit_history", "get_unit_links", "get_unit_group", "get_unit_audit")
HIDDEN_FILTERS = ({"industry": "65"}, {"size": "4"}, {"status": "1"}, {"source": "tj_census"}, {"has_conflict": "true"},
                  {"has_missing": "true"})


class Reads:
    def __init__(self, contract, judge, truth, callers, slices):
        self.contract, self.judge, self.truth, self.callers = contract, judge, truth, callers
        self.slices = slices  # 1: everything; n: of canaries and units every n-th, beginning elsewhere for each caller
        self.op = contract.by_id
        self.chief = next(c for c in callers if c.role == "city" and not c.regions and c.may_unmask)
        self.missing_ids = [str(max(map(int, truth.units)) + 1000 + n) for n in range(3)]
        self.lists = {}

    def run(self):
        for caller in self.callers:
            self.refusals(caller)
            for operation in self.contract.operations:
                if not self.judge.policy.allows(operation.id, caller.role):
                    continue
                handler = getattr(self, operation.id, None)
                if operation.id in UNIT_READS:
                    self.units(caller, operation)
                elif handler:
                    handler(caller, operation)
                elif operation.method == "GET" and operation.id not in ("stream_changes", "get_export"):
                    self.plain(caller, operation)

    def slice(self, caller, things):
        return list(things)[self.callers.index(caller) % self.slices::self.slices]

    def values(self, operation, unit="1"):
        other = {"list": "region"}
        return {p["name"]: unit if operation.path.startswith("/units/") else other.get(p["name"], "999999")
                for p in map(self.contract.resolve, operation.parameters) if p["in"] == "path"}

    def request(self, operation):
        """Query and body that the contract would take."""
        parameters = map(self.contract.resolve, operation.parameters)
        query = {p["name"]: instance(self.contract, p["schema"]) for p in parameters
                 if p["in"] == "query" and p.get("required")}
        content = operation.node.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        return query, instance(self.contract, schema) if schema else (b"x" if content else None)

    def some_units(self, caller):
        units = self.truth.units.values()
        own = next((u["id"] for u in units if caller.covers(u["region"])), None)
        other = next((u["id"] for u in units if not caller.covers(u["region"])), None)
        return [unit for unit in (own, other) if unit] + self.missing_ids[:1]

    def refusals(self, caller):
        """What the policy does not allow is refused, and alike for own, other and missing units."""
        for operation in self.contract.operations:
            if self.judge.policy.allows(operation.id, caller.role):
                continue
            query, body = self.request(operation)
            units = self.some_units(caller) if operation.path.startswith("/units/") else ["1"]
            answers = [self.judge.call(caller, operation, query, body, **self.values(operation, unit))
                       for unit in units]
            self.judge.same(caller, operation, answers)
            if operation.method == "GET" and operation.path in ("/search", "/audit"):
                self.judge.call(caller, operation, {"nope": "1"}, **self.values(operation))

    def plain(self, caller, operation):
        """A read that nothing more is known of: the canaries tell."""
        query, body = self.request(operation)
        self.judge.call(caller, operation, query, body, **self.values(operation))

    def setup(self, caller, operation):
        """Strangers may knock: a wrong link or pass phrase opens nothing and tells nothing of who exists."""
        _, body = self.request(operation)
        answer = self.judge.call(caller, operation, body=body)
        self.judge.expect(400 <= answer.status < 500, caller, operation, f"opened: {answer}")

    login = setup

    def units(self, caller, operation):
        every = operation.id == "get_unit"
        canaries = [self.truth.units[unit.id] for unit in self.truth.city.units]
        hidden = [self.judge.call(caller, operation, id=unit) for unit in self.missing_ids]
        chosen = canaries + self.slice(caller, self.truth.units.values()) if every else self.slice(caller, canaries)
        for unit in chosen:
            answer = self.judge.call(caller, operation, id=unit["id"])
            sees = caller.sees_unit(unit)
            self.judge.expect(answer.status == (200 if sees else 404), caller, operation,
                              f"unit {unit['id']} in {unit['region']}: {answer}")
            if not sees:
                self.judge.same(caller, operation, [hidden[0], answer])
        if every:
            self.moments(caller, operation)
            self.tags(caller, operation)

    def moments(self, caller, operation):
        for unit in self.some_units(caller):
            for query in ({"as_of": "2025-06-30"}, {"known_at": "3"}, {"as_of": "2024-02-01", "known_at": "16"}):
                answer = self.judge.call(caller, operation, query, id=unit)
                if unit in self.truth.units and not caller.sees_unit(self.truth.units[unit]):
                    self.judge.expect(answer.status == 404, caller, operation, f"{query} opens a unit of others")

    def tags(self, caller, operation):
        """The tag of another's answer must not tell whether a hidden unit is as it was."""
        for unit in self.some_units(caller)[1:]:
            tag = self.chief.person.ask("GET", f"/units/{unit}").header("ETag")
            for text in filter(None, (tag, "*")):
                answer = self.judge.call(caller, operation, headers={"If-None-Match": text}, id=unit)
                if unit not in self.truth.units or not caller.sees_unit(self.truth.units[unit]):
                    self.judge.expect(answer.status == 404, caller, operation, f"If-None-Match {text}: {answer}")
            head = caller.person.server.ask("HEAD", f"/units/{unit}", caller.person.headers, None)
            self.judge.expect(head.body == b"", caller, operation, "HEAD has a body")

    # --- lists -------------------------------------------------------------------------------------------------------

    def whole(self, path, query):
        """The list as the whole city sees it: (items, answer); asked once."""
        key = (path, json.dumps(query, sort_keys=True))
        if key not in self.lists:
            answer = self.chief.person.ask("GET", path, {**query, "limit": 1000}).json()
            self.lists[key] = answer
        return self.lists[key]

    def compare(self, caller, operation, query, exact=True):
        """Items and total are those of the whole city that the caller may see."""
        whole = self.whole(operation.path, query)
        answer = self.judge.call(caller, operation, {**query, "limit": 1000}).json()
        key = lambda item: (item["unit"], item.get("field"))
        wanted = [key(i) for i in whole["items"] if caller.sees_unit(self.truth.units[i["unit"]])]
        got = [key(i) for i in answer["items"]]
        strange = [g for g in got if not caller.sees_unit(self.truth.units[g[0]])]
        self.judge.expect(not strange, caller, operation, f"{query}: units of others listed: {strange[:3]}")
        if exact:
            self.judge.expect(sorted(got) == sorted(wanted), caller, operation,
                              f"{query}: {len(got)} listed, {len(wanted)} wanted")
            self.judge.expect(answer["total"] == len(wanted), caller, operation,
                              f"{query}: total {answer['total']}, {len(wanted)} wanted")
        return answer

    def search_units(self, caller, operation):
        answer = self.compare(caller, operation, {"facets": "true"})
        self.check_facets(caller, operation, answer)
        for district in ("440304", "440307", "440307009", "4415"):
            self.compare(caller, operation, {"district": district})
        self.compare(caller, operation, {"source": "scjg_reg", "facets": "true"})
        for query in HIDDEN_FILTERS:
            if caller.sees_all_classes():
                self.compare(caller, operation, query)
            else:  # Statistics would answer with what its surveys say: the question itself is refused.
                refused = self.judge.call(caller, operation, query)
                self.judge.expect(refused.status == 422, caller, operation, f"{query} answered: {refused}")
            self.hits_are_as_on_the_page(caller, operation, answer)
        self.canary_queries(caller, operation)

    def hits_are_as_on_the_page(self, caller, operation, answer):
        """Who sees a part of the sources gets in lists what those make of the unit, nothing of the rest."""
        for hit in answer["items"][:40]:
            page = self.judge.call(caller, self.op["get_unit"], id=hit["unit"]).json()
            value = {field["code"]: field["value"] for field in page["fields"]}
            region = value.get("region_code", value.get("reg_region_code", ""))
            conflicts = sum(field["conflict"] for field in page["fields"])
            wanted = (value.get("name"), region[:6], value.get("industry_code"), conflicts, len(page["missing"]))
            got = tuple(hit.get(name) for name in ("name", "district", "industry", "conflicts", "missing"))
            same = all((a or None) == (b or None) for a, b in zip(got, wanted))
            self.judge.expect(same, caller, operation, f"listed {got}, on its page {wanted}")

    def check_facets(self, caller, operation, answer):
        seen = [u for u in self.truth.units.values() if caller.sees_unit(u)]
        facets = {facet["name"]: {v["code"]: v["count"] for v in facet["values"]} for facet in answer.get("facets", [])}
        districts = collections.Counter(unit["region"][:6] for unit in seen)
        got = facets.get("district", {})
        self.judge.expect(got == districts, caller, operation, f"districts {got}")
        sources = collections.Counter(s for unit in seen for s in unit["sources"]
                                      if LETTER[self.truth.class_of_source[s]] in caller.classes)
        self.judge.expect(facets.get("source", {}) == sources, caller, operation, f"sources {facets.get('source')}")
        if not caller.sees_all_classes():
            closed = {name for name, counts in facets.items() if counts} - {"district", "source"}
            self.judge.expect(not closed, caller, operation, f"facets of survey values: {closed}")

    def canary_queries(self, caller, operation):
        """Every canary as a question: nobody learns by asking what he may not be told."""
        for token in self.slice(caller, self.truth.city.tokens.values()):
            text = token.text
            if token.form == "person" or token.unit.id is None:
                continue  # below, with its surname; and a row that became no unit
            answer = self.judge.call(caller, operation, {"q": text, "facets": "true"}).json()
            found = {item["unit"] for item in answer["items"]}
            strange = [u for u in found if not caller.sees_unit(self.truth.units[u])]
            self.judge.expect(not strange, caller, operation, f"q={text} finds units of others")
            if not caller.covers(token.unit.region) and not hasattr(token, "seen_by"):
                self.judge.expect(token.unit.id not in found, caller, operation, f"q={text} finds its unit")
            self.judge.expect(answer["total"] >= len(found), caller, operation, f"q={text}: total {answer['total']}")
        blind = not caller.may_unmask
        for unit in self.slice(caller, self.truth.city.units):
            name = self.truth.units[unit.id]["full_legal_rep"]
            found = {item["unit"] for item in self.judge.call(caller, operation, {"q": name}).json()["items"]}
            may = not blind and caller.sees_unit(self.truth.units[unit.id])
            self.judge.expect((unit.id in found) == may, caller, operation, f"legal representative {name}: {found}")

    def map_units(self, caller, operation):
        """Counts of the own units; where exactly they are only for who may see addresses, of all classes."""
        seen = [u for u in self.truth.units.values() if caller.sees_unit(u)]
        inside = [unit for unit in seen if unit["region"].startswith("440304")]
        for query, units in (({}, seen), ({"district": "440304"}, inside)):
            answer = self.judge.call(caller, operation, query).json()
            counts = [answer["total"], sum(area["count"] for area in answer["areas"]),
                      sum(street["count"] for street in answer["streets"])]
            self.judge.expect(counts == [len(units)] * 3, caller, operation, f"{query}: {counts}, {len(units)} wanted")
            hidden = not caller.may_unmask or not caller.sees_all_classes()
            self.judge.expect(answer["cells_hidden"] == hidden, caller, operation, f"cells hidden: {not hidden}")
            cells = sum(cell["count"] for cell in answer["cells"])
            self.judge.expect(cells <= (0 if hidden else len(units)), caller, operation, f"{cells} units in cells")
        if not caller.sees_all_classes():
            refused = self.judge.call(caller, operation, {"precision": "source"})
            self.judge.expect(refused.status == 422, caller, operation, f"{refused}")

    def list_conflicts(self, caller, operation):
        answer = self.compare(caller, operation, {})
        counts = collections.Counter(item["field"] for item in answer["items"])
        by_field = {row["code"]: row["count"] for row in answer["by_field"]}
        self.judge.expect(by_field == counts, caller, operation, "by_field is not that of the items")
        for district in ("440304", "440307", "440303"):
            self.compare(caller, operation, {"district": district})
        self.compare(caller, operation, {"field": "legal_rep"})

    def list_missing(self, caller, operation):
        self.list_conflicts(caller, operation)

    def list_new(self, caller, operation):
        self.compare(caller, operation, {"since": 0})
        self.compare(caller, operation, {"since": 13})
        self.compare(caller, operation, {"since": 0, "district": "440304"})

    def overview(self, caller, operation):
        answer = self.judge.call(caller, operation).json()
        seen = [u for u in self.truth.units.values() if caller.sees_unit(u)]

        def expect(holds, words):
            self.judge.expect(holds, caller, operation, f"{words}: {json.dumps(answer)[:300]}")
        expect(answer["units"] == len(seen), "units")
        expect(answer["conflicts"] == sum(len(u["conflicts"]) for u in seen), "conflicts")
        expect(answer["missing"] == sum(len(u["missing"]) for u in seen), "missing")
        districts = collections.Counter(unit["region"][:6] for unit in seen)
        expect({row["code"]: row["count"] for row in answer["districts"]} == districts, "districts")
        if caller.regions:
            expect(answer["records"] == 0, "records of the whole city")
            expect(answer["reviews"] <= len(self.reviews_of(caller)), "reviews of others")

    def reviews_of(self, caller):
        whole = self.whole("/reviews", {})["items"]
        return [r for r in whole if all(caller.sees_unit(self.truth.units[r[side]]) for side in ("unit_a", "unit_b"))]

    def list_reviews(self, caller, operation):
        answer = self.judge.call(caller, operation, {"limit": 1000}).json()
        wanted = [(r["record_a"], r["record_b"]) for r in self.reviews_of(caller)]
        got = [(r["record_a"], r["record_b"]) for r in answer["items"]]
        same = got == wanted and answer["total"] == len(wanted)
        self.judge.expect(same, caller, operation, f"{len(got)} of {len(wanted)}")

    def explain_pair(self, caller, operation):
        record = lambda unit: f"tax_reg:{unit.uscc}"
        units = [u for u in self.truth.city.units if u.has_visible_source]
        own = [u for u in units if caller.covers(u.region)]
        other = [u for u in units if not caller.covers(u.region)]
        missing = "tax_reg:91440300999999999X"
        for a, b in zip(own, own[1:2]):
            self.wait_for_desk(caller, operation, {"record_a": record(a), "record_b": record(b)})
        if not own or not other:
            return
        hidden = [self.judge.call(caller, operation, {"record_a": record(own[0]), "record_b": r})
                  for r in (record(other[0]), missing)]
        self.judge.expect(hidden[0].status == 404, caller, operation, f"{hidden[0]}")
        alike = len({(a.status, len(a.body)) for a in hidden}) == 1
        self.judge.expect(alike, caller, operation, f"told apart: {hidden}")

    def wait_for_desk(self, caller, operation, query):
        for _ in range(50):
            answer = self.judge.call(caller, operation, query)
            if answer.status != 503:
                break
            time.sleep(0.1)
        self.judge.expect(answer.status == 200, caller, operation, f"{query}: {answer}")

    # --- sources, feeds, own things ----------------------------------------------------------------------------------

    def list_sources(self, caller, operation):
        answer = self.judge.call(caller, operation).json()
        if caller.role == "department":
            ids = [item["id"] for item in answer["items"]]
            self.judge.expect(ids == [caller.source], caller, operation, f"{ids}")

    def list_imports(self, caller, operation):
        answer = self.judge.call(caller, operation, {"limit": 1000}).json()
        if caller.role == "department":
            strange = {item["source"] for item in answer["items"]} - {caller.source}
            self.judge.expect(not strange, caller, operation, f"imports of {strange}")

    def imports(self, caller, operation):
        whole = self.whole("/imports", {})["items"]
        hidden = [self.judge.call(caller, operation, seq=999999)]
        for item in whole:
            answer = self.judge.call(caller, operation, seq=item["seq"])
            sees = caller.role != "department" or item["source"] == caller.source
            self.judge.expect(answer.status == (200 if sees else 404), caller, operation, f"{item['seq']}: {answer}")
            if not sees:
                self.judge.same(caller, operation, [hidden[0], answer])

    get_import = get_import_findings = imports

    def get_import_rejects(self, caller, operation):
        if caller.role == "department" or not caller.regions:
            return self.imports(caller, operation)
        for item in self.whole("/imports", {})["items"]:  # A rejected row stands in no region.
            answer = self.judge.call(caller, operation, seq=item["seq"])
            self.judge.expect(answer.status == 409, caller, operation, f"{answer}")

    def list_changes(self, caller, operation):
        rows = [json.loads(line) for line in self.judge.call(caller, operation, {"since": 0}).body.splitlines()]
        whole = self.chief.person.ask("GET", "/changes", {"since": 0}).body
        everything = [json.loads(line) for line in whole.splitlines()]
        mine = {(row["seq"], row["ordinal"]) for row in rows}
        for row in everything:
            unit = self.truth.units.get(row["unit"])
            if unit is None:
                continue
            sees = caller.sees_unit(unit)
            self.judge.expect(sees == ((row["seq"], row["ordinal"]) in mine), caller, operation, f"{row}")
        for row in rows if not caller.sees_all_classes() else []:
            closed = [f for f in row["fields_changed"] if LETTER[self.truth.class_of_field[f]] not in caller.classes]
            self.judge.expect(not closed, caller, operation, f"fields of classes that are not theirs: {closed}")
