"""Who may include whom: tools/layers.json, pure capabilities, SQL only where it belongs."""
import json
import re

import cpp
from tree import folder_of, is_test

_CODE = (".cpp", ".hpp")


def layers(tree, config):
    """Every quoted include names an existing file of an allowed folder; CMake links no more; no ring of layers."""
    allowed = {k: v for k, v in json.loads(tree.text("tools/layers.json")).items() if k != "note"}
    for path in tree.select(*_CODE, under=("engine", "server", "cli")):
        here = folder_of(path)
        if here not in allowed:
            yield f"{path}:1: folder '{here}' is not listed in tools/layers.json"
            continue
        for line, name, quoted in cpp.includes(tree.text(path)):
            if quoted:
                yield from _include(tree, allowed, path, here, line, name)
    yield from _links(tree, allowed)
    yield from _rings(allowed)


def _include(tree, allowed, path, here, line, name):
    there = name.split("/")[0]
    file = name if there in ("cli", "server") else "engine/" + name
    if there == "reference":
        if not is_test(path):
            yield f"{path}:{line}: reference/ holds slow twins for tests and benches only"
        if not tree.has(name):
            yield f"{path}:{line}: included file {name} does not exist"
    elif there != here and there not in allowed.get(here, []):
        yield (f'{path}:{line}: {here} may not include "{name}"; allowed: {", ".join([here] + allowed.get(here, []))}')
    elif there != here and "/internal/" in name:
        yield f'{path}:{line}: "{name}" is internal to {there}'
    elif not tree.has(file):
        yield f'{path}:{line}: included file "{name}" does not exist'


def _links(tree, allowed):
    for path in tree.select("CMakeLists.txt", under=("engine",)):
        for match in re.finditer(r"minglu_module\(\s*(\w+)([^)]*)\)", tree.text(path)):
            deps = re.search(r"\bDEPS\b((?:\s+[a-z_0-9]+)*)", match.group(2))
            for dep in deps.group(1).split() if deps else []:
                if dep not in allowed.get(match.group(1), []):
                    yield f"{path}:1: {match.group(1)} links minglu_{dep}, which tools/layers.json does not allow"


def _rings(allowed):
    done = set()

    def visit(folder, trail):
        if folder in trail:
            yield f"tools/layers.json:1: ring {' -> '.join(trail[trail.index(folder):] + [folder])}"
            return
        if folder in done:
            return
        for dep in allowed.get(folder, []):
            yield from visit(dep, trail + [folder])
        done.add(folder)

    for folder in allowed:
        yield from visit(folder, [])


_IMPURE_INCLUDE = re.compile(
    r"^(fstream|sqlite3\.h|soci/|libpq-fe\.h|sys/socket\.h|netinet/|arpa/|netdb\.h|duckdb\.h|table/duck|curl/"
    r"|boost/asio)")
_IMPURE_CODE = re.compile(
    r"\b(system_clock|random_device|std::getenv|std::time|fopen|std::fopen|::open|gettimeofday|clock_gettime)\b")


def pure(tree, config):
    """Capabilities take data and return data: no file, database, socket, clock or random device."""
    rules = config["pure_folders"]
    for path in tree.select(*_CODE, under=["engine/" + folder for folder in rules]):
        if is_test(path):
            continue
        may_write = rules[folder_of(path)] == "may write files"
        for line, name, _ in cpp.includes(tree.text(path)):
            if may_write and name == "fstream":
                continue
            if _IMPURE_INCLUDE.match(name) or (name == "base/file.hpp" and not may_write):
                yield f"{path}:{line}: a pure capability may not include {name}"
        for line, code in enumerate(cpp.code_only(tree.text(path)).split("\n"), 1):
            match = _IMPURE_CODE.search(code)
            if match:
                yield f"{path}:{line}: a pure capability may not use {match.group(0)}; let the spec carry the value"


_SQL = re.compile(
    r"\bSELECT\s[^;]*\sFROM\s|\bINSERT\s+(OR\s+\w+\s+)?INTO\s|\bUPDATE\s+\w+\s+SET\s|\bDELETE\s+FROM\s"
    r"|\bCREATE\s+(UNIQUE\s+|TEMP\s+)?(TABLE|INDEX|VIEW)\s|\bDROP\s+TABLE\s|^\s*PRAGMA\s|^\s*BEGIN\s+IMMEDIATE",
    re.I | re.S)


def sql(tree, config):
    """SQL lives in engine/store (and in the DuckDB wrapper of engine/table)."""
    for path in tree.select(*_CODE):
        if path.startswith(tuple(config["sql_allowed"])):
            continue
        for line, text in cpp.literals(tree.text(path)):
            if _SQL.search(text):
                yield f"{path}:{line}: SQL outside {', '.join(config['sql_allowed'])}"


_LAYERS = {"tools/layers.json": '{"base": [], "text": ["base"], "store": ["text", "base"], "cli": ["text"]}',
           "engine/base/a.hpp": "", "engine/text/a.hpp": '#include "base/a.hpp"\n', "engine/store/internal/b.hpp": ""}
SAMPLES = {
    "layers": [
        ({**_LAYERS, "engine/base/bad.cpp": '#include "text/a.hpp"\n'}, "engine/base/bad.cpp:1: base may not include"),
        ({**_LAYERS, "engine/text/bad.cpp": '\n#include "base/none.hpp"\n'}, "engine/text/bad.cpp:2: included file"),
        ({**_LAYERS, "engine/text/bad.cpp": '#include "a.hpp"\n'}, "engine/text/bad.cpp:1: text may not include"),
        ({**_LAYERS, "engine/store/bad.cpp": '#include "text/internal/b.hpp"\n'}, "is internal to text"),
        ({**_LAYERS, "engine/text/bad.cpp": '#include "reference/t.hpp"\n', "reference/t.hpp": ""}, "slow twins"),
        ({**_LAYERS, "engine/new/a.cpp": ""}, "folder 'new' is not listed"),
        ({**_LAYERS, "engine/base/CMakeLists.txt": "minglu_module(base DEPS text LIBS icuuc)\n"}, "links minglu_text"),
        ({"tools/layers.json": '{"a": ["b"], "b": ["a"]}'}, "ring a -> b -> a"),
    ],
    "pure": [
        ({"engine/match/bad.cpp": "#include <fstream>\n"}, "engine/match/bad.cpp:1"),
        ({"engine/rules/bad.cpp": '#include "base/file.hpp"\n'}, "engine/rules/bad.cpp:1"),
        ({"engine/fuse/bad.cpp": "auto t = std::chrono::system_clock::now();\n"}, "system_clock"),
        ({"engine/synth/bad.cpp": "std::random_device device;\n"}, "random_device"),
    ],
    "sql": [
        ({"engine/flows/bad.cpp": 'auto q = "SELECT id "\n         "FROM unit";\n'}, "engine/flows/bad.cpp:1"),
        ({"engine/match/bad.cpp": 'auto q = R"(insert into t values (1))";\n'}, "engine/match/bad.cpp:1"),
    ],
}
GOOD = {"engine/text/pure.cpp": '// SELECT a FROM b\n#include <string>\nauto s = "select one of them";\n',
        "engine/store/q.cpp": 'auto q = "SELECT a FROM b";\n', "engine/synth/out.cpp": "#include <fstream>\n"}
CHECKS = {"layers": layers, "pure": pure, "sql": sql}
