"""count_tests.py PRESET JUNIT: reads ctest's JUnit report, prints "passed failed skipped" on standard output and the
names of failed and skipped cases on standard error. A case whose state is not known counts as failed."""
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter


def state(case):
    if case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
        # ctest writes a test whose program is missing as "notrun" too; only a declared skip is a skip.
        message = " ".join(node.get("message", "") for node in case.findall("skipped"))
        return "skipped" if "SKIP" in message or case.get("status") == "disabled" else "failed"
    if case.find("failure") is None and case.get("status") == "run":
        return "passed"
    return "failed"


def main(preset, path):
    counts = Counter()
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        result = state(case)
        counts[result] += 1
        if result != "passed":
            print(f"  {result} ({preset}): {case.get('name')}{reason(case, result)}", file=sys.stderr)
        if result == "failed":
            print("".join(f"      {line[:200]}\n" for line in tail(case)), end="", file=sys.stderr)
    if not counts:
        print(f"count_tests: {path} holds no test", file=sys.stderr)
        return 1
    print(counts["passed"], counts["failed"], counts["skipped"])
    return 0


LINES_SHOWN = 12


def tail(case):
    lines = [line for line in (case.findtext("system-out") or "").splitlines() if line.strip()]
    return lines if len(lines) <= LINES_SHOWN else [f"... {len(lines) - LINES_SHOWN} lines more"] + lines[-LINES_SHOWN:]


def reason(case, result):
    """The sentence of GTEST_SKIP: the line after "Skipped" in the output."""
    if result != "skipped":
        return ""
    lines = (case.findtext("system-out") or "").splitlines()
    for at, line in enumerate(lines):
        if line.endswith("Skipped") and at + 1 < len(lines):
            return ": " + lines[at + 1].strip()
    return ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
