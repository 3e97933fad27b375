# SPDX-License-Identifier: MIT
"""crmdb import at a terminal: a line tells how far it is, Ctrl-C ends it with its transaction undone, jobs go on.

Usage: progress.py CRMDB, in a folder that is empty. Prints what is wrong; the exit code is 0 where nothing is.
"""
import json
import os
import pty
import re
import select
import subprocess
import sys

LINE = re.compile(rb"\r\x1b\[K(\d+) of (about )?(\d+) rows, \d+ rows/s, \d+ s left")
ROWS = 70000
JOB_ROWS = 180000


def crmdb(*arguments):
    return [sys.argv[1], *arguments, "--db", "store"]


def at_terminal(arguments, stop=None):
    """Runs crmdb at a terminal, with Ctrl-C where it tells of more than so many rows. Exit code, what was shown."""
    process, terminal = pty.fork()
    if not process:
        os.execv(sys.argv[1], arguments)
    shown, typed = bytearray(), False
    while select.select([terminal], [], [], 120)[0]:
        try:
            shown += os.read(terminal, 65536)
        except OSError:  # all of its ends are closed
            break
        if stop is not None and not typed and any(int(line[1]) > stop for line in LINE.finditer(shown)):
            os.write(terminal, b"\x03")
            typed = True
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), bytes(shown)


def runs():
    """The receipts: rows that are stored, and of how many (None: not finished)."""
    text = subprocess.run(crmdb("import", "--runs", "--json"), capture_output=True, check=True).stdout
    return [(run["done"], run.get("total")) for run in json.loads(text)["runs"]]


def write(path, rows):
    """Rows with so much in each that a transaction takes a multiple of the time between two lines (0.2 s)."""
    with open(path, "w", encoding="utf-8") as file:
        file.write("Kundennummer;Firma;Straße;Hausnummer;PLZ;Ort;channel.mail;Ansprechpartner;contact.channel.mail\n")
        file.writelines(f"{number};Firma {number};Gasse;{number};89073;Ulm;info@firma{number}.example;"
                        f"Eva {number};eva@firma{number}.example\n" for number in range(1, rows + 1))


def main():
    wrong = []

    def expect(what, good, seen=b""):
        if not good:
            wrong.append(f"{what}: {seen[-300:]!r}")

    write("rows.csv", ROWS)
    subprocess.run(crmdb("init"), check=True, capture_output=True)
    for what, arguments in (("import", ["rows.csv"]), ("plan", ["--plan", "--save", "kept.plan", "rows.csv"]), ("apply", ["--apply", "kept.plan"])):
        code, shown = at_terminal(crmdb("import", *arguments), 0)
        expect(f"{what}: Ctrl-C ends it with 130, not {code}", code == 130, shown)
        expect(f"{what}: it says so", b"cancelled" in shown, shown)
        expect(f"{what}: nothing is stored", runs() == [], shown)
        if what == "plan":
            subprocess.run(crmdb("import", *arguments), check=True, capture_output=True)
    code, shown = at_terminal(crmdb("import", "--apply", "kept.plan"))
    told = [(int(line[1]), int(line[3])) for line in LINE.finditer(shown)]
    expect("apply: exit code", code == 0, shown)
    expect("apply: a line tells how far it is", told and told == sorted(told) and {total for _, total in told} == {ROWS}, shown)
    expect("apply: the line is gone in the end", shown.rfind(b"\r\x1b[K") > shown.rfind(b"s left"), shown)
    expect("apply: all is stored", runs() == [(ROWS, ROWS)])

    if "CRM_SANITIZED" not in os.environ:
        write("job.csv", JOB_ROWS)
        code, shown = at_terminal(crmdb("import", "job.csv"), 100000)
        expect(f"job: Ctrl-C ends it with 130, not {code}", code == 130, shown)
        expect("job: it says what is stored", b"100000 rows before are stored" in shown, shown)
        expect("job: whole batches are stored", runs()[1:] == [(100000, None)], str(runs()).encode())
        code, shown = at_terminal(crmdb("import", "job.csv"))
        told = [(int(line[1]), int(line[3])) for line in LINE.finditer(shown)]
        expect("job: it goes on", code == 0 and told and min(told)[0] > 100000, shown)
        expect("job: about how many rows there are", {total for _, total in told} <= {JOB_ROWS, JOB_ROWS + 1}, str(told).encode())
        expect("job: all is one run", runs()[1:] == [(JOB_ROWS, JOB_ROWS)], str(runs()).encode())
        again = subprocess.run(crmdb("import", "job.csv", "--json"), capture_output=True, check=True).stdout
        expect("job: the same again changes nothing", json.loads(again)["files"][0]["unchanged"] == JOB_ROWS and len(runs()) == 2, again)
        plan = subprocess.run(crmdb("import", "--plan", "job.csv"), capture_output=True)
        expect("job: no plan, but what to do", plan.returncode == 3 and b"divide the file" in plan.stderr, plan.stderr)
    print("\n".join(wrong) or "nothing wrong")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
