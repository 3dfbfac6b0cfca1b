"""What both tortures share: command templates, running them, and the verdict of a check command.

A template is split like a shell command line, then {home}, {acks} and {completed} are filled in: the folder under
test, the client's own list of acknowledgements (outside it), and how many of the commands ran to their end.

A check command says what it found as one JSON object on standard output with the counts "lost" and "half_states"
and the list "notes". One that prints none, or dies, or ends with another exit code than 0 without naming a fault,
is itself counted as one half state.
"""
import json
import shlex
import subprocess

CHECK_SECONDS_MAX = 120


def fill(template, home, acks, completed=0):
    return [part.format(home=home, acks=acks, completed=completed) for part in shlex.split(template)]


def run(command, seconds_max=CHECK_SECONDS_MAX):
    """(exit code, standard output, standard error); a time-out is exit code -1000."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=seconds_max)
        return done.returncode, done.stdout, done.stderr
    except subprocess.TimeoutExpired:
        return -1000, "", "no end after %d s" % seconds_max


def must_run(command, what):
    code, _, err = run(command)
    if code != 0:
        raise SystemExit("%s failed with exit code %d: %s\n%s" % (what, code, shlex.join(command), err.strip()))


def verdict_of(check, home, acks, completed):
    """{"lost", "half_states", "notes"} of the check command."""
    code, out, err = run(fill(check, home, acks, completed))
    try:
        found = json.loads(out)
        lost, halves, notes = int(found["lost"]), int(found["half_states"]), [str(n) for n in found.get("notes", [])]
    except (ValueError, KeyError, TypeError):
        said = (err or out).strip()[-300:]
        lost, halves, notes = 0, 1, ["the check said no verdict, exit code %d: %s" % (code, said)]
    if code != 0 and lost + halves == 0:
        halves, notes = 1, ["the check ended with exit code %d: %s" % (code, err.strip()[-300:])]
    return {"lost": lost, "half_states": halves, "notes": notes}


def recover_and_check(recover, check, home, acks, completed):
    """Recovery first when given (a program that cannot start again is a half state), then the check."""
    notes, halves = [], 0
    if recover:
        code, out, err = run(fill(recover, home, acks, completed))
        if code != 0:
            halves, notes = 1, ["recovery ended with exit code %d: %s" % (code, (err or out).strip()[-300:])]
    found = verdict_of(check, home, acks, completed)
    found["half_states"] += halves
    found["notes"] = notes + found["notes"]
    return found


class Tally:
    """Counts over all points, with the first few notes."""
    NOTES_MAX = 10

    def __init__(self):
        self.points, self.bad_points, self.lost, self.half_states, self.notes = 0, 0, 0, 0, []

    def add(self, where, found):
        self.points += 1
        self.lost += found["lost"]
        self.half_states += found["half_states"]
        if found["lost"] + found["half_states"]:
            self.bad_points += 1
            if len(self.notes) < self.NOTES_MAX:
                self.notes.append("%s: %s" % (where, "; ".join(found["notes"])[:400]))

    def as_dict(self):
        return {"points": self.points, "bad_points": self.bad_points, "lost": self.lost,
                "half_states": self.half_states, "notes": self.notes}
