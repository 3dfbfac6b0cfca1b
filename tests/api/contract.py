"""api/openapi.yaml as values, with nothing but the standard library: a reader of the part of YAML that the contract
uses (block and flow maps and lists, quoted and plain scalars, literal blocks, anchors), and a check of a JSON value
against a schema of it. What the reader does not know is an error, never a guess.

    contract = Contract.load(root)
    for operation in contract.operations: print(operation.id, operation.method, operation.path)
    contract.check(schema, value)      # a list of complaints, empty when the value fits
"""
import json
import os
import re
import urllib.parse


class YamlReader:
    def __init__(self, text):
        self.lines = [(len(line) - len(line.lstrip(" ")), line.strip(), line) for line in text.splitlines()]
        self.at, self.anchors = 0, {}

    def read(self):
        value = self.block(0)
        self.skip()
        if self.at != len(self.lines):
            raise ValueError(f"line {self.at + 1}: not understood: {self.lines[self.at][1]}")
        return value

    def skip(self):
        while self.at < len(self.lines) and (not self.lines[self.at][1] or self.lines[self.at][1].startswith("#")):
            self.at += 1

    def block(self, indent):
        """The map or list whose lines stand at this indentation."""
        self.skip()
        if self.lines[self.at][1].startswith("- "):
            return self.block_list(self.lines[self.at][0])
        values = {}
        while True:
            self.skip()
            if self.at == len(self.lines) or self.lines[self.at][0] != indent:
                return values
            key, rest = self.key_of(self.lines[self.at][1])
            self.at += 1
            values[key] = self.value(rest, indent)

    def block_list(self, indent):
        items = []
        while True:
            self.skip()
            if self.at == len(self.lines) or self.lines[self.at][0] != indent or self.lines[self.at][1][:2] != "- ":
                return items
            items.append(self.scalar_or_flow(self.lines[self.at][1][2:]))
            self.at += 1

    def value(self, rest, indent):
        if rest == "|":
            lines = []
            while self.at < len(self.lines) and (not self.lines[self.at][1] or self.lines[self.at][0] > indent):
                lines.append(self.lines[self.at][1])
                self.at += 1
            return "\n".join(lines)
        if rest:
            return self.scalar_or_flow(rest)
        self.skip()
        return self.block(self.lines[self.at][0])

    def key_of(self, text):
        match = re.match(r"""(?:'([^']*)'|"([^"]*)"|([^'"{}\[\],&*#][^'"]*?)):(?: +(.*))?$""", text)
        if not match:
            raise ValueError(f"line {self.at + 1}: no key: {text}")
        return next(part for part in match.groups()[:3] if part is not None), match.group(4) or ""

    def scalar_or_flow(self, text):
        value, end = self.flow(text, 0, in_flow=False)
        rest = text[end:].strip()
        if rest and not rest.startswith("#"):
            raise ValueError(f"line {self.at}: left over: {rest}")
        return value

    def flow(self, text, at, in_flow=True):
        while text[at] == " ":
            at += 1
        if text[at] == "&":
            name = re.match(r"&(\w+) ", text[at:])
            value, end = self.flow(text, at + name.end(), in_flow)
            self.anchors[name.group(1)] = value
            return value, end
        if text[at] == "*":
            name = re.match(r"\*(\w+)", text[at:])
            return self.anchors[name.group(1)], at + name.end()
        if text[at] == "{":
            return self.flow_map(text, at + 1)
        if text[at] == "[":
            return self.flow_list(text, at + 1)
        if text[at] == "'":
            match = re.match(r"'((?:[^']|'')*)'", text[at:])
            return match.group(1).replace("''", "'"), at + match.end()
        if text[at] == '"':
            match = re.match(r'"(?:[^"\\]|\\.)*"', text[at:])
            return json.loads(match.group(0)), at + match.end()
        match = re.match(r"[^,{}\[\]]*" if in_flow else r".*", text[at:])
        return plain(match.group(0).strip()), at + match.end()

    def flow_map(self, text, at):
        values = {}
        while True:
            while text[at] in " ,":
                at += 1
            if text[at] == "}":
                return values, at + 1
            match = re.match(r"""(?:'([^']*)'|"([^"]*)"|([^'":,{}\[\]]+)): """, text[at:])
            if not match:
                raise ValueError(f"line {self.at}: no key in a flow map (a text with a comma needs quotes): "
                                 f"{text[at:at + 60]}")
            key = next(part for part in match.groups() if part is not None)
            values[key], at = self.flow(text, at + match.end())

    def flow_list(self, text, at):
        items = []
        while True:
            while text[at] in " ,":
                at += 1
            if text[at] == "]":
                return items, at + 1
            item, at = self.flow(text, at)
            items.append(item)


def plain(text):
    if text in ("true", "false"):
        return text == "true"
    if text in ("null", "~", ""):
        return None
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d+\.\d+", text) else text


TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


class Operation:
    def __init__(self, path, method, node):
        self.id, self.path, self.method, self.node = node["operationId"], path, method.upper(), node
        self.parameters = node.get("parameters", [])
        self.responses = node["responses"]
        self.is_public = node.get("security") == []

    def path_with(self, values):
        return re.sub(r"\{(\w+)\}", lambda m: urllib.parse.quote(str(values[m.group(1)]), safe=""), self.path)


class Contract:
    # Words of JSON Schema that check() knows; "description" and "default" only inform.
    KNOWN = {"type", "required", "properties", "additionalProperties", "items", "enum", "minLength", "maxLength",
             "minimum", "maximum", "minItems", "maxItems", "pattern", "format", "description", "default", "$ref",
             "const", "oneOf", "examples", "propertyNames", "maxProperties"}

    def __init__(self, document):
        self.document, self.tells_all = document, False
        self.operations = [Operation(path, method, node) for path, methods in document["paths"].items()
                           for method, node in methods.items() if method != "parameters"]
        self.by_id = {operation.id: operation for operation in self.operations}

    @staticmethod
    def load(root):
        with open(os.path.join(root, "api", "openapi.yaml"), encoding="utf-8") as file:
            return Contract(YamlReader(file.read()).read())

    def resolve(self, node):
        while isinstance(node, dict) and "$ref" in node:
            target = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def response(self, operation, status):
        """The documented answer, or None."""
        node = operation.responses.get(str(status))
        return None if node is None else self.resolve(node)

    def check_answer(self, schema, value):
        """As check; a member that the contract does not tell of is a fault of the contract."""
        self.tells_all = True
        try:
            return self.check(schema, value)
        finally:
            self.tells_all = False

    def check(self, schema, value, where=""):
        schema = self.resolve(schema)
        unknown = set(schema) - self.KNOWN
        if unknown:
            return [f"{where}: words of the schema that this check does not know: {sorted(unknown)}"]
        if "oneOf" in schema:
            fits = [s for s in schema["oneOf"] if not self.check(s, value, where)]
            return [] if len(fits) == 1 else [f"{where}: fits {len(fits)} of the alternatives"]
        types = schema.get("type")
        if types is not None and not any(is_type(value, t) for t in (types if isinstance(types, list) else [types])):
            return [f"{where}: {json.dumps(value, ensure_ascii=False)[:60]} is no {types}"]
        if "enum" in schema and value not in schema["enum"]:
            return [f"{where}: {value!r} is none of {schema['enum']}"]
        if isinstance(value, dict):
            return self.check_object(schema, value, where)
        if isinstance(value, list):
            return self.check_list(schema, value, where)
        return check_scalar(schema, value, where)

    def check_object(self, schema, value, where):
        bad = [f"{where}/{name}: missing" for name in schema.get("required", []) if name not in value]
        known = schema.get("properties", {})
        rest = schema.get("additionalProperties", not (self.tells_all and known))
        for name, member in value.items():
            if name in known:
                bad += self.check(known[name], member, f"{where}/{name}")
            elif rest is False:
                bad.append(f"{where}/{name}: not in the contract")
            elif isinstance(rest, dict):
                bad += self.check(rest, member, f"{where}/{name}")
        return bad

    def check_list(self, schema, value, where):
        bad = []
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            bad.append(f"{where}: {len(value)} items")
        for at, item in enumerate(value):
            bad += self.check(schema.get("items", {}), item, f"{where}/{at}")
        return bad


FORMATS = {"date": r"\d{4}-\d{2}-\d{2}", "date-time": r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z"}


def check_scalar(schema, value, where):
    bad = []
    if isinstance(value, str):
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            bad.append(f"{where}: {len(value)} characters")
        if "pattern" in schema and not re.search(schema["pattern"], value):
            bad.append(f"{where}: {value!r} does not match {schema['pattern']}")
        if schema.get("format") in FORMATS and not re.fullmatch(FORMATS[schema["format"]], value):
            bad.append(f"{where}: {value!r} is no {schema['format']}")
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            bad.append(f"{where}: {value} is out of range")
    return bad


def instance(contract, schema, wanted=()):
    """The smallest value that fits: required members and those in `wanted`, first alternatives, shortest texts."""
    schema = contract.resolve(schema)
    if "oneOf" in schema:
        return instance(contract, schema["oneOf"][0], wanted)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        names = [n for n in schema.get("properties", {}) if n in schema.get("required", []) or n in wanted]
        return {name: instance(contract, schema["properties"][name], wanted) for name in names}
    if kind == "array":
        return [instance(contract, schema["items"], wanted)] * schema.get("minItems", 0)
    if kind == "string":
        if schema.get("format") == "date":
            return "2026-01-31"
        return "440304" if "pattern" in schema else "x" * max(1, schema.get("minLength", 1))
    return {"integer": schema.get("minimum", 0), "number": 0, "boolean": False, "null": None}[kind]
