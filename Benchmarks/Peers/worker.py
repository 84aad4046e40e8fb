"""One peer with one number of threads, in a process of its own: `worker.py torch 2`.

Reads a JSON command a line and answers with a JSON line:
  {"do": "modes", "workload": ..., "folder": ...}  ->  {"modes": [...]}, the ways in which the peer does the workload
  {"do": "prepare", "mode": ...}                   ->  {"losses": [...]} or {"outputs": [[...]]} or {"sums": [...]}, or
                                                       for a path {"solution": a file, "first": its seconds, "curve": ...}
  {"do": "run", "mode": ..., "seconds": ...}       ->  {"seconds": seconds of one unit}
"""

import importlib
import json
import os
import sys
import time
import traceback


def timed(run, count):
    start = time.perf_counter()
    run(count)
    return time.perf_counter() - start


def burst(run, seconds, warm):
    """Calls run(count), which does that many units and waits for them, for about that long; seconds of one unit.

    One unit warms up; when `warm`, a unit that is as long as the burst is all of it.
    """
    elapsed, count = timed(run, 1), 1
    if warm and elapsed >= seconds:
        return elapsed
    while True:
        elapsed = timed(run, count)
        if elapsed >= seconds / 10:
            break
        count *= 2
    if elapsed >= seconds:
        return elapsed / count
    count = max(1, int(count * seconds / elapsed))
    return timed(run, count) / count


def main():
    name, threads = sys.argv[1], int(sys.argv[2])
    # Whatever a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from exchange import Data

    peer = importlib.import_module("peer_" + name)
    peer.set_threads(threads)
    modes, ready, warm = {}, {}, []

    def answer(command):
        if command["do"] == "modes":
            modes.clear()
            ready.clear()
            warm.clear()
            modes.update(peer.modes(command["workload"], Data(command["folder"])))
            return {"modes": list(modes)}
        if command["do"] == "prepare":
            contender = ready[command["mode"]] = modes[command["mode"]]()
            if getattr(contender, "is_warm", False):
                warm.append(contender)
            return contender.check()
        if command["do"] == "run":
            contender = ready[command["mode"]]
            seconds = burst(contender.run, command["seconds"], contender in warm)
            warm.append(contender)
            return {"seconds": seconds / getattr(contender, "units", 1)}
        raise ValueError(command)

    for line in sys.stdin:
        try:
            result = answer(json.loads(line))
        except Exception as error:
            traceback.print_exc()
            result = {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
        answers.write(json.dumps(result) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
