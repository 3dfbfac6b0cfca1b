"""Banned calls, unfinished work, code in comments, words that do not belong in the project."""
import re

import cpp

_CPP = (".cpp", ".hpp")

# (pattern on code without comments and literals, why, key of tools/tidy.json "allowed" that lists exceptions or None)
_BANNED = [
    (r"\bstd::rand\b|(?<![\w:.>])s?rand\s*\(", "use base/rng.hpp with a seed from the spec"),
    (r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok)\s*\(", "no bound; use std::string or fmt"),
    (r"(?<![\w.>])(std::)?system\s*\(|\bpopen\s*\(", "no shell from the engine"),
    (r"\bstd::w?regex\b", "std::regex is slow and recurses on input; write the few lines"),
    (r"\busing\s+namespace\s+std\b", "name what is used"),
    (r"(?<![\w.>])(std::)?(printf|puts|fprintf|putchar)\s*\(|\bstd::(cout|cerr|clog)\b", "only cli/ talks"),
    (r"(?<![\w.>])(std::)?(atoi|atol|atof|sto[ildf]|stoll|stoul|stoull)\s*\(", "use std::from_chars, tell the error"),
    (r"(?<![\w_])assert\s*\(", "use MINGLU_ASSERT, which stays on in release"),
    (r"\.detach\s*\(\s*\)", "a thread is joined by its owner"),
    (r"(?<![\w.>])(std::)?(localtime|gmtime|strtime|tmpnam)\s*\(", "shared state or a race"),
]


_TALKERS = ("cli/", "bench/", "fuzz/", "tests/", "reference/")


def banned_calls(tree, config):
    """Calls that have a better, safer form here."""
    for path in tree.select(*_CPP):
        code = cpp.code_only(tree.text(path)).split("\n")
        for pattern, why in _BANNED:
            talk = "only cli/" in why
            if talk and (path.startswith(_TALKERS) or path.endswith(("_test.cpp", "_bench.cpp"))):
                continue
            if path in config["allowed_calls"].get("talk" if talk else "other", {}):
                continue
            for number, line in enumerate(code, 1):
                match = re.search(pattern, line)
                if match:
                    yield f"{path}:{number}: {match.group(0).strip()}: {why}"
        if path.endswith(".hpp"):
            for number, line in enumerate(code, 1):
                if re.match(r"\s*using\s+namespace\s", line):
                    yield f"{path}:{number}: using namespace in a header"


_UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b(?!\(#\d+\))")


def unfinished(tree, config):
    """A note of unfinished work names its issue, as in (#12)."""
    for path in tree.select(*_CPP, ".py", ".sh", ".cmake", "CMakeLists.txt"):
        for number, line in enumerate(tree.lines(path), 1):
            match = _UNFINISHED.search(line)
            if match:
                yield f"{path}:{number}: {match.group(1)} without an issue number; write {match.group(1)}(#12)"


# One blank after the slashes: prose. Examples in a manual are indented by more and are not looked at.
_CODE_LINE = re.compile(
    r"^// ?(?:(?:return|throw|delete|else|auto|const|int|std::\w+)\b.*[;{}]|(?:if|for|while|switch)\s*\(.*[;{}]"
    r"|\}|#include .*|[\w:.>-]+(?:\[[^\]]*\])?\s*(?:[-+*/|&]?=(?!=)|\().*;)\s*$")


def commented_code(tree, config):
    """Code that is not used is deleted; git remembers it."""
    for path in tree.select(*_CPP):
        for number, comment in cpp.comments(tree.text(path)):
            for offset, line in enumerate(comment.split("\n")):
                if _CODE_LINE.match(line.strip()):
                    yield f"{path}:{number + offset}: code in a comment: {line.strip()[:60]}"


# Built from pieces, so that this file passes its own check.
_PLACES = re.compile("|".join([
    r"(?<![\w.])/wo" r"rk/", r"(?<![\w.}])/ro" r"ot/", r"(?<![\w.])/ho" r"me/\w", r"(?<![\w.}])/tm" r"p/",
]))
_HOSTS = re.compile("|".join([
    "registry" r"\.npmjs", "registry" r"\.yarnpkg", "npmmirror" r"\.com", r"\bpypi" r"\.org",
    "pythonhosted" r"\.org", "deb" r"\.debian\.org",
    "crates" r"\.io/api", "index" r"\.crates", "proxy" r"\.golang", "maven" r"\.org", "mirrors?" r"\.(aliyun|tuna)",
    '"reso' 'lved"' r'\s*:\s*"http',
]))


def places(tree, config):
    """No path of one machine, no address of a package registry."""
    for path in tree.paths:
        if path in config["exempt"].get("places", {}):
            continue
        for number, line in enumerate(tree.lines(path), 1):
            match = _PLACES.search(line) or _HOSTS.search(line)
            if match:
                yield f"{path}:{number}: '{match.group(0)}' belongs to one machine or registry, not to the project"


def blobs(tree, config):
    """No file above 1.5 MB; data is made or fetched."""
    for path in tree.paths:
        if tree.size(path) > config["blob_bytes_max"]:
            yield f"{path}:1: {tree.size(path)} bytes; at most {config['blob_bytes_max']}"


def _one(code):
    return [({"engine/text/bad.cpp": "\n" + code + "\n"}, "engine/text/bad.cpp:2")]


SAMPLES = {
    "banned_calls": [sample for code in (
        "int a = std::rand();", "int a = rand();", "strcpy(a, b);", "sprintf(a, b);", 'system("ls");', "std::regex r;",
        "using namespace std;", 'printf("x");', "std::cout << 1;", "int a = std::stoi(s);", "assert(a);",
        "t.detach();", "auto t = localtime(&x);",
    ) for sample in _one(code)] + [({"engine/text/bad.hpp": "using namespace minglu;\n"}, "in a header")],
    "unfinished": _one("// TO" "DO later") + _one("// FIX" "ME"),
    "commented_code": [sample for code in ("return x + 1;", "foo(bar);", "x = 3;", "}", "if (x) {")
                       for sample in _one("// " + code)],
    "places": [({"docs/bad.md": "see /wo" "rk/main\n"}, "docs/bad.md:1"), ({"a.sh": "cd /tm" "p/x\n"}, "a.sh:1"),
               ({"a.json": '"reso' 'lved": "https://x"\n'}, "a.json:1"),
               ({"a.md": "https://registry" ".npmjs.org\n"}, "a.md:1")],
    "blobs": [({"data.csv": "x" * 1_600_000}, "data.csv:1")],
}
GOOD = {"engine/text/words.cpp": "// Call foo(bar) first; it gives x = 3.\n// for rows that stay;\n"
                                 "//   foo(bar);\n// TO" "DO(#12): later\n"
                                 'auto s = "printf(1)";\nint operand(int a);\nauto v = text.substr(1);\n',
        "README.md": "`var/tmp/x`, ./build\n"}
CHECKS = {"banned_calls": banned_calls, "unfinished": unfinished, "commented_code": commented_code,
          "places": places, "blobs": blobs}
