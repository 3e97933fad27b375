# SPDX-License-Identifier: MIT
"""crmdb user password at a terminal: what is typed is not shown, Ctrl-C ends it at once, and the terminal is left as it was.

Usage: terminal.py CRMDB STORE USER. Prints what is wrong; the exit code is 0 where nothing is.
"""
import fcntl
import os
import pty
import select
import sys
import termios
import time

SECONDS = 10  # for each step


def read_until(terminal, wanted):
    """What the terminal shows, up to a text; None where it does not come in time."""
    shown, end = b"", time.monotonic() + SECONDS
    while wanted not in shown:
        if not select.select([terminal], [], [], max(0.0, end - time.monotonic()))[0]:
            return None
        shown += os.read(terminal, 4096)
    return shown


def run(typed):
    """Types the texts, one at each question. Returns the exit code (None: it did not end), what was shown, and whether echo is on again."""
    terminal, its_end = pty.openpty()
    process = os.fork()
    if not process:
        os.setsid()
        fcntl.ioctl(its_end, termios.TIOCSCTTY, 0)
        for number in range(3):
            os.dup2(its_end, number)
        os.execv(sys.argv[1], [sys.argv[1], "user", "password", sys.argv[3], "--db", sys.argv[2]])
    shown = b""
    for text in typed:
        question = read_until(terminal, b": ")
        if question is None:
            break
        shown += question
        os.write(terminal, text)
    code, end = None, time.monotonic() + SECONDS
    while code is None and time.monotonic() < end:
        ended, status = os.waitpid(process, os.WNOHANG)
        code = os.waitstatus_to_exitcode(status) if ended else None
        while select.select([terminal], [], [], 0.05)[0]:
            shown += os.read(terminal, 4096)
    if code is None:
        os.kill(process, 9)
        os.waitpid(process, 0)
    echo = bool(termios.tcgetattr(its_end)[3] & termios.ECHO)
    os.close(its_end)
    os.close(terminal)
    return code, shown, echo


def main():
    wrong = []
    for what, typed, wanted in (
        ("Ctrl-C at once", [b"\x03"], 2),
        ("Ctrl-C behind some letters", [b"geheim\x03"], 2),
        ("Ctrl-C when asked again", [b"geheim\n", b"\x03"], 2),
        ("two that differ", [b"geheim\n", b"geheimer\n"], 2),
        ("the same twice", [b"geheim\n", b"geheim\n"], 0),
    ):
        code, shown, echo = run(typed)
        if code != wanted:
            wrong.append(f"{what}: exit {code}, not {wanted}: {shown!r}")
        if b"geheim" in shown:
            wrong.append(f"{what}: the password is shown: {shown!r}")
        if not echo:
            wrong.append(f"{what}: the terminal stays without echo")
    print("\n".join(wrong) or "nothing wrong")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
