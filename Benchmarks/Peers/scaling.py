"""How a training step scales: the large network's with the batch, the number of layers and the workers, and a middling
one's on a machine that others use, too.

Needs no peers and nothing but Python's standard library. Prints tables and writes results/scaling.json and the README's
section.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys

from contenders import OURS, Ours
from report import clean_environment, duration, machine, own_versions, table, write_json, write_section

WIDTH, INPUTS, OUTPUTS = 2048, 784, 10
SHARED = "train 784-512-256-10 @ 128 sgd"


def operations(layers, batch):
    """Floating-point operations of the products of a step; the first layer passes no gradient on."""
    first, last = 4 * INPUTS * WIDTH, 6 * WIDTH * OUTPUTS
    return batch * (first + 6 * WIDTH * WIDTH * (layers - 1) + last)


def name(layers, batch):
    widths = "-".join(map(str, [INPUTS, *[WIDTH] * layers, OUTPUTS]))
    return f"train {widths} @ {batch} sgd"


def measure(points, options):
    """Median seconds a step of every (layers, batch, workers), alternating."""
    ours = {point: Ours(name(*point[:2]), options.seconds, workers=point[2]) for point in points}
    try:
        rounds = {point: [] for point in points}
        for number in range(options.rounds + 1):
            for point, process in ours.items():
                seconds = process.run()
                if number > 0:
                    rounds[point].append(seconds)
    finally:
        for process in ours.values():
            process.stop()
    return {point: statistics.median(values) for point, values in rounds.items()}


def measure_shared(options):
    """Median seconds of a step with two workers, by how many cores another process keeps busy."""
    rounds = {busy: [] for busy in (0, 1, 2)}
    ours = Ours(SHARED, options.seconds, workers=2)
    try:
        ours.run()
        for _ in range(options.rounds):
            for busy, values in rounds.items():
                others = [
                    subprocess.Popen([sys.executable, "-c", f"import os; os.sched_setaffinity(0, {{{core}}})\nwhile True: pass"])
                    for core in sorted(os.sched_getaffinity(0))[:busy]
                ]
                try:
                    values.append(ours.run())
                finally:
                    for other in others:
                        other.kill()
                        other.wait()
    finally:
        ours.stop()
    return {busy: statistics.median(values) for busy, values in rounds.items()}


def spread(values):
    """The largest over the smallest, less one."""
    return max(values) / min(values) - 1


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="about how long a turn is, at least an epoch")
    options = parser.parse_args()
    clean_environment()
    engine = json.loads(subprocess.run([OURS, "engine"], capture_output=True, text=True, check=True).stdout)
    peaks = {1: engine["peakOfOne"] * 1e9, 2: engine["peakOfAll"] * 1e9}
    batches, depths = (128, 256, 512, 1024), (2, 3, 4, 6, 8)
    by_batch = measure([(2, batch, workers) for batch in batches for workers in (2, 1)], options)
    by_depth = measure([(layers, 512, 2) for layers in depths], options)
    shared = measure_shared(options)

    rows = []
    for batch in batches:
        two, one = by_batch[2, batch, 2], by_batch[2, batch, 1]
        rows.append({
            "batch": batch, "step": two, "perRow": two / batch, "shareOfPeak": operations(2, batch) / two / peaks[2],
            "stepOfOneWorker": one, "shareOfPeakOfOneWorker": operations(2, batch) / one / peaks[1], "speedUp": one / two,
        })  # fmt: skip
    layers = []
    for depth in depths:
        seconds = by_depth[depth, 512, 2]
        # In units of a full 2048 x 2048 layer, so that the smaller first and last layers count for what they are.
        full = operations(depth, 512) / (512 * 6 * WIDTH * WIDTH)
        layers.append({
            "layers": depth, "step": seconds, "perFullLayer": seconds / full,
            "shareOfPeak": operations(depth, 512) / seconds / peaks[2],
        })  # fmt: skip
    spreads = {
        "perRow": spread([row["perRow"] for row in rows]),
        "perFullLayer": spread([row["perFullLayer"] for row in layers]),
    }
    text = "\n".join([
        f"Machine: {machine(engine)}; {engine['peakOfAll']:.0f} GFLOP/s with both cores at once.",
        "",
        f"784-2048-2048-10, SGD with momentum, by batch; the time per row varies by {spreads['perRow']:.0%}:",
        "",
        table(
            ["batch", "step, 2 workers", "per row", "of FMA peak", "step, 1 worker", "of its peak", "2 against 1 worker"],
            [[str(r["batch"]), duration(r["step"]), duration(r["perRow"]), f"{r['shareOfPeak']:.0%}",
              duration(r["stepOfOneWorker"]), f"{r['shareOfPeakOfOneWorker']:.0%}", f"{r['speedUp']:.2f}"] for r in rows],
        ),
        "",
        "784-2048-…-2048-10 @ 512, 2 workers, by hidden layers. A full layer is one of 2048 × 2048 with both its gradients; "
        "the first (784 inputs, no input gradient) and the last count by their operations. The time per full layer "
        f"varies by {spreads['perFullLayer']:.0%}:",
        "",
        table(
            ["hidden layers", "step", "per full layer", "of FMA peak"],
            [[str(r["layers"]), duration(r["step"]), duration(r["perFullLayer"]), f"{r['shareOfPeak']:.0%}"]
             for r in layers],
        ),
        "",
        f"{SHARED.removeprefix('train ')}, 2 workers, beside other processes that never rest:",
        "",
        table(
            ["cores that others keep busy", "step", "against the quiet step"],
            [[str(busy), duration(seconds), f"{seconds / shared[0]:.2f}"] for busy, seconds in shared.items()],
        ),
    ])  # fmt: skip
    write_json(
        {"machine": machine(engine), "versions": own_versions(), "network": "784-2048-2048-10", "peak": peaks[2] / 1e9,
         "peakOfOneWorker": peaks[1] / 1e9, "batches": rows, "layers": layers, "spread": spreads,
         "shared": [{"busyCores": busy, "step": seconds} for busy, seconds in shared.items()]},
        "scaling.json",
    )  # fmt: skip
    write_section("scaling", text)
    print(text)


if __name__ == "__main__":
    main()
