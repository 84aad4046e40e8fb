"""The processes that take turns: our executable and one worker a peer and number of threads."""

import json
import os
import select
import subprocess
import sys
import tempfile

from report import HOME

OURS = os.path.join(HOME, ".build", "release", "PeerWorkloads")


class TooSlow(RuntimeError):
    """There was no answer in time."""


class Process:
    """A program that answers every line with a line of JSON."""

    def __init__(self, command):
        self.command, self.process, self.errors = command, None, None
        # How often it was started: what was prepared before is gone.
        self.generation = 0

    def start(self):
        self.generation += 1
        self.errors = tempfile.TemporaryFile("w+", errors="replace")
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True
        )

    def stop(self):
        """Ends it and returns how it ended and the last that it said."""
        if self.process is None:
            return ""
        status = self.process.poll()
        self.process.kill()
        self.process.wait()
        self.process = None
        self.errors.seek(0)
        last = (self.errors.read().strip().splitlines() or [""])[-1]
        return f"status {status}: {last}"

    def answer(self, timeout):
        readable, _, _ = select.select([self.process.stdout], [], [], timeout)
        line = self.process.stdout.readline() if readable else ""
        if not line:
            end = self.stop()
            if not readable:
                raise TooSlow(f"no answer within {timeout} s")
            raise RuntimeError(f"it ended, {end}")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def ask(self, line, timeout):
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
        except OSError:
            raise RuntimeError(f"it ended, {self.stop()}") from None
        return self.answer(timeout)


class Ours(Process):
    """Lariat at one workload."""

    def __init__(self, workload, seconds, folder=None, workers=2, timeout=600):
        command = [OURS, workload, "--paced", "--seconds", str(seconds), "--workers", str(workers)]
        command += ["--letters", os.path.join(HOME, "Data", "letters.csv")]
        super().__init__(command + (["--folder", folder] if folder else []))
        self.start()
        self.answer(timeout)

    def run(self, seconds=None):
        return self.ask("run", timeout=600)["seconds"]


HERE = os.path.dirname(os.path.abspath(__file__))


class Peer(Process):
    """A library with so many threads."""

    def __init__(self, module, name, threads, *options, python=sys.executable):
        super().__init__([python, os.path.join(HERE, "worker.py"), module, str(threads), *options])
        self.name, self.threads, self.options = name, threads, options

    def ask(self, timeout=300, **command):
        return super().ask(json.dumps(command), timeout)


class Script(Peer):
    """A library in R, which has one thread."""

    def __init__(self, script, name):
        Process.__init__(self, ["Rscript", "--vanilla", os.path.join(HERE, script)])
        self.name, self.threads, self.options = name, 1, ()


class Setting:
    """One way of one peer to do a workload."""

    def __init__(self, peer, mode, workload, folder):
        self.peer, self.mode, self.workload, self.folder, self.seconds = peer, mode, workload, folder, []
        self.check, self.generation = {}, peer.generation
        parts = [peer.name] if peer.name else []
        if mode not in ("jit", "partial_fit"):
            parts.append(mode)
        parts += ["asynchronous"] if "async" in peer.options else []
        self.name = ", ".join(parts + [f"{peer.threads} thread" + ("s" if peer.threads > 1 else "")])

    @staticmethod
    def of(peer, workload, folder):
        """All that a peer offers for a workload."""
        modes = peer.ask(do="modes", workload=workload, folder=folder)["modes"]
        return [Setting(peer, mode, workload, folder) for mode in modes]

    def is_tighter(self, than):
        """Whether it differs from another setting in its tolerance alone, which comes last."""
        return self.peer is than.peer and self.mode.rpartition(", ")[0] == than.mode.rpartition(", ")[0]

    def renew(self):
        """Whether another setting has ended the process; it is then started anew."""
        if self.peer.generation == self.generation and self.peer.process is not None:
            return False
        Setting.of(self.peer, self.workload, self.folder)
        self.generation = self.peer.generation
        return True

    def prepare(self, timeout=300):
        self.renew()
        self.check = self.peer.ask(do="prepare", mode=self.mode, timeout=timeout)
        return self.check

    def run(self, seconds, timeout=300):
        if self.renew():
            self.peer.ask(do="prepare", mode=self.mode)
        return self.peer.ask(do="run", mode=self.mode, seconds=seconds, timeout=timeout)["seconds"]
