#!/usr/bin/env python3
"""Runs the examples of a guide, top to bottom in one empty directory. run_examples.py PROGRAM PAGE.md

Every block fenced as ```sh is run with the program as `minglu`. A line "# exit 3" in a block says what status it ends
with; without it the status must be 0. Every `## minglu ...` heading must have at least one such block.
Exit status: 0 all ran, 1 one did not, naming its line."""
import os
import re
import subprocess
import sys
import tempfile


def blocks(text):
    """(line number, heading, script) of every sh block."""
    heading, lines = "", text.split("\n")
    for number, line in enumerate(lines, 1):
        if line.startswith("#") and not line.startswith("# exit"):
            heading = line.lstrip("# ")
        if line.strip() == "```sh":
            end = next(i for i in range(number, len(lines)) if lines[i].strip() == "```")
            yield number, heading, "\n".join(lines[number:end])


def run(program, page):
    with open(page, encoding="utf-8") as file:
        text = file.read()
    headings = re.findall(r"(?m)^#+ (`?minglu .*)$", text)
    found = list(blocks(text))
    problems = [f"{page}: '{h}' has no example" for h in headings if h not in {heading for _, heading, _ in found}]
    with tempfile.TemporaryDirectory() as place:
        tools = os.path.join(place, ".tools")
        os.mkdir(tools)
        os.symlink(os.path.abspath(program), os.path.join(tools, "minglu"))
        environment = {**os.environ, "PATH": tools + ":" + os.environ["PATH"], "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
        for number, heading, script in found:
            wanted = int((re.search(r"(?m)^# exit (\d+)", script) or [0, "0"])[1])
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=place, env=environment, text=True,
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=250)
            if done.returncode != wanted:
                problems.append(f"{page}:{number}: '{heading}' ended with {done.returncode}, not {wanted}:\n{script}\n"
                                + done.stdout[-800:] + done.stderr[-1200:])
    return len(found), problems


def self_test():
    """A good page runs; a failing block, a wrong status and a heading without example are each reported."""
    good = "## minglu say\n```sh\nminglu a >b\n```\n```sh\ncat b\nexit 3\n# exit 3\n```\n"
    bad = ("## minglu say\n```sh\nfalse\n```\n", "## minglu say\n```sh\ntrue\n# exit 3\n```\n", "## minglu say\n")
    with tempfile.TemporaryDirectory() as place:
        results = []
        for text in (good, *bad):
            page = os.path.join(place, "page.md")
            with open(page, "w", encoding="utf-8") as file:
                file.write(text)
            results.append(len(run("/bin/echo", page)[1]))
    print("examples self-test:", "ok" if results == [0, 1, 1, 1] else f"FAILED {results}")
    return results != [0, 1, 1, 1]


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    count, problems = run(*arguments)
    print("\n".join(problems + [f"examples: {count} ran, {len(problems)} problems"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
