"""A newcomer's terminal: one shell, in a home of its own, in which a failing command is noticed."""

import os
import select
import subprocess
import time

END = "@walked"
DEADLINE_S = 60


class Terminal:
    def __init__(self, home, environment):
        self.output = b""
        self.shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-E"],
            cwd=home,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        self.type("trap 'echo \"@failed: $BASH_COMMAND\"' ERR")

    def type(self, text):
        self.shell.stdin.write(text.encode() + b"\n")
        self.shell.stdin.flush()

    def run(self, commands):
        """What the commands print. Fails when one of them does, or when they do not come to an end."""
        self.type(f"{commands}\necho\necho {END}")
        said = self.read_until(f"\n{END}\n")
        failed = [line for line in said.splitlines() if line.startswith("@failed: ")]
        assert not failed, f"{failed[0].removeprefix('@failed: ')!r} failed:\n{said}"
        return said.strip("\n")

    def read_until(self, mark):
        began = time.monotonic()
        while mark.encode() not in self.output:
            left = began + DEADLINE_S - time.monotonic()
            ready = left > 0 and select.select([self.shell.stdout], [], [], left)[0]
            read = os.read(self.shell.stdout.fileno(), 65536) if ready else b""
            assert read, f"the commands did not come to an end:\n{self.output.decode()}"
            self.output += read
        said, self.output = self.output.split(mark.encode(), 1)
        return said.decode()

    def end(self):
        self.shell.stdin.close()
        self.shell.wait(timeout=DEADLINE_S)
        self.shell.stdout.close()
