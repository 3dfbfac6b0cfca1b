"""Who calls: every role in every scope, besides accounts that may not unmask, a key of a department and a stranger."""
from access_rules import CLASSES, Caller
from client import Person

LOCAL = {"district", "subdistrict"}


def make_callers(administrator, city, truth, judge, contract):
    callers, create = [], contract.by_id["create_user"]
    scopes = [[]] + [[area] for area in city.regions.areas]
    boss = Caller(administrator, "security_admin", truth)
    for role in CLASSES:
        for number, scope in enumerate(scopes):
            grant = {"roles": [role], "regions": scope}
            if role == "subdistrict" and scope:  # A street is smaller than an area: that of the first canary in it.
                grant["regions"] = [next(unit.region[:9] for unit in city.units if unit.area == scope[0])]
            if role == "department":
                grant["source"] = "scjg_reg" if number == 1 else "tax_reg"
            callers.append(make(boss, f"{role}{number}", grant, role, truth))
            if role in LOCAL and not scope:
                refused = callers.pop()
                judge.expect(refused.status == 422, boss, create, f"{role} without a region was made")
    for role, scope in (("city", []), ("district", ["440304"]), ("district", ["dapeng"])):
        grant = {"roles": [role], "regions": scope, "may_unmask": False}
        callers.append(make(boss, f"{role}.blind.{'.'.join(scope)}x", grant, role, truth))
    callers.append(key_of_department(boss, truth))
    callers.append(Caller(Person(administrator.server, "stranger", {}), None, truth))
    return callers


def make(boss, login, grant, role, truth):
    made = boss.person.make_user(login, grant)
    return Caller(made, role, truth, grant.get("source", "")) if isinstance(made, Person) else made


def key_of_department(boss, truth):
    answer = boss.person.ask("POST", "/api-keys", body={"name": "k", "source": "tax_reg", "quota_per_5_min": 100000})
    person = Person(boss.person.server, "key", {"roles": ["department"], "regions": []})
    person.headers["Authorization"] = "Bearer " + answer.json()["secret"]
    return Caller(person, "department", truth, "tax_reg")
