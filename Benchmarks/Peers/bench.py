"""Lariat against its peers, alternating in one run on the same work and data; see ../README.md.

Prints a table and, after a whole run, writes results/peers.json, results/peers-settings.json and the README's section.
"""

import argparse
import importlib.metadata
import json
import math
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

from report import HOME, clean_environment, duration, machine, own_versions, table, write_json, write_section

clean_environment()

import numpy as np

import paths
from contenders import OURS, Ours, Peer, Script, Setting, TooSlow
from exchange import Data

NETWORKS = ["30-16-2 @ 16", "64-64-64-10 @ 32", "100-256-256-256-2 @ 256", "784-512-256-10 @ 128", "784-2048-2048-10 @ 512"]
WORKLOADS = (
    [f"train {network} {rule}" for network in NETWORKS for rule in ("sgd", "adamw")]
    + ["epoch letters 16-128-128-26 @ 128 adamw", "reach 95 % letters 16-128-128-26 @ 128 adamw"]
    + ["epoch dense 784-512-256-10 @ 128 adam"]
    + [f"predict {shape} @ {rows}" for shape in ("30-16-2", "64-64-64-10", "784-512-256-10") for rows in (1, 32, 1024)]
    + ["csv 1000000 x 20"]
    + paths.WORKLOADS
)
# adelie needs an older numpy than the others, in an environment of its own.
ADELIE = os.path.join(HOME, ".venv-adelie", "bin", "python")
PACKAGES = ["torch", "jax", "onnxruntime", "scikit-learn", "pandas", "polars", "pyarrow", "celer", "skglm", "numpy"]

# A setting that is this many times as slow as the best in a first trial takes no part in the rounds.
HOPELESS = 1.5

# Seconds that a turn may take at most; a setting that takes longer is out.
LIMIT = 120

# The same for the first run of a path, which also is its trial when it takes this many times as long as the best.
PATH_LIMIT, PATH_HOPELESS = 15, 3


def make_peers(note):
    """Each library with one thread and with two; JAX also with its asynchronous dispatch."""
    torch = [Peer("torch", "torch", threads) for threads in (1, 2)]
    jax = [Peer("jax", "jax", 1), Peer("jax", "jax", 2), Peer("jax", "jax", 2, "async")]
    onnx = [Peer("onnxruntime", "onnxruntime", threads) for threads in (1, 2)]
    sklearn = [Peer("sklearn", "scikit-learn", threads) for threads in (1, 2)]
    csv = [Peer("csv", "", threads) for threads in (1, 2)]
    path = path_peers(note)
    return {"train": torch + jax, "epoch": torch + jax, "reach": torch + jax, "dense": sklearn,
            "predict": onnx + torch + jax, "csv": csv, "path": path, "cv": path}  # fmt: skip


def path_peers(note):
    """Those of the paths that are installed; some work where others cannot be installed."""
    path = [Peer("sklearn_path", "scikit-learn", threads) for threads in (1, 2)]
    for name in ("celer", "skglm"):
        if installed(name):
            path.append(Peer(name, name, 1))
        else:
            note(f"{name} is not installed, and takes no part.")
    if adelie_version():
        path += [Peer("adelie", "adelie", threads, python=ADELIE) for threads in (1, 2)]
    else:
        note("adelie is not installed, and takes no part: it needs an environment of its own, for an older numpy.")
    if glmnet_version():
        path.append(Script("peer_glmnet.R", "glmnet"))
    else:
        note("R with glmnet and jsonlite is not installed, and takes no part.")
    return path


def installed(name):
    """The version of a Python package here, or None."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def said(*command):
    """What a command says, or None when it fails."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def adelie_version():
    return said(ADELIE, "-c", "import importlib.metadata as m, adelie; print(m.version('adelie'))")


def glmnet_version():
    return said("Rscript", "--vanilla", "-e", "library(jsonlite); cat(as.character(packageVersion('glmnet')))")


def peer_versions():
    found = {name: installed(name) for name in PACKAGES} | {"adelie": adelie_version(), "glmnet": glmnet_version()}
    return {name: version for name, version in found.items() if version}


def is_counted(workload, setting):
    """A step is one call on fresh data; what runs a whole epoch inside one call is shown beside, not compared."""
    return not (workload.startswith("train") and setting.mode == "epoch in a call")


def write_csv(path, workload):
    """Numbers of several magnitudes with six decimals."""
    import polars

    rows, columns = map(int, re.findall(r"\d+", workload))
    random = np.random.default_rng(1)
    scales = 10.0 ** (np.arange(columns) % 5 - 1)
    frame = polars.DataFrame({f"x{j}": random.standard_normal(rows) * scales[j] for j in range(columns)})
    frame.write_csv(path, float_precision=6)


def difference(check, data):
    """What a peer computes differently, or None."""
    if "solution" in check:
        return data.judge.difference(check)
    if "losses" in check:
        mine, theirs = np.array(data.losses), np.array(check["losses"])
        relative = np.abs(theirs - mine) / np.abs(mine)
        if relative[0] > 1e-5 or relative.max() > 1e-3:
            return f"losses {theirs.tolist()} where ours are {mine.tolist()}"
    if "meanLoss" in check and abs(check["meanLoss"] / np.mean(data.losses) - 1) > 1e-3:
        return f"mean loss {check['meanLoss']} where ours is {np.mean(data.losses)}"
    if "outputs" in check:
        mine = data.outputs_of_ours
        error = np.abs(np.array(check["outputs"]) - mine).max() / np.abs(mine).max()
        if not error <= 1e-4:
            return f"outputs differ by {error:.1e} of the largest"
    if "sums" in check:
        mine = np.array(data.sums)
        if not (np.abs(np.array(check["sums"]) - mine) <= 1e-7 * data.rows).all():
            return "the sums of the columns differ"
    return None


def settings_of(workload, peers, data, refuse):
    """Every setting of every peer that computes the same as we do, and those that took too long to say."""
    kind = "dense" if workload.startswith("epoch dense") else workload.split()[0]
    settings, slow, long = [], [], []
    for peer in peers[kind]:
        try:
            offered = Setting.of(peer, workload, data.folder)
        except RuntimeError as error:
            refuse(f"{peer.name} with {peer.threads} threads: {error}")
            continue
        for setting in offered:
            if peer.threads > 1 and setting.mode == "pandas":
                continue  # It has one thread.
            if any(setting.is_tighter(than) for than in long):
                continue
            try:
                limit = PATH_LIMIT if paths.is_path(workload) else 300
                problem = difference(setting.prepare(limit), data)
            except TooSlow as error:
                if paths.is_path(workload):
                    slow.append(setting)
                    long.append(setting)
                    continue
                problem = str(error)
            except RuntimeError as error:
                problem = str(error)
            if setting.check.get("first", 0) > PATH_LIMIT / 3:
                long.append(setting)
            if problem:
                refuse(f"{setting.name}: {problem}")
            else:
                settings.append(setting)
    return settings, slow


def race(workload, peers, options, folder, refuse):
    """Rounds of ours and every promising setting in turn: our seconds, the settings with theirs, and facts of a path."""
    os.makedirs(folder)
    if workload.startswith("csv"):
        write_csv(os.path.join(folder, "data.csv"), workload)
    if paths.is_path(workload):
        paths.write_problem(folder, workload)
    ours, facts = Ours(workload, options.seconds, folder, timeout=LIMIT if paths.is_path(workload) else 600), {}
    try:
        data = Data(folder)
        if paths.is_path(workload):
            data.judge = paths.Judge(data)
            facts = data.judge.facts
        settings, slow = settings_of(workload, peers, data, refuse)

        def turn(setting, seconds):
            """A turn of a setting, after a pause for the threads of the one before; a setting that fails is out."""
            time.sleep(0.05)
            try:
                return setting.run(seconds, LIMIT)
            except RuntimeError as error:
                settings.remove(setting)
                refuse(f"{setting.name}: {error}")
                return math.inf

        # The first run also builds what is built lazily.
        quickest = min((s.check["first"] for s in settings if "first" in s.check), default=0)
        for setting in list(settings):
            if setting.check.get("first", 0) > PATH_HOPELESS * quickest:
                setting.trial = setting.check["first"]
                continue
            setting.trial = turn(setting, 0.1)
            if setting in settings:
                setting.trial = min(setting.trial, turn(setting, options.seconds / 2))
        best = min((s.trial for s in settings if is_counted(workload, s)), default=0)
        racing = [s for s in settings if s.trial <= HOPELESS * best or not is_counted(workload, s)]
        ours.run()
        mine = []
        for _ in range(options.rounds):
            time.sleep(0.05)
            mine.append(ours.run())
            for setting in racing:
                if setting in settings:
                    setting.seconds.append(turn(setting, options.seconds))
    finally:
        ours.stop()
    for setting in settings:
        setting.median = statistics.median(setting.seconds or [setting.trial])
    for setting in slow:
        setting.median = None
    return mine, settings + slow, facts


def engine():
    """The kernels in use and the measured peak."""
    return json.loads(subprocess.run([OURS, "engine"], capture_output=True, text=True, check=True).stdout)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds, at least 5 for a result")
    parser.add_argument("--seconds", type=float, default=0.5, help="about how long a turn is")
    parser.add_argument("--only", default="", help="a regular expression that workloads must match; writes no results")
    parser.add_argument("--merge", action="store_true", help="with --only: replace these workloads in the results")
    return parser.parse_args()


def stored(name):
    """An earlier result."""
    from report import RESULTS

    try:
        with open(os.path.join(RESULTS, name)) as file:
            return json.load(file)
    except FileNotFoundError:
        return {"workloads": []}


def report(results, facts, versions):
    """The README's section."""
    head = ["workload", "Lariat", "best peer", "its setting", "ratio", "an epoch in one call"]
    rows = []
    for r in results:
        inside = [s for s in r["settings"] if not s["counted"]]
        rest = min(inside, key=lambda s: s["median"], default=None)
        rows.append([r["workload"], duration(r["ours"]), duration(r["best"]), r["peer"], f"{r['ratio']:.2f}",
                     duration(rest["median"]) if rest else ""])  # fmt: skip
    lines = [
        f"Machine: {machine(facts)}.",
        "",
        "Versions: " + ", ".join(f"{name} {version}" for name, version in versions.items()) + ".",
        "",
        "Seconds of one unit (a step, an epoch, a training, a prediction, a file, a path, a cross-validation), medians. Peers "
        "are timed through Python, their call overhead included, glmnet in R; Lariat in its own process with 2 workers. "
        "Ratio = best peer / Lariat: above 1 Lariat is faster. The last column is not compared: JAX with a whole epoch of steps compiled into one call "
        "(`lax.scan`), a step's share of it.",
        "",
        table(head, rows),
    ]
    return "\n".join(lines)


def main():
    # An ending from outside cleans up, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options = parse()
    chosen = [w for w in WORKLOADS if re.search(options.only, w)]
    peers, problems, results = make_peers(lambda text: print(text, flush=True)), [], []
    facts = engine()
    versions = own_versions() | peer_versions()
    print(machine(facts), flush=True)
    print("Seconds, medians; peers are timed through Python, call overhead included.\n", flush=True)
    temporary = tempfile.mkdtemp(prefix="lariat-peers-")
    try:
        for index, workload in enumerate(chosen):
            folder = os.path.join(temporary, str(index))

            def refuse(problem):
                problems.append(f"{workload}: {problem}")
                print(f"  {problem}", file=sys.stderr, flush=True)

            try:
                mine, settings, more = race(workload, peers, options, folder, refuse)
            except RuntimeError as error:
                refuse(f"Lariat: {error}")
                continue
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            counted = [s for s in settings if is_counted(workload, s) and s.seconds]
            if not counted:
                refuse("no peer computes the same")
                continue
            best, median = min(counted, key=lambda s: s.median), statistics.median(mine)
            results.append({
                "workload": workload, "ours": median, "best": best.median, "peer": best.name,
                "ratio": best.median / median, "rounds": mine, **more,
                "settings": [
                    {"setting": s.name, "median": s.median, "counted": is_counted(workload, s), "rounds": s.seconds}
                    | {name: s.check[name] for name in ("gap", "above") if name in s.check}
                    for s in sorted(settings, key=lambda s: s.median or math.inf)
                ],
            })  # fmt: skip
            print(f"{workload:48} {duration(median):>9}  {duration(best.median):>9}  {best.median / median:6.2f}  "
                  f"{best.name}", flush=True)  # fmt: skip
    finally:
        for peer in {id(p): p for group in peers.values() for p in group}.values():
            peer.stop()
        shutil.rmtree(temporary, ignore_errors=True)
    if not options.only or options.merge:
        if options.only:
            fresh = {r["workload"]: r for r in results}
            old = {r["workload"]: r for r in stored("peers-settings.json")["workloads"]} | fresh
            results = [old[w] for w in WORKLOADS if w in old]
        common = {"machine": machine(facts), "versions": versions}
        names = ("workload", "ours", "best", "peer", "ratio")
        write_json(common | {"workloads": [{n: r[n] for n in names} for r in results]}, "peers.json")
        write_json(common | {"workloads": results}, "peers-settings.json")
        write_section("peers", report(results, facts, versions))
        write_section("paths", paths.report(results, PATH_LIMIT))
    print("\n" + report(results, facts, versions))
    if any(paths.is_path(r["workload"]) for r in results):
        print("\n" + paths.report(results, PATH_LIMIT))
    if problems:
        sys.exit("\nNot counted:\n" + "\n".join(problems))


if __name__ == "__main__":
    main()
