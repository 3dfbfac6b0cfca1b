"""Sizes, names, headers, folders, files that nothing reaches."""
import os
import posixpath
import re
import unicodedata

import cpp
from tree import folder_of

_CPP = (".cpp", ".hpp")
_HOUSES = ("engine", "cli", "reference", "bench", "fuzz", "tests", "tools")


def _exempt(config, check, path):
    return path in config["exempt"].get(check, {})


def file_size(tree, config):
    """A source file has at most 500 lines; tables and generated code are listed in tools/tidy.json with a reason."""
    limit = config["file_lines_max"]
    for path in tree.select(*_CPP, ".py", ".sh"):
        count = tree.text(path).count("\n")
        if count > limit and not _exempt(config, "file_size", path):
            yield f"{path}:{limit + 1}: {count} lines; at most {limit}"


def function_size(tree, config):
    """A function has at most 70 lines, from the first line of its head to the closing brace."""
    limit = config["function_lines_max"]
    for path in tree.select(*_CPP):
        if _exempt(config, "function_size", path):
            continue
        for first, last, head in cpp.functions(tree.text(path)):
            if last - first + 1 > limit:
                yield f"{path}:{first}: {last - first + 1} lines in '{head}'; at most {limit}"


def columns(tree, config):
    """A line of C++ or Python is at most 120 columns wide; a Chinese character takes two."""
    limit = config["columns_max"]
    for path in tree.select(*_CPP, ".py"):
        if _exempt(config, "columns", path):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            if len(line) * 2 > limit:
                width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)
                if width > limit:
                    yield f"{path}:{number}: {width} columns; at most {limit}"


def headers(tree, config):
    """A header has #pragma once; a public one opens with a comment of at least three lines, its manual."""
    for path in tree.select(".hpp"):
        lines = tree.lines(path)
        if "#pragma once" not in lines:
            yield f"{path}:1: no #pragma once"
        opening = 0
        while opening < len(lines) and lines[opening].startswith("//"):
            opening += 1
        public = path.startswith("engine/") and "/internal/" not in path
        if public and opening < 3:
            yield f"{path}:1: the opening comment has {opening} lines; a public header is a manual and needs at least 3"


def names(tree, config):
    """Files and folders are snake_case; x_test.cpp and x_y_test.cpp stand beside or above x, are named after
    their folder, or are listed."""
    for path in tree.select(*_CPP, ".py", ".csv", ".json", under=(*_HOUSES, "catalog")):
        if re.match(r"tests/golden/[^/]+/input/", path):
            continue  # feeds keep the names that their sources give them
        for part in path.split("/"):
            if not re.fullmatch(r"[a-z0-9_]+(\.[a-z0-9_]+)*", part):
                yield f"{path}:1: '{part}' is not snake_case"
    for path in tree.select("_test.cpp", "_bench.cpp"):
        folder, name = posixpath.split(path)
        subject = re.sub(r"_(test|bench)\.cpp$", "", name)
        topics = {posixpath.basename(p).split(".")[0].split("_")[0] for p in tree.select(*_CPP, under=(folder,))
                  if not re.search(r"_(test|bench)\.cpp$", p)}
        topic = subject.split("_")[0]
        if not (topic in topics or topic == posixpath.basename(folder) or path in config["test_groups"]):
            yield (f"{path}:1: nothing beside it is about '{topic}'; rename it or list it in tools/tidy.json "
                   "test_groups")


def namespaces(tree, config):
    """A header of engine/x declares namespace minglu::x."""
    for path in tree.select(".hpp", under=("engine",)):
        folder, code = folder_of(path), cpp.code_only(tree.text(path))
        if not re.search(rf"namespace minglu::{folder}\b", code):
            yield f"{path}:1: no namespace minglu::{folder}"


def readmes(tree, config):
    """Every folder of engine/ says in a README.md what it is for."""
    folders = {"/".join(p.split("/")[:2]) for p in tree.paths if p.startswith("engine/") and p.count("/") > 1}
    for folder in sorted(folders):
        if not tree.has(folder + "/README.md"):
            yield f"{folder}:1: no README.md"


def dead_files(tree, config):
    """Every source is built, every header included, every script mentioned."""
    included = set()
    for path in tree.select(*_CPP):
        for _, name, quoted in cpp.includes(tree.text(path)):
            if quoted:
                included |= {name, "engine/" + name, posixpath.normpath(posixpath.join(posixpath.dirname(path), name))}
    for path in tree.select(".hpp"):
        if path not in included:
            yield f"{path}:1: no file includes it"
    for path in tree.select(".cpp"):
        if not _is_built(tree, path):
            yield f"{path}:1: no CMakeLists.txt builds it"
    yield from _dead_folders(tree)
    yield from _dead_scripts(tree)


def _is_built(tree, path):
    folder = posixpath.dirname(path)
    while folder:
        cmake = folder + "/CMakeLists.txt"
        if tree.has(cmake):
            text = tree.text(cmake)
            inside = posixpath.relpath(path, folder)
            if "minglu_module(" in text or inside in text or re.search(rf"\b{re.escape(inside[:-4])}\b", text):
                return True
            for pattern in re.findall(r"GLOB(?:_RECURSE)?[^)]*?([\w*/]*\*\w*\.cpp)", text):
                pattern = pattern.lstrip("/")
                if re.fullmatch(pattern.replace(".", r"\.").replace("*", ".*"), inside):
                    return True
        folder = posixpath.dirname(folder)
    return False


def _dead_folders(tree):
    top = tree.text("CMakeLists.txt") if tree.has("CMakeLists.txt") else ""
    for path in tree.select("CMakeLists.txt", under=("engine",)):
        if path.count("/") == 2 and not re.search(rf"\b{path.split('/')[1]}\b", top):
            yield f"{path}:1: the top CMakeLists.txt does not name this folder"


def _dead_scripts(tree):
    scripts = tree.select(".py", ".sh", under=_HOUSES)
    readers = tree.select(".py", ".sh", ".md", ".cmake", ".txt", ".json", ".yaml", ".csv", ".cpp", "minglu")
    for path in scripts:
        name = os.path.basename(path)
        words = [name, f"import {name[:-3]}", f"from {name[:-3]} import"]
        if path.startswith("tools/house/"):
            words.append("$command.sh")
        if not any(word in tree.text(other) for other in readers if other != path for word in words):
            yield f"{path}:1: no other file mentions it"


_CALLS = "  g();\n" * 80
_LONG = "void f() {\n" + _CALLS + "}\n"
_HEADER = "// One\n// two\n// three.\n#pragma once\nnamespace minglu::text {}\n"
_CMAKE = {"CMakeLists.txt": "foreach(folder text)\n", "engine/text/CMakeLists.txt": "minglu_module(text)\n"}
SAMPLES = {
    "file_size": [({"engine/text/bad.cpp": "int a;\n" * 501}, "engine/text/bad.cpp:501")],
    "function_size": [
        ({"engine/text/bad.cpp": "namespace a {\n" + _LONG + "}\n"}, "engine/text/bad.cpp:2: 82 lines in 'void f()'"),
        ({"engine/text/bad.cpp": "struct A {\n A(int x) : a_{x}, b_{x} {\n" + _CALLS + "}\n};\n"}, "bad.cpp:2: 82"),
        ({"engine/text/bad.cpp": "TEST(A, B) {\n" + '  g("}");\n' * 80 + "}\n"}, "bad.cpp:1: 82"),
        ({"engine/text/bad.cpp": "bool A::operator==(const A& o) const {\n" + _CALLS + "}\n"}, "bad.cpp:1: 82"),
        ({"engine/text/bad.cpp": "const auto f = [](int x) {\n" + _CALLS + "};\n"}, "bad.cpp:1: 82"),
        ({"engine/text/bad.cpp": "A f(B b) {\n" + "  if (x) { g(); }\n" * 80 + "}\n"}, "bad.cpp:1: 82"),
    ],
    "columns": [({"engine/text/bad.cpp": "\n// " + "统" * 60 + "\n"}, "engine/text/bad.cpp:2: 123 columns")],
    "headers": [
        ({"engine/text/bad.hpp": "// One\n// two\n// three.\n"}, "no #pragma once"),
        ({"engine/text/bad.hpp": "// One line.\n#pragma once\n"}, "has 1 lines"),
    ],
    "names": [
        ({"engine/text/BadName.cpp": ""}, "is not snake_case"),
        ({"engine/text/none_test.cpp": ""}, "is about 'none'"),
    ],
    "namespaces": [({"engine/text/bad.hpp": "namespace minglu::other {}\n"}, "no namespace minglu::text")],
    "readmes": [({"engine/empty/a.cpp": ""}, "engine/empty:1: no README.md")],
    "dead_files": [
        ({**_CMAKE, "engine/text/lonely.hpp": _HEADER}, "engine/text/lonely.hpp:1: no file includes it"),
        ({"cli/lonely.cpp": "", "cli/CMakeLists.txt": "add_executable(x main.cpp)\n"}, "no CMakeLists.txt builds it"),
        ({"engine/new/CMakeLists.txt": "minglu_module(new)\n", "CMakeLists.txt": "foreach(folder base)\n"},
         "does not name"),
        ({"tools/lonely.py": ""}, "no other file mentions it"),
    ],
}
_TABLE = "const int kTable[] = {\n" + "  1,\n" * 100 + "};\n"
GOOD = {**_CMAKE, "engine/text/README.md": "x", "engine/text/a.hpp": _HEADER,
        "engine/text/a.cpp": '#include "text/a.hpp"\n',
        "cli/b.cpp": "", "fuzz/c_fuzz.cpp": "",
        "cli/CMakeLists.txt": "file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)\n",
        "fuzz/CMakeLists.txt": "file(GLOB targets ${CMAKE_CURRENT_SOURCE_DIR}/*_fuzz.cpp)\n",
        "engine/text/a_test.cpp": _TABLE + "int f(int x = 1) {\n  return x;\n}\n"}
CHECKS = {"file_size": file_size, "function_size": function_size, "columns": columns, "headers": headers,
          "names": names, "namespaces": namespaces, "readmes": readmes, "dead_files": dead_files}
