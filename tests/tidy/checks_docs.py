"""Documents: links lead somewhere, the glossary is in step with the code."""
import posixpath
import re

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")


def _without_code(text):
    blank = lambda match: re.sub(r"[^\n]", " ", match.group(0))
    return re.sub(r"`[^`\n]*`", blank, re.sub(r"(?ms)^```.*?^```", blank, text))


def _anchors(text):
    found = set()
    for title in re.findall(r"(?m)^#+\s+(.*)$", text):
        slug = re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")
        found.add(slug)
    return found


def links(tree, config):
    """A relative link names a file or folder of the project, and its anchor a heading."""
    for path in tree.select(".md"):
        for number, line in enumerate(_without_code(tree.text(path)).split("\n"), 1):
            for target in _LINK.findall(line):
                if re.match(r"[a-z]+:", target):
                    continue
                name, _, anchor = target.partition("#")
                file = posixpath.normpath(posixpath.join(posixpath.dirname(path), name)) if name else path
                if not (tree.has(file) or tree.has_folder(file)):
                    yield f"{path}:{number}: dead link {target}"
                elif anchor and file.endswith(".md") and anchor not in _anchors(tree.text(file)):
                    yield f"{path}:{number}: no heading '{anchor}' in {file}"


def glossary(tree, config):
    """One English word per Chinese term: rows are complete, no term and no word twice, every code word is in use."""
    path = "docs/glossary.md"
    rows = [(n, [c.strip() for c in line.strip("|").split("|")])
            for n, line in enumerate(tree.lines(path), 1) if line.startswith("|")]
    sources = tree.select(".hpp", ".cpp", ".csv", under=("engine", "cli", "catalog"))
    used = "\n".join(tree.text(p) for p in sources).lower()
    seen = {}
    for number, cells in rows[2:]:
        if len(cells) != 3 or not all(cells):
            yield f"{path}:{number}: a row has three filled cells: 中文, term, in code"
            continue
        for term in {cells[0], cells[1]}:
            if term in seen:
                yield f"{path}:{number}: '{term}' stands in line {seen[term]} already"
            seen[term] = number
        for word in re.findall(r"`([^`]+)`", cells[2]):
            if not re.search(rf"\b{re.escape(word.split()[0].lower())}", used):
                yield f"{path}:{number}: no code uses '{word}'"
    for term in config["glossary_required"]:
        if not any(term in cells[0] for _, cells in rows):
            yield f"{path}:1: the term {term} is missing"


_HEAD = "| 中文 | term | in code |\n|---|---|---|\n"
_ALL = "| 名录库 | register | `register` |\n"
SAMPLES = {
    "links": [
        ({"docs/bad.md": "\n[x](none.md)\n"}, "docs/bad.md:2: dead link none.md"),
        ({"docs/bad.md": "[x](../README.md#nowhere)\n", "README.md": "# Here\n"}, "no heading 'nowhere'"),
    ],
    "glossary": [
        ({"docs/glossary.md": _HEAD + _ALL + "| 名录库 | list | - |\n"}, "glossary.md:4: '名录库' stands in line 3"),
        ({"docs/glossary.md": _HEAD + _ALL + "| 批次 | batch | `nowhere` |\n"}, "no code uses 'nowhere'"),
        ({"docs/glossary.md": _HEAD + _ALL + "| 批次 | batch |\n"}, "three filled cells"),
        ({"docs/glossary.md": _HEAD}, "the term 名录库 is missing"),
    ],
}
GOOD = {"docs/glossary.md": _HEAD + _ALL, "engine/text/w.hpp": "struct Register {};\n",
        "docs/good.md": "[a](glossary.md) [b](../engine) [c](#a-title-标题) `[x](y)`\n# A title 标题\n"}
CHECKS = {"links": links, "glossary": glossary}
