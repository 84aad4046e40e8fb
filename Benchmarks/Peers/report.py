"""Figures as text, the machine, and the sections of the README that the drivers write."""

import json
import os
import platform
import re
import subprocess

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RESULTS = os.path.join(HOME, "results")


def clean_environment():
    """The variables that would choose OpenBLAS's kernels, for everything that is started from here."""
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.pop(name, None)


def duration(seconds):
    """Three digits and a unit."""
    for unit, scale in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= scale:
            break
    value = seconds / scale
    return f"{value:.{max(0, 2 - len(str(int(value))) + 1)}f} {unit}"


def table(head, rows):
    """A Markdown table with padded columns; the first column to the left, the others to the right."""
    cells = [head, *rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]

    def line(row):
        parts = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        return "| " + " | ".join(parts) + " |"

    rule = "|" + "|".join("-" * (widths[0] + 2) if i == 0 else "-" * (w + 1) + ":" for i, w in enumerate(widths)) + "|"
    return "\n".join([line(head), rule, *map(line, rows)])


def machine(engine):
    """CPU, cores, system, and the kernels in use, in one line."""
    with open("/proc/cpuinfo") as file:
        lines = dict(re.split(r"\s*:\s*", line.strip(), maxsplit=1) for line in file if ":" in line)
    cpu = f"{lines.get('model name', platform.machine())} (family {lines.get('cpu family')}, model {lines.get('model')})"
    report = engine["report"]
    return (
        f"{cpu}, {len(os.sched_getaffinity(0))} cores, {platform.system()} {platform.machine()}, "
        f"FMA peak {engine['peakOfOne']:.0f} GFLOP/s a core; OpenBLAS {report['version']} with {report['kernelsChosen']} "
        f"kernels, element-wise kernels {report['elementKernels']}"
    )


def own_versions():
    """Our commit and the compiler."""

    def first_line(*command):
        try:
            return subprocess.run(command, cwd=HOME, capture_output=True, text=True).stdout.splitlines()[0]
        except (OSError, IndexError):
            return "unknown"

    swift = re.search(r"Swift version (\S+)", first_line("swift", "--version"))
    return {
        "Lariat": first_line("git", "describe", "--always", "--dirty", "--exclude=*"),
        "Swift": swift.group(1) if swift else "unknown",
    }


def write_json(value, name):
    """Into results/."""
    os.makedirs(RESULTS, exist_ok=True)
    with open(os.path.join(RESULTS, name), "w") as file:
        json.dump(value, file, indent=2, ensure_ascii=False)
        file.write("\n")


def write_section(name, text):
    """Replaces what stands between two marks of the README."""
    path = os.path.join(HOME, "README.md")
    with open(path) as file:
        readme = file.read()
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, rest = readme.split(start)
    after = rest.split(end)[1]
    with open(path, "w") as file:
        file.write(before + start + text.rstrip() + "\n" + end + after)
