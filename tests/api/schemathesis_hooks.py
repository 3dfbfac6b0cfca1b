"""What Schemathesis is told beside the contract: who calls each operation, and ids that exist. Loaded by it through
SCHEMATHESIS_HOOKS; MINGLU_API_SESSIONS names a JSON file: {"roles": {operation: role}, "headers": {role: {...}},
"values": {parameter: [...]}}."""
import json
import os

import schemathesis

with open(os.environ["MINGLU_API_SESSIONS"], encoding="utf-8") as file:
    KNOWN = json.load(file)


@schemathesis.hook
def before_call(context, case, **kwargs):
    """The session of a role that may call it; two in three path values are ones that exist."""
    operation = case.operation.definition.raw["operationId"]
    role = KNOWN["roles"][operation]
    case.headers = {**(case.headers or {}), **KNOWN["headers"].get(role, {})}
    for name, value in list((case.path_parameters or {}).items()):
        known = KNOWN["values"].get(operation + "." + name) or KNOWN["values"].get(name)
        # Accounts that others of these requests work with stay as they are.
        if known and (operation in KNOWN["protected"] or sum(map(ord, str(value))) % 3 != 0):
            case.path_parameters[name] = known[sum(map(ord, str(value))) % len(known)]


@schemathesis.hook
def after_call(context, case, response):
    """A line for each request: the figures of the report."""
    with open(os.environ["MINGLU_API_CALLS"], "a", encoding="utf-8") as calls:
        calls.write(f"{case.operation.definition.raw['operationId']} {response.status_code}\n")
