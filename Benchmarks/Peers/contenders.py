"""The processes that take turns: our executable and one worker a peer and number of threads."""

import json
import os
import select
import subprocess
import sys

from report import HOME

OURS = os.path.join(HOME, ".build", "release", "PeerWorkloads")


class Process:
    """A program that answers every line with a line of JSON."""

    def __init__(self, command):
        self.command, self.process = command, None

    def start(self):
        self.process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def answer(self, timeout):
        readable, _, _ = select.select([self.process.stdout], [], [], timeout)
        line = self.process.stdout.readline() if readable else ""
        if not line:
            self.stop()
            raise RuntimeError("no answer" if not readable else "it ended")
        answer = json.loads(line)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    def ask(self, line, timeout=300):
        if self.process is None:
            self.start()
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.answer(timeout)


class Ours(Process):
    """Lariat at one workload."""

    def __init__(self, workload, seconds, folder=None, workers=2):
        command = [OURS, workload, "--paced", "--seconds", str(seconds), "--workers", str(workers)]
        command += ["--letters", os.path.join(HOME, "Data", "letters.csv")]
        super().__init__(command + (["--folder", folder] if folder else []))
        self.start()
        self.answer(600)

    def run(self, seconds=None):
        return self.ask("run")["seconds"]


class Peer(Process):
    """A library with so many threads."""

    def __init__(self, module, name, threads, *options):
        worker = os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker.py")
        super().__init__([sys.executable, worker, module, str(threads), *options])
        self.name, self.threads, self.options = name, threads, options

    def ask(self, **command):
        return super().ask(json.dumps(command))


class Setting:
    """One way of one peer to do a workload."""

    def __init__(self, peer, mode):
        self.peer, self.mode, self.seconds = peer, mode, []
        parts = [peer.name] if peer.name else []
        if mode not in ("jit", "partial_fit"):
            parts.append(mode)
        parts += ["asynchronous"] if "async" in peer.options else []
        self.name = ", ".join(parts + [f"{peer.threads} thread" + ("s" if peer.threads > 1 else "")])

    def prepare(self):
        return self.peer.ask(do="prepare", mode=self.mode)

    def run(self, seconds):
        return self.peer.ask(do="run", mode=self.mode, seconds=seconds)["seconds"]
