#!/usr/bin/env python3
"""Tests of ./minglu itself, on a copy of the scripts with stand-ins for apt, cmake and ctest. Never installs anything.
Each test says what the machine is like and which sentence or result a person must see."""
import os
import pty
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
ALL_INSTALLED = 'for p in "$@"; do case $p in -*|*Package*) ;; *) echo "$p installed" ;; esac; done'


class Machine:
    """A directory with the scripts and a PATH whose first folder holds the stand-ins."""

    def __init__(self, stubs=None, os_release='ID=debian\nVERSION_ID="12"\n'):
        self.folder = tempfile.mkdtemp()
        os.chmod(self.folder, 0o755)
        self.root = os.path.join(self.folder, "project")
        os.makedirs(os.path.join(self.root, "deps"))
        shutil.copytree(os.path.join(ROOT, "tools", "house"), os.path.join(self.root, "tools", "house"))
        shutil.copy(os.path.join(ROOT, "minglu"), self.root)
        self.write("project/deps/fetch.sh", "#!/bin/sh\n", executable=True)
        self.write("os-release", os_release)
        defaults = {"dpkg-query": "exit 1", "dpkg": "exit 0", "apt-get": "exit 0", "cmake": "exit 0", "ninja": "exit 0"}
        for name, body in {**defaults, **(stubs or {})}.items():
            self.write(f"bin/{name}", f"#!/bin/bash\n{body}\n", executable=True)

    def write(self, path, text, executable=False):
        full = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
        if executable:
            os.chmod(full, 0o755)

    def run(self, *arguments, user=None, environment=None, cwd=None):
        """(exit status, standard output, standard error)."""
        env = {"PATH": os.path.join(self.folder, "bin") + ":" + os.environ["PATH"], "HOME": self.folder, "CI": "true",
               "MINGLU_OS_RELEASE": os.path.join(self.folder, "os-release"), **(environment or {})}
        command = [os.path.join(self.root, "minglu"), *arguments]
        if user is not None:
            subprocess.run(["chown", "-R", str(user), self.folder], check=True)
            command = ["setpriv", f"--reuid={user}", "--clear-groups", *command]
        done = subprocess.run(command, env=env, cwd=cwd or self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class HouseTest(unittest.TestCase):
    def machine(self, *arguments, **named):
        machine = Machine(*arguments, **named)
        self.addCleanup(machine.remove)
        return machine

    def fails_with(self, sentence, machine, *arguments, **named):
        status, out, err = machine.run(*(arguments or ("setup", "build")), **named)
        self.assertNotEqual(status, 0, err)
        self.assertIn(sentence, err)
        self.assertEqual(out, "")
        self.assertNotIn(machine.folder, err.replace(machine.folder + "/bin", ""), "a message names a machine's path")


class SetupTest(HouseTest):
    def apt_that_says(self, words):
        return self.machine({"apt-get": f'[[ "$*" == *install* ]] || exit 0; echo "{words}"; exit 100'})

    def test_nothing_missing_asks_no_network(self):
        machine = self.machine({"dpkg-query": ALL_INSTALLED, "apt-get": "touch $HOME/asked; exit 1"})
        status, _, err = machine.run("setup")
        self.assertEqual(status, 0, err)
        self.assertIn("are installed", err)
        self.assertFalse(os.path.exists(os.path.join(machine.folder, "asked")))

    @unittest.skipUnless(os.geteuid() == 0, "needs root: it plays an installation by root")
    def test_root_installs_only_what_is_missing(self):
        machine = self.machine({
            "dpkg-query": ALL_INSTALLED.replace("-*|", "-*|libzip-dev|"),
            "apt-get": 'echo "$*" >>$HOME/calls; [[ $DEBIAN_FRONTEND == noninteractive ]]'})
        status, _, err = machine.run("setup", "build")
        self.assertEqual(status, 0, err)
        with open(os.path.join(machine.folder, "calls"), encoding="utf-8") as file:
            calls = file.read().splitlines()
        self.assertEqual([call.split("Use-Pty=0 ")[1] for call in calls], ["update", "install libzip-dev"])

    def test_other_system_is_named(self):
        machine = self.machine(os_release='ID=ubuntu\nVERSION_ID="22.04"\n')
        self.fails_with("this machine is 'ubuntu 22.04', not Debian 12", machine)

    @unittest.skipUnless(os.geteuid() == 0, "needs root to become somebody else")
    def test_sudo_with_password_says_what_to_run(self):
        self.fails_with("sudo asks for a password; run 'sudo -v' first", self.machine({"sudo": "exit 1"}), user=65534)

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_held_lock(self):
        self.fails_with("another program holds apt's lock",
                        self.apt_that_says("E: Could not get lock /var/lib/dpkg/lock-frontend."))

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_no_network(self):
        machine = self.machine({"apt-get": 'echo "E: Failed to fetch x  Temporary failure resolving"; exit 100'})
        self.fails_with("package server cannot be reached", machine)

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_full_disk(self):
        self.fails_with("the disk is full", self.apt_that_says("E: You don't have enough free space in x."))

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_little_disk_is_told_before_anything_is_fetched(self):
        machine = self.machine({"df": 'echo head; echo "x 9 9 2097152 9% /"', "apt-get": "touch $HOME/asked"})
        self.fails_with("only 2 GiB are free", machine)
        self.assertFalse(os.path.exists(os.path.join(machine.folder, "asked")))

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_unknown_package(self):
        self.fails_with("apt does not know one of the packages", self.apt_that_says("E: Unable to locate package mold"))

    @unittest.skipUnless(os.geteuid() == 0, "needs root")
    def test_interrupted_installation_is_finished_first(self):
        machine = self.machine({"dpkg": '[[ $1 == --audit ]] && echo "half installed: x"; echo "dpkg $*" >>$HOME/calls',
                                "apt-get": 'echo "apt-get ${*: -2:1}" >>$HOME/calls'})
        status, _, err = machine.run("setup", "lint")
        self.assertEqual(status, 0, err)
        with open(os.path.join(machine.folder, "calls"), encoding="utf-8") as file:
            self.assertLess((text := file.read()).index("dpkg --configure -a"), text.index("apt-get"))

    def test_library_that_cannot_be_fetched(self):
        machine = self.machine({"dpkg-query": ALL_INSTALLED})
        fetch = "#!/bin/sh\necho 'deps/fetch.sh: npm could not fetch it.' >&2; exit 1\n"
        machine.write("project/deps/fetch.sh", fetch, executable=True)
        self.fails_with("npm could not fetch it. (log: build/logs/deps.log)", machine)

    def test_unknown_list(self):
        self.fails_with("there is no package list 'all'; allowed: build, test, torture, lint", self.machine(),
                        "setup", "all")


class CommandTest(HouseTest):
    def built(self, body):
        machine = self.machine({"dpkg-query": ALL_INSTALLED})
        machine.write("project/build/release/bin/minglu", f"#!/bin/bash\n{body}\n", executable=True)
        return machine

    def test_other_words_go_to_the_program_unchanged(self):
        machine = self.built('printf "%s|" "$@"; pwd; exit 4')
        status, out, err = machine.run("ingest", "a b", "--json", "", cwd=machine.folder)
        self.assertEqual((status, out, err), (4, f"ingest|a b|--json||{machine.folder}\n", ""))

    def test_works_through_a_link_from_anywhere(self):
        machine = self.built("echo here")
        os.symlink(os.path.join(machine.root, "minglu"), os.path.join(machine.folder, "bin", "minglu"))
        done = subprocess.run([os.path.join(machine.folder, "bin", "minglu"), "status"], capture_output=True, text=True)
        self.assertEqual(done.stdout, "here\n")

    def test_missing_program_is_built_and_talk_stays_off_standard_output(self):
        make = "mkdir -p $2/bin; printf '#!/bin/sh\\necho {}\\n' >$2/bin/minglu; chmod +x $2/bin/minglu"
        machine = self.machine({"dpkg-query": ALL_INSTALLED, "ninja": make,
                                "cmake": "mkdir -p build/release && touch build/release/build.ninja"})
        status, out, err = machine.run("status", "--json")
        self.assertEqual((status, out), (0, "{}\n"), err)
        self.assertIn("building release (minglu): done", err)

    def test_failed_build_shows_the_error_and_the_log(self):
        machine = self.machine({"dpkg-query": ALL_INSTALLED, "cmake": "mkdir -p build/dev; touch build/dev/build.ninja",
                                "ninja": "echo 'x.cpp:1: error: no such thing'; exit 1"})
        status, _, err = machine.run("build", "dev")
        self.assertEqual(status, 1)
        self.assertIn("x.cpp:1: error: no such thing", err)
        self.assertIn("see build/logs/build-dev.log", err)

    def test_demo_builds_and_hands_its_arguments_on(self):
        machine = self.built('printf "%s|" "$@"')
        status, out, err = machine.run("demo", "--units", "10")
        self.assertEqual((status, out), (0, "demo|--units|10|"), err)

    def test_serve_builds_what_is_missing_and_hands_its_arguments_on(self):
        machine = self.built('printf "%s|" "$@"')
        status, out, err = machine.run("serve", "--port", "0")
        self.assertEqual((status, out), (0, "serve|--port|0|"), err)

    def test_no_colour_in_a_file(self):
        machine = self.machine({"dpkg-query": ALL_INSTALLED})
        self.assertNotIn("\x1b", machine.run("setup")[2])

    def test_a_terminal_gets_colour_unless_it_is_not_wanted(self):
        machine = self.machine({"dpkg-query": ALL_INSTALLED})
        for no_color, coloured in (("", True), ("1", False)):
            self.assertEqual(b"\x1b[" in self.on_terminal(machine, no_color), coloured)

    def on_terminal(self, machine, no_color):
        try:
            master, slave = pty.openpty()
        except OSError as error:
            self.skipTest(f"this machine has no pseudo-terminals: {error}")
        env = {**os.environ, "PATH": os.path.join(machine.folder, "bin") + ":" + os.environ["PATH"], "TERM": "xterm",
               "NO_COLOR": no_color}
        process = subprocess.Popen([os.path.join(machine.root, "minglu"), "setup"], env=env, stderr=slave,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        os.close(slave)
        seen = b""
        try:
            while chunk := os.read(master, 4096):
                seen += chunk
        except OSError:
            pass  # Linux reports the closed terminal so
        os.close(master)
        process.wait()
        return seen


REPORT = '<testsuite><testcase name="a" status="run"/>{}</testsuite>'
FAILED = '<testcase name="b" status="fail"><failure/></testcase>'
SKIPPED = ('<testcase name="c" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/>'
           "<system-out>x.cpp:3: Skipped\nno folder ../shared/data\n</system-out></testcase>")
NOT_BUILT = '<testcase name="d" status="notrun"><skipped message="Unable to find executable"/></testcase>'


class TestCommandTest(HouseTest):
    """./minglu test with a ctest that writes a given report."""

    def run_test(self, cases, ctest_status=0, report=True):
        write = f"echo '{REPORT.format(cases)}' >${{@: -1}}" if report else ":"
        machine = self.machine({"dpkg-query": ALL_INSTALLED, "ctest": f"{write}; exit {ctest_status}",
                                "cmake": "mkdir -p build/$2; touch build/$2/build.ninja"})
        status, out, err = machine.run("test")
        return status, out.splitlines()[-1] if out else "", err

    def test_sums_both_suites(self):
        self.assertEqual(self.run_test(SKIPPED)[:2], (0, "2 passed, 0 failed, 2 skipped"))

    def test_a_skip_gives_its_reason(self):
        self.assertIn("skipped (dev): c: no folder ../shared/data", self.run_test(SKIPPED)[2])

    def test_a_failed_case_fails(self):
        self.assertEqual(self.run_test(FAILED, 8)[:2], (1, "2 passed, 2 failed, 0 skipped"))

    def test_a_missing_program_is_a_failure_not_a_skip(self):
        self.assertEqual(self.run_test(NOT_BUILT, 8)[:2], (1, "2 passed, 2 failed, 0 skipped"))

    def test_a_runner_that_fails_without_a_failed_case_fails(self):
        self.assertEqual(self.run_test("", 8)[:2], (1, "2 passed, 1 failed, 0 skipped"))

    def test_no_report_fails(self):
        self.assertEqual(self.run_test("", 8, report=False)[:2], (1, "0 passed, 1 failed, 0 skipped"))


if __name__ == "__main__":
    unittest.main(verbosity=1)
