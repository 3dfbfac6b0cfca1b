#!/usr/bin/env python3
"""Single sign-on with the program itself and a small issuer (issuer.py): who signs on is known, and whatever an issuer,
another browser or somebody in between gets wrong signs nobody on.

    sign_on_test.py --program build/dev/bin/minglu --root .
"""
import argparse
import hashlib
import hmac
import os
import shutil
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import client  # noqa: E402
import issuer as issuer_module  # noqa: E402

OPTIONS = argparse.Namespace()


class SignOn(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="minglu_sign_on_")
        cls.issuer = issuer_module.Issuer(cls.folder)
        cls.server = client.Server(OPTIONS.program, OPTIONS.root, cls.folder)
        cls.server.sign_on = cls.issuer.configuration()
        cls.server.start()
        cls.boss = cls.server.first_administrator()
        cls.boss.ask("POST", "/users", body={"login": "wang", "display_name": "王", "roles": ["leader"]})

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        cls.issuer.stop()
        shutil.rmtree(cls.folder, ignore_errors=True)

    def setUp(self):
        self.issuer.login, self.issuer.claims, self.issuer.header, self.issuer.sign = "wang", {}, {}, None
        self.issuer.signs_with, self.issuer.calls_itself = self.issuer.keys[0], self.issuer.url

    def begin(self):
        """A browser with its cookie, and the address it is sent to."""
        browser = client.Person(self.server, "browser", {})
        answer = browser.ask("POST", "/sign-on")
        self.assertEqual(answer.status, 200, answer)
        browser.headers["Cookie"] = answer.header("Set-Cookie").split(";")[0]
        return browser, answer.json()["url"]

    def finish(self, browser, state, code):
        return browser.ask("POST", "/sign-on/session", body={"state": state, "code": code})

    def sign_on(self):
        browser, url = self.begin()
        return self.finish(browser, *self.issuer.sign_on(url))

    def refused(self, status, code):
        answer = self.sign_on()
        self.assertEqual((answer.status, answer.json()["code"]), (status, code), answer)
        self.assertNotIn("minglu_session=", str(answer.headers))

    def test_who_signs_on_is_known(self):
        self.assertEqual(client.Person(self.server, "x", {}).ask("GET", "/sign-on").json(),
                         {"available": True, "title": "智慧统计平台"})
        for key in self.issuer.keys:
            self.issuer.signs_with = key
            answer = self.sign_on()
            self.assertEqual(answer.status, 201, answer)
            me = answer.json()
            self.assertEqual((me["login"], me["must_change_password"]), ("wang", False))
            person = client.Person(self.server, "wang", {})
            person.take_session(answer)
            self.assertEqual(person.ask("GET", "/search", query={"q": "甲"}).status, 200)
            self.assertEqual(person.ask("GET", "/users").status, 403)

    def test_capitals_do_not_make_another_person(self):
        self.issuer.login = "WANG"
        self.assertEqual(self.sign_on().json()["login"], "wang")

    def test_strangers_and_disabled_accounts_stay_outside(self):
        self.issuer.login = "somebody.else"
        self.refused(401, "no_account")
        made = self.boss.ask("POST", "/users", body={"login": "gone", "display_name": "离", "roles": ["leader"]}).json()
        version = '"%d"' % made["user"]["version"]
        self.boss.ask("PATCH", "/users/" + made["user"]["id"], body={"disabled": True}, headers={"If-Match": version})
        self.issuer.login = "gone"
        self.refused(401, "no_account")

    def test_tokens_that_say_otherwise_sign_nobody_on(self):
        now = int(time.time())
        for claims in ({"iss": "https://other.example"}, {"aud": "other"}, {"aud": ["other", "minglu"]},
                       {"azp": "other"}, {"exp": now - 120}, {"iat": now + 600}, {"nonce": "another"}):
            with self.subTest(claims=claims):
                self.issuer.claims = claims
                self.refused(401, "sign_on_refused")
        self.issuer.claims = {"preferred_username": ""}
        self.refused(503, "sign_on_misfit")

    def test_tokens_that_are_not_signed_by_the_issuer_sign_nobody_on(self):
        public = issuer_module.openssl("pkey", "-in", self.issuer.keys[0].file, "-pubout")
        stranger = issuer_module.SigningKey(self.folder, "RSA", "stranger")
        for header, sign in (({"alg": "none"}, lambda message: b""),
                             ({"alg": "HS256"}, lambda message: hmac.digest(public, message, hashlib.sha256)),
                             ({}, stranger.sign), ({"kid": "second"}, None), ({"kid": "unknown"}, None)):
            with self.subTest(header=header):
                self.issuer.header, self.issuer.sign = header, sign
                self.refused(401, "sign_on_refused")

    def test_a_sign_on_serves_once_and_one_browser(self):
        browser, url = self.begin()
        state, code = self.issuer.sign_on(url)
        other, _ = self.begin()
        self.assertEqual(self.finish(other, state, code).status, 401, "begun in another browser")
        self.assertEqual(self.finish(client.Person(self.server, "x", {}), state, code).status, 401, "no cookie")
        self.assertEqual(self.finish(browser, state[:-1], code).status, 401, "another state")
        self.assertEqual(self.finish(browser, state, code).status, 201)
        self.assertEqual(self.finish(browser, state, code).status, 401, "used")
        browser, url = self.begin()
        state, _ = self.issuer.sign_on(url)
        self.assertEqual(self.finish(browser, state, "made up").status, 401, "the issuer knows no such code")

    def test_codes_of_another_sign_on_do_not_serve(self):
        """PKCE: a code that was stolen is of no use in another flow."""
        _, stolen_from = self.begin()
        _, code = self.issuer.sign_on(stolen_from)
        thief, url = self.begin()
        state, _ = self.issuer.sign_on(url)
        self.assertEqual(self.finish(thief, state, code).status, 401)

    def test_what_happened_is_in_the_trail(self):
        draft = {"login": "auditor", "display_name": "审", "roles": ["audit_admin"]}
        made = self.boss.ask("POST", "/users", body=draft)
        auditor = self.server.choose_password("auditor", made.json()["link"].split("=", 1)[1], {})
        self.sign_on()
        self.issuer.claims = {"aud": "other"}
        self.sign_on()
        items = auditor.ask("GET", "/audit", query={"operation": "finish_sign_on", "limit": 2}).json()["items"]
        self.assertEqual([item["outcome"] for item in items], ["denied", "ok"])
        self.assertIn("not meant for", items[0]["reason"])
        self.assertEqual(items[1]["object"], "login:wang")

    def test_words_of_the_configuration_that_are_wrong_are_named(self):
        for more, word in (({"issuer": "http://sso.example"}, "https://"), ({"nope": 1}, "nope"),
                           ({"client_id": ""}, "client_id"), ({"second_factor": [1]}, "second_factor")):
            with self.subTest(word=word):
                folder = tempfile.mkdtemp(dir=self.folder)
                other = client.Server(OPTIONS.program, OPTIONS.root, folder)
                other.sign_on = self.issuer.configuration(**more)
                with self.assertRaisesRegex(RuntimeError, word):
                    other.start()


class ChangingIssuer(unittest.TestCase):
    """With a server of its own each: what it has kept of the issuer counts."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="minglu_sign_on_")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.issuer = issuer_module.Issuer(self.folder)
        self.server = client.Server(OPTIONS.program, OPTIONS.root, self.folder, second_factor="required")
        self.server.sign_on = self.issuer.configuration()
        for name, rows in (("organisations", "code,name,role\nSZ,市局,city\n"),
                           ("people", "login,display_name,organisation\nwang,王,SZ\n")):
            with open(os.path.join(self.folder, name + ".csv"), "w") as out:
                out.write(rows)
        self.server.run("people", "sync", "--organisations", os.path.join(self.folder, "organisations.csv"), "--people",
                        os.path.join(self.folder, "people.csv"))
        self.server.start()
        self.addCleanup(self.server.stop)

    def begin(self):
        return client.Person(self.server, "browser", {}).ask("POST", "/sign-on")

    def test_it_may_vouch_for_a_second_factor(self):
        self.addCleanup(self.issuer.stop)
        self.issuer.login = "wang"
        for amr, is_needed in ((["pwd"], True), (["pwd", "otp"], False)):
            self.issuer.claims = {"amr": amr}
            begun = self.begin()
            state, code = self.issuer.sign_on(begun.json()["url"])
            answer = client.Person(self.server, "browser", {}).ask(
                "POST", "/sign-on/session", body={"state": state, "code": code},
                headers={"Cookie": begun.header("Set-Cookie").split(";")[0]})
            self.assertEqual(answer.json()["totp_required"], is_needed, answer)

    def test_one_that_calls_itself_otherwise_is_not_believed(self):
        self.addCleanup(self.issuer.stop)
        self.issuer.calls_itself = self.issuer.url + "/"
        self.assertEqual(self.begin().status, 503)

    def test_its_addresses_and_keys_are_kept(self):
        self.addCleanup(self.issuer.stop)
        for _ in range(3):
            self.assertEqual(self.begin().status, 200)
        self.assertEqual(self.issuer.asked, ["/realm/.well-known/openid-configuration", "/realm/keys"])

    def test_one_that_is_away_is_said_to_be_and_asked_again_later(self):
        self.issuer.stop()
        started = time.monotonic()
        self.assertEqual([self.begin().status for _ in range(20)], [503] * 20)
        self.assertLess(time.monotonic() - started, 10, "each asked anew")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--root", required=True)
    options, rest = parser.parse_known_args(namespace=OPTIONS)
    unittest.main(argv=[sys.argv[0], *rest])
