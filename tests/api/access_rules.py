"""What a caller may get, from catalog/access/policy.csv, the catalog's regions and classes, and the words of
docs/guide/serve.md: written a second time on purpose, without the server's code, as the judge of its answers."""
import json
import os

from city import REGEX, read_csv

CLASSES = {"city": "PDSX", "district": "PDSX", "subdistrict": "PDSX", "leader": "PDSX", "department": "PD",
           "applicant": "P", "system_admin": "", "security_admin": "", "audit_admin": ""}
LETTER = {"PUBLIC": "P", "DEPT_ADMIN": "D", "SURVEY": "S", "DECLARATION": "X"}
WORKS_CONFLICTS = {"city", "district", "subdistrict"}


class Policy:
    def __init__(self, catalog):
        self.rows = {row["operation_id"]: row for row in read_csv(os.path.join(catalog, "access", "policy.csv"))}

    def allows(self, operation, role):
        roles = self.rows[operation]["roles"].split("|")
        return "public" in roles or (role is not None and ("any" in roles or role in roles))

    def needs_second_factor(self, operation):
        return self.rows[operation]["totp"] == "1"


class Truth:
    """The units as they are, from a caller who may see everything, and what stands behind them in the catalog."""

    def __init__(self, city, catalog):
        self.city, self.regions, self.units = city, city.regions, {}
        folder = os.path.join(catalog, "sources")
        self.class_of_source = {}
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                source = json.load(file)
            self.class_of_source[source["id"]] = source["source_class"]
        self.class_of_field = {r["code"]: r["source_class"] for r in read_csv(os.path.join(catalog, "fields.csv"))}

    def learn(self, answer):
        """From an answer of get_unit."""
        value = {field["code"]: field["value"] for field in answer["fields"]}
        self.units[answer["unit"]] = {
            "id": answer["unit"], "region": value.get("region_code") or value.get("reg_region_code", ""),
            "sources": {member["source"] for member in answer["members"]}, "value": value,
            "conflicts": {field["code"] for field in answer["fields"] if field["conflict"]},
            "missing": {field["code"] for field in answer["missing"]}}


class Caller:
    def __init__(self, person, role, truth, source=""):
        self.person, self.role, self.truth, self.source = person, role, truth, source
        self.regions = person.grant.get("regions", []) if role else []
        self.classes = CLASSES[role] if role else ""
        self.may_unmask = person.grant.get("may_unmask", role in WORKS_CONFLICTS) if role else False
        self.title = f"{role or 'stranger'} {'+'.join(self.regions) or 'whole city'}"

    def sees_all_classes(self):
        return "S" in self.classes

    def covers(self, region):
        return bool(self.classes) and self.truth.regions.covers(self.regions, region)

    def sees_unit(self, unit):
        """A unit is there for whoever covers its region and the class of at least one of its sources."""
        known = any(LETTER[self.truth.class_of_source[source]] in self.classes for source in unit["sources"])
        return known and self.covers(unit["region"])

    def may_get(self, token, operation):
        if not all(LETTER[name] in self.classes for name in token.classes):
            return False
        if not token.unit.region:
            return self.source == token.unit.source or not self.regions and operation == "get_import_rejects"
        child = getattr(token, "seen_by", None)
        if not self.covers(token.unit.region) and not (child and self.covers(child.region)):
            return False
        if token.form is None:
            return True
        if token.form == "address":
            return self.may_unmask
        return operation == "unmask_unit" and self.may_unmask


def canaries_in(text):
    return set(REGEX.findall(text))
