# SPDX-License-Identifier: ISC
"""report: what a test script prints: a line per check, a last line of counts, an exit code."""
import sys
import time
import traceback


class Checks:
    """c.ok(condition, what) for each check; c.finish() is the exit code."""

    def __init__(self):
        self.passed = self.failed = 0
        self.began = time.monotonic()

    def ok(self, condition, what, why=""):
        self.passed += bool(condition)
        self.failed += not condition
        line = f"{'ok' if condition else 'not ok'} - {what}"
        print(line if condition or not why else f"{line}: {why}", flush=True)
        return bool(condition)

    def equal(self, got, want, what):
        return self.ok(got == want, what, f"got {got!r}, expected {want!r}")

    def note(self, text):
        print(f"# {text}", flush=True)

    def finish(self):
        self.note(f"{time.monotonic() - self.began:.1f} s")
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed or not self.passed else 0


def run(main):
    """Call main(Checks) and exit; what it raises is a failed check, so that the counts always come."""
    checks = Checks()
    try:
        main(checks)
    except Exception as error:
        traceback.print_exc()
        checks.ok(False, "the script itself runs to its end", f"{type(error).__name__}: {error}")
    sys.exit(checks.finish())
