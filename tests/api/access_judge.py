"""Counts every call and every check, and keeps what leaked. Scans every byte of every answer for canaries."""
import collections
import io
import json
import re
import zipfile

from access_rules import canaries_in


def text_of(body):
    """What a person could read in it: a workbook is unpacked."""
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return body.decode("utf-8", "replace")


def shape(answer):
    """An answer without what may differ between two things that do not exist: ids, times, traces."""
    text = re.sub(r'"traceId":"[0-9a-f]+"', '"traceId":""', text_of(answer.body))
    headers = sorted(name.lower() for name, _ in answer.headers)
    return answer.status, re.sub(r"\d+", "0", text), tuple(headers)


HELD_AGAINST_CONTRACT = 3  # answers of each operation, status and role


class Judge:
    def __init__(self, city, policy, contract):
        self.city, self.policy, self.contract = city, policy, contract
        self.held, self.succeeded = collections.Counter(), collections.Counter()
        self.calls, self.checks, self.leaks = collections.Counter(), collections.Counter(), []
        self.allowed = {}
        self.asked = set()

    def call(self, caller, operation, query=None, body=None, headers=None, refusal=None, **values):
        """One call, judged: is it refused when the policy says so, and does it tell nothing of others? `refusal`: the
        code of the 403 that is expected although the role may call it."""
        path = operation.path_with(values)
        answer = caller.person.ask(operation.method, path, query, body, headers)
        key = (operation.id, caller.role or "stranger")
        self.calls[key] += 1
        asked = canaries_in(json.dumps([path, query, body], ensure_ascii=False, default=str))
        self.asked |= asked
        self.check_right(caller, operation, answer, refusal)
        self.scan(caller, operation, answer, asked)
        seen = (operation.id, answer.status, caller.role)
        self.held[seen] += 1
        if self.held[seen] <= HELD_AGAINST_CONTRACT:
            self.fits(caller, operation, answer)
        return answer

    def fits(self, caller, operation, answer):
        """The answer is one that the contract tells of: its status, its type of content and its schema."""
        documented = self.contract.response(operation, answer.status)
        self.expect(documented is not None, caller, operation, f"not in the contract: {answer}")
        if documented is None:
            return
        if answer.status < 400:
            self.succeeded[operation.id] += 1
        content = documented.get("content")
        kind = (answer.header("Content-Type") or "").split(";")[0]
        known = kind in content if content else answer.body == b""
        self.expect(known, caller, operation, f"content {kind!r} is not in the contract of {answer.status}")
        for name in documented.get("headers", {}):
            self.expect(answer.header(name) is not None, caller, operation, f"{answer.status} without {name}")
        if known and kind.endswith("json"):
            try:
                texts = answer.body.splitlines() if "ndjson" in kind else [answer.body]
                values = [json.loads(text) for text in texts]
                bad = [c for value in values[:50] for c in self.contract.check_answer(content[kind]["schema"], value)]
            except ValueError:
                bad = ["no JSON"]
            self.expect(not bad, caller, operation, f"{answer.status} does not fit its schema: {bad[:5]}")

    def check_right(self, caller, operation, answer, refusal):
        may = self.policy.allows(operation.id, caller.role)
        self.allowed[operation.id, caller.role or "stranger"] = may
        if may:
            code = answer.json()["code"] if answer.status == 403 else None
            self.expect(code == refusal, caller, operation, f"{refusal or 'no refusal'} expected: {answer}")
        else:
            wanted = 401 if caller.role is None else 403
            self.expect(answer.status == wanted, caller, operation, f"{wanted} expected: {answer}")
        self.expect(answer.status < 500 or answer.status == 503, caller, operation, f"server error: {answer}")

    def scan(self, caller, operation, answer, asked):
        heads = " ".join(f"{name}: {value}" for name, value in answer.headers)
        found = canaries_in(text_of(answer.body) + heads) - asked
        if operation.id == "list_audit":  # The trail says what was asked, to those who watch it.
            found -= self.asked
        strange = [t for t in found if t in self.city.tokens and not caller.may_get(self.city.tokens[t], operation.id)]
        self.expect(not strange, caller, operation, lambda: self.words(caller, strange, answer))

    def words(self, caller, strange, answer):
        token = self.city.tokens[strange[0]]
        at = text_of(answer.body).find(strange[0])
        return (f"canary {strange[0]} of a unit in {token.unit.region} ({'+'.join(token.classes)}, {token.form}), "
                f"{len(strange)} in all: …{text_of(answer.body)[max(0, at - 150):at + 40]}…")

    def expect(self, holds, caller, operation, words):
        self.checks[operation.id, caller.role or "stranger"] += 1
        if not holds:
            words = words() if callable(words) else words
            self.leaks.append((operation.id, caller.title, words))

    def same(self, caller, operation, answers):
        """What is hidden and what does not exist must answer alike."""
        shapes = {shape(answer) for answer in answers}
        self.expect(len(shapes) <= 1, caller, operation, f"told apart: {sorted(shapes)[:2]}")
