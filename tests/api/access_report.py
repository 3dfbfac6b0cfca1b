"""docs/generated/access.md: what the access matrix called, by role and operation."""
import datetime

from access_rules import CLASSES

INTRODUCTION = """# Access matrix

Written by `./minglu torture access`; the method stands in `tests/api/README.md`. Every operation of
`api/openapi.yaml` was called over HTTP by every role in every scope, for own, other and missing units, against a
synthetic city with canaries; what was expected was decided from `catalog/access/policy.csv` and the units' regions,
without the server's code. Run of {day}.

| | |
|---|---:|
| callers (role × scope, a key, a stranger) | {callers} |
| units | {units} |
| canary values | {canaries} |
| part of units and canaries that each caller asked for | 1/{slices} |
| calls | {calls} |
| checks | {checks} |
| **leaks** | **{leaks}** |
| median time of 404: hidden unit, missing unit | {hidden:.2f} ms, {missing:.2f} ms |

Number of calls; **bold**: the policy allows the operation to the role (own things and own scope only), else every
call was refused.

"""


def write_report(path, contract, judge, figures):
    roles = [*CLASSES, "stranger"]
    lines = ["| operation | " + " | ".join(role.replace("_", " ") for role in roles) + " | leaks |",
             "|---|" + "---:|" * (len(roles) + 1)]
    for operation in contract.operations:
        cells = []
        for role in roles:
            calls = judge.calls[operation.id, role]
            cells.append(f"**{calls:,}**" if judge.allowed.get((operation.id, role)) else f"{calls:,}")
        leaks = sum(1 for leak in judge.leaks if leak[0] == operation.id)
        lines.append(f"| `{operation.id}` | " + " | ".join(cells) + f" | {leaks} |")
    hidden, missing = (median * 1e3 for median in figures["medians"])
    head = INTRODUCTION.format(
        day=datetime.date.today().isoformat(), callers=figures["callers"], units=figures["units"],
        canaries=figures["canaries"], slices=figures["slices"], calls=f"{sum(judge.calls.values()):,}",
        checks=f"{sum(judge.checks.values()):,}", leaks=len(judge.leaks), hidden=hidden, missing=missing)
    with open(path, "w", encoding="utf-8") as file:
        file.write(head + "\n".join(lines) + "\n")
