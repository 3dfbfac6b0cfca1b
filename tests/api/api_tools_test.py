#!/usr/bin/env python3
"""Tests of the parts that judge the interface: the reader of YAML, the check of schemas, the rules, and the judge,
which must find what it is there to find."""
import os
import sys
import unittest

from access_judge import Judge, shape
from access_rules import Caller, Policy, Truth
from city import City, Regions, Token, Unit
from client import Answer, Person
from contract import Contract, YamlReader, instance

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CATALOG = os.path.join(ROOT, "catalog")


class Yaml(unittest.TestCase):
    def test_what_the_contract_uses_is_read(self):
        text = ("# words\na: 1\nb:\n  - {x: 'it''s', y: [1, two, \"th:ree\"]}\n  - plain words; more\n"
                "c: |\n  first\n  second\n'/d/{id}': {e: &name {f: true}, g: *name}\nh: -2.5\n")
        self.assertEqual(YamlReader(text).read(), {
            "a": 1, "b": [{"x": "it's", "y": [1, "two", "th:ree"]}, "plain words; more"], "c": "first\nsecond",
            "/d/{id}": {"e": {"f": True}, "g": {"f": True}}, "h": -2.5})

    def test_what_it_does_not_know_is_an_error(self):
        for text in ("a: {b: one, two}\n", "a\n", "a: 1\n  b: 2\n", "a: {b: *nobody}\n"):
            with self.assertRaises((ValueError, KeyError, IndexError), msg=text):
                YamlReader(text).read()


class Schemas(unittest.TestCase):
    contract = Contract.load(ROOT)

    def complaints(self, schema, value):
        return len(self.contract.check(schema, value))

    def test_a_value_that_does_not_fit_is_told(self):
        closed = {"type": "object", "required": ["a"], "additionalProperties": False,
                  "properties": {"a": {"type": "string", "maxLength": 2}, "b": {"type": ["integer", "null"]}}}
        self.assertEqual(self.complaints(closed, {"a": "名录", "b": None}), 0)
        for value in ({}, {"a": "too long"}, {"a": 1}, {"a": "x", "b": True}, {"a": "x", "c": 1}, []):
            self.assertEqual(self.complaints(closed, value), 1, value)
        self.assertEqual(self.complaints({"type": "integer", "minimum": 1, "maximum": 3}, 4), 1)
        self.assertEqual(self.complaints({"type": "string", "enum": ["a"]}, "b"), 1)
        self.assertEqual(self.complaints({"type": "string", "format": "date"}, "2026-1-1"), 1)
        self.assertEqual(self.complaints({"type": "array", "items": {"type": "string"}, "minItems": 1}, []), 1)
        self.assertEqual(self.complaints({"type": "array", "items": {"type": "string"}}, ["a", 1]), 1)
        self.assertEqual(self.complaints({"oneOf": [{"type": "string"}, {"type": "integer"}]}, 1.5), 1)
        self.assertEqual(self.complaints({"unevaluatedItems": False}, []), 1, "a word that is not known")

    def test_instances_fit_their_schemas(self):
        for operation in self.contract.operations:
            content = operation.node.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                schema = content["application/json"]["schema"]
                self.assertEqual(self.contract.check(schema, instance(self.contract, schema)), [], operation.id)


class Rules(unittest.TestCase):
    def test_a_district_loses_the_streets_of_another_area(self):
        regions = Regions(CATALOG)
        self.assertTrue(regions.covers(["440307"], "440307001"))
        self.assertTrue(regions.covers(["440307"], "440307"))
        self.assertFalse(regions.covers(["440307"], "440307009001"))
        self.assertTrue(regions.covers(["dapeng"], "440307009001"))
        self.assertTrue(regions.covers(["440307009"], "440307009001"))
        self.assertFalse(regions.covers(["440304"], ""))
        self.assertTrue(regions.covers([], ""))


class Fixed:
    """A server that always answers the same."""

    def __init__(self, status, body):
        self.answer = Answer(status, [("Content-Type", "application/json"), ("ETag", "x")], body.encode())

    def ask(self, *_):
        return self.answer


class Judges(unittest.TestCase):
    def setUp(self):
        self.city = City(CATALOG)
        unit = Unit("440304", "440304001", 1)
        self.city.tokens = {"龘一一": Token("龘一一", unit, ["PUBLIC"]), "龘一二": Token("龘一二", unit, ["SURVEY"]),
                            "龘一三": Token("龘一三", unit, ["PUBLIC"], "person")}
        self.truth = Truth(self.city, CATALOG)
        self.operation = Contract.load(ROOT).by_id["get_unit"]

    def leaks(self, role, regions, status, body):
        judge = Judge(self.city, Policy(CATALOG), Contract.load(ROOT))
        person = Person(Fixed(status, body), "somebody", {"regions": regions})
        judge.call(Caller(person, role, self.truth), self.operation, id="1")
        return sum("contract" not in words and "schema" not in words for _, _, words in judge.leaks)

    def test_values_of_another_region_class_or_person_are_leaks(self):
        self.assertEqual(self.leaks("district", ["440304"], 200, "龘一一 龘一二"), 0)
        self.assertEqual(self.leaks("district", ["440305"], 200, "…龘一一"), 1)
        self.assertEqual(self.leaks("department", [], 200, "龘一一"), 0)
        self.assertEqual(self.leaks("department", [], 200, "龘一二"), 1)
        self.assertEqual(self.leaks("city", [], 200, "龘一三"), 1, "masked on the unit's page")

    def test_who_may_not_call_must_be_refused_and_who_may_must_not(self):
        self.assertEqual(self.leaks("security_admin", [], 200, "{}"), 1)
        self.assertEqual(self.leaks("security_admin", [], 403, '{"code":"forbidden"}'), 0)
        self.assertEqual(self.leaks("city", [], 403, '{"code":"forbidden"}'), 1)
        self.assertEqual(self.leaks("city", [], 500, "{}"), 1)

    def test_answers_are_told_apart_by_words_status_and_headers_not_by_numbers(self):
        one = Answer(404, [("A", "1")], b'{"detail":"unit 7","traceId":"0123"}')
        self.assertEqual(shape(one), shape(Answer(404, [("A", "2")], b'{"detail":"unit 88","traceId":"abcd"}')))
        self.assertNotEqual(shape(one), shape(Answer(404, [("A", "1")], b'{"detail":"no unit 7","traceId":"0123"}')))
        self.assertNotEqual(shape(one), shape(Answer(404, [("A", "1"), ("ETag", "x")], one.body)))


if __name__ == "__main__":
    sys.exit(unittest.main())
