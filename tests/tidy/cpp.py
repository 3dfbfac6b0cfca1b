"""Reads C++ just well enough for the checks: blanks comments and literals, finds includes, literals and functions."""
import re

_TOKEN = re.compile(
    r'R"(?P<tag>[^()\s\\]{0,16})\((?P<raw>.*?)\)(?P=tag)"'   # raw string
    r'|(?P<line>//[^\n]*(?:\\\n[^\n]*)*)'                      # line comment
    r'|(?P<block>/\*.*?\*/)'                                   # block comment
    r'|"(?P<string>(?:\\.|[^"\\\n])*)"'                        # string
    r"|(?<![0-9a-fA-FxX])'(?P<char>(?:\\.|[^'\\\n])+)'",       # character, not the digit separator of 1'000
    re.S)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def code_only(text):
    """Same length and lines; comments and the inside of literals are spaces."""
    def replace(match):
        whole = match.group(0)
        if match.group("line") is not None or match.group("block") is not None:
            return _blank(whole)
        quote = "'" if whole.startswith("'") else '"'
        return quote + _blank(whole[1:-1]) + quote
    return _TOKEN.sub(replace, text)


def comments(text):
    """(line number, comment text) of every comment."""
    for match in _TOKEN.finditer(text):
        comment = match.group("line") or match.group("block")
        if comment:
            yield text.count("\n", 0, match.start()) + 1, comment


def literals(text):
    """(line number, content) of every string literal; neighbours that the compiler joins are joined."""
    joined, line, end = None, 0, 0
    for match in _TOKEN.finditer(text):
        content = match.group("raw") if match.group("raw") is not None else match.group("string")
        if content is None:
            continue
        if joined is not None and text[end:match.start()].strip() == "":
            joined += content
        else:
            if joined is not None:
                yield line, joined
            joined, line = content, text.count("\n", 0, match.start()) + 1
        end = match.end()
    if joined is not None:
        yield line, joined


def includes(text):
    """(line number, name, quoted?) of every #include."""
    for number, line in enumerate(text.split("\n"), 1):
        match = re.match(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line)
        if match:
            yield number, match.group(1) or match.group(2), match.group(1) is not None


_CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum)\b|\bextern\s*\"")


def _is_function_head(head):
    """Head: the text between the previous statement's end and an opening brace outside any function."""
    if "(" not in head:
        return False
    plain = re.sub(r"\boperator\s*[-+*/%^&|~!=<>,\[\]()]+", "operator_", head)
    while True:
        shorter = re.sub(r"\([^()]*\)|<[^<>()=]*>", "", plain)
        if shorter == plain:
            break
        plain = shorter
    if "=" in plain:
        return re.search(r"=\s*\[[^\]]*\]", head) is not None  # a lambda with a name; otherwise a table
    return not (_CONTAINER.search(plain) and re.search(r"\b(class|struct|union|enum|namespace)\b[^)]*$", plain))


def functions(text):
    """(first line, last line, head) of every function body, lambdas and local types inside counted with it."""
    code = code_only(text)
    code = re.sub(r"(?m)^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", lambda m: _blank(m.group(0)), code)
    head_start, depth, body = 0, 0, None  # body: (depth, head start) of the open function or table
    for match in re.finditer(r"[{};]|\b(?:public|private|protected)\s*:", code):
        token, at = match.group(0), match.start()
        if token == "{":
            if body is None:
                head = code[head_start:at]
                if _is_function_head(head):
                    body = (depth, head_start, True)
                elif "=" in re.sub(r"[<>=!]=", "", head) or (head.strip() and not _CONTAINER.search(head)):
                    body = (depth, head_start, False)
                else:
                    head_start = match.end()
            depth += 1
        elif token == "}":
            depth -= 1
            if body is None:
                head_start = match.end()
            elif depth == body[0]:
                following = code[match.end():].lstrip()[:1]
                if body[2] and following not in (",", "{"):
                    start = head_start + len(code[head_start:]) - len(code[head_start:].lstrip())
                    yield (code.count("\n", 0, start) + 1, code.count("\n", 0, at) + 1,
                           " ".join(code[start:at].split("{")[0].split())[:80])
                if following not in (",", "{"):  # a, b_{x} { ... }: still inside a constructor's initialisers
                    head_start = match.end()
                body = None
        elif body is None:
            head_start = match.end()
