"""The regularisation paths: their data, and how far each side's solutions are from the best there are.

Objective at a strength λ, with the columns of X centred and of mean square 1 and y likewise, so that no side has to centre
or scale and all solve the same: mean loss + λ·Σ(ρ|β| + ½(1 − ρ)β²), no intercept; the loss is ½(y − η)², or
log(1 + exp(η)) − yη. Columns of a sparse design are scaled only.
"""

import json
import os
import re

import numpy as np
import scipy.sparse
import scipy.special

from exchange import PathData

STRENGTHS, SMALLEST, FOLDS = 100, 0.01, 10

# The tolerance asked of us, and how much of the null model's objective a solution may be above the best.
TOLERANCE, WORST = 1e-7, 1e-2

GAUSSIAN = ["200 x 20000", "1000 x 5000", "20000 x 500"]
WORKLOADS = (
    [f"path {shape}" for shape in GAUSSIAN]
    + [f"path {shape} elastic net 0.5" for shape in GAUSSIAN]
    + [f"cv {shape}" for shape in GAUSSIAN[1:]]
    + ["path 2000 x 5000 logistic", "path 20000 x 20000 sparse logistic"]
)


def is_path(workload):
    return workload.split()[0] in ("path", "cv")


def correlated(random, rows, columns):
    """Gaussian columns of which neighbours correlate by 0.5, centred, their mean square 1."""
    x = np.empty((rows, columns), order="F")
    x[:, 0] = random.standard_normal(rows)
    for j in range(1, columns):
        x[:, j] = 0.5 * x[:, j - 1] + np.sqrt(0.75) * random.standard_normal(rows)
    x -= x.mean(axis=0)
    x /= np.sqrt((x * x).mean(axis=0))
    return x


def scattered(random, rows, columns, density=0.005):
    """Gaussian numbers in random places, the columns' mean square 1."""
    x = scipy.sparse.random_array(
        (rows, columns), density=density, format="csc", rng=random, data_sampler=random.standard_normal
    )
    squares = np.bincount(np.repeat(np.arange(columns), np.diff(x.indptr)), x.data**2, minlength=columns)
    x.data /= np.sqrt(np.maximum(squares, 1e-300) / rows)[np.repeat(np.arange(columns), np.diff(x.indptr))]
    x.sort_indices()
    return x


def write_problem(folder, workload):
    """Design, target, strengths and folds; 50 features matter, with a fifth of the target's variance for noise."""
    rows, columns = map(int, re.search(r"(\d+) x (\d+)", workload).groups())
    share = re.search(r"elastic net (\S+)", workload)
    facts = {
        "rows": rows, "columns": columns, "isSparse": "sparse" in workload,
        "family": "binomial" if "logistic" in workload else "gaussian", "l1Ratio": float(share.group(1)) if share else 1.0,
    }  # fmt: skip
    random = np.random.default_rng(1)

    def write(array, name):
        np.asarray(array).ravel(order="F").tofile(os.path.join(folder, name))

    if facts["isSparse"]:
        x = scattered(random, rows, columns)
        write(x.indptr.astype(np.int32), "starts.i32")
        write(x.indices.astype(np.int32), "places.i32")
        write(x.data, "x.f64")
    else:
        x = correlated(random, rows, columns)
        write(x, "x.f64")
    truth = np.zeros(columns)
    truth[random.choice(columns, min(50, columns), replace=False)] = random.standard_normal(min(50, columns))
    signal = x @ truth
    signal *= 2 / signal.std()
    if facts["family"] == "binomial":
        y = (random.random(rows) < 1 / (1 + np.exp(-signal))).astype(float)
        slopes = x.T @ (y - 0.5)
    else:
        y = signal + random.standard_normal(rows)
        y = (y - y.mean()) / y.std()
        slopes = x.T @ y
    largest = np.abs(slopes).max() / rows / facts["l1Ratio"]
    write(y, "y.f64")
    write(largest * SMALLEST ** (np.arange(STRENGTHS) / (STRENGTHS - 1)), "strengths.f64")
    write((random.permutation(rows) % FOLDS).astype(np.int32), "folds.i32")
    with open(os.path.join(folder, "problem.json"), "w") as file:
        json.dump(facts, file)


class Evidence:
    """What the solutions of a path are worth, computed from the design, the target and the coefficients alone."""

    def __init__(self, problem, coefficients, rows=None):
        """Coefficients [strengths x columns]; `rows`: those that were fitted, or all."""
        x, y = problem.features, problem.target
        if rows is not None:
            x, y = x[rows], y[rows]
        n, strengths, ratio = y.size, problem.strengths, problem.l1Ratio
        eta = (x @ coefficients.T).T
        self.binomial = problem.family == "binomial"
        self.fits = 1 / (1 + np.exp(-eta)) if self.binomial else eta
        residuals = y - self.fits
        slopes = (x.T @ residuals.T).T / n
        loss = (np.logaddexp(0, eta) - y * eta).mean(axis=1) if self.binomial else 0.5 * (residuals**2).mean(axis=1)
        absolute, squares = np.abs(coefficients).sum(axis=1), 0.5 * (coefficients**2).sum(axis=1)
        primal = loss + strengths * (ratio * absolute + (1 - ratio) * squares)
        excess = np.abs(slopes)
        if ratio < 1:
            # The conjugate of the penalty is finite everywhere: the residuals are a dual point as they are.
            scale = np.ones_like(strengths)
            excess = np.maximum(excess - (strengths * ratio)[:, None], 0)
            conjugate = (excess**2).sum(axis=1) / (2 * strengths * (1 - ratio))
        else:
            # Scaled until no slope exceeds the strength; of those scales the best for a squared loss.
            conjugate = 0
            bound = strengths / np.maximum(excess.max(axis=1), 1e-300)
            best = 1 if self.binomial else residuals @ y / np.maximum((residuals**2).sum(axis=1), 1e-300)
            scale = np.clip(best, -bound, bound)
        theta = scale[:, None] * residuals
        if self.binomial:
            # −Σ q log q + (1 − q) log(1 − q) with q the probability that the dual point tells.
            q = np.clip(y - theta, 0, 1)
            dual = -(scipy.special.xlogy(q, q) + scipy.special.xlogy(1 - q, 1 - q)).mean(axis=1)
        else:
            dual = theta @ y / n - 0.5 * (theta**2).mean(axis=1)
        self.null = np.log(2) if self.binomial else 0.5 * np.mean(y**2)
        self.primal, self.dual = primal, dual - conjugate
        self.gaps = np.maximum(self.primal - self.dual, 0) / self.null

    @property
    def worst(self):
        return float(self.gaps.max())

    @property
    def above(self):
        """How many strengths miss the tolerance."""
        return int((self.gaps > TOLERANCE).sum())

    def contradicts(self, other):
        """Why the two do not solve the same problem, or None.

        With the better of both lower bounds, what an objective is above the best is at most G, and then the squared
        distance of the fitted means from those of the best at most 2G for ½(y − η)², and G/2 for the logistic loss, of
        which the conjugate is 4-strongly convex.
        """
        bound, factor = np.maximum(self.dual, other.dual), 0.5 if self.binomial else 2
        mine, theirs = (np.maximum(side.primal - bound, 0) for side in (self, other))
        if not mine.max() <= WORST * self.null:
            return f"its objective is {mine.max() / self.null:.1e} of the null model's above the best"
        rounding = 1e-13 * self.null
        allowed = np.sqrt(factor * (mine + rounding)) + np.sqrt(factor * (theirs + rounding))
        apart = np.sqrt(((self.fits - other.fits) ** 2).mean(axis=1))
        if (apart <= allowed).all():
            return None
        worst = int(np.argmax(apart / allowed))
        return f"fits differ by {apart[worst]:.1e} at strength {worst + 1} where the gaps allow {allowed[worst]:.1e}"


class Judge:
    """Compares the solutions of the peers with ours, and says how good each is."""

    def __init__(self, data):
        self.problem = PathData(data.folder)
        self.curve = np.array(data.curve)
        self.ours = Evidence(self.problem, self.read("ours.f64"))
        self.facts = {
            "gap": self.ours.worst, "above": self.ours.above, "design": data.designBytes,
            "beyondDesign": data.bytesBeyondDesign,
        }  # fmt: skip
        self.training = self.problem.folds != 0 if self.curve.size else None

    def read(self, name):
        path = os.path.join(self.problem.folder, name)
        numbers = np.fromfile(path)
        os.remove(path)
        return numbers.reshape(self.problem.strengths.size, -1)

    def difference(self, check):
        """Adds the evidence to what a peer answered, and returns what it computes differently, or None."""
        evidence = Evidence(self.problem, self.read(check["solution"]), self.training)
        check["gap"], check["above"] = evidence.worst, evidence.above
        if self.training is None:
            return evidence.contradicts(self.ours)
        theirs = np.array(check["curve"])
        # The means of held-out rows move by about as much as those of the fitted ones, in the other folds by about as much
        # as in the first.
        moved = 4 * np.sqrt(2 * evidence.null * (evidence.worst + self.ours.worst + 1e-13))
        worst = np.abs(theirs - self.curve) - moved * (2 * np.sqrt(self.curve) + moved)
        if evidence.worst <= WORST and (worst <= 0).all():
            return None
        place = int(np.argmax(worst))
        return (
            f"its worst relative duality gap is {evidence.worst:.1e}, the error of strength {place + 1} {theirs[place]:.7g} "
            f"where ours is {self.curve[place]:.7g}"
        )


def report(results, limit):
    """What every setting takes and reaches, and the memory that our paths take."""
    from report import duration, table

    rows, memory = [], []
    for r in results:
        if "gap" not in r:
            continue
        name = r["workload"]
        rows.append([name, "**Lariat, 2 workers**", duration(r["ours"]), f"{r['gap']:.1e}", str(r["above"])])
        for s in r["settings"]:
            if s["median"] is None:
                rows.append(["", s["setting"], f"> {limit} s", "", ""])
            else:
                rows.append(["", s["setting"], duration(s["median"]), f"{s['gap']:.1e}", str(s["above"])])
        design, beyond = r["design"], r["beyondDesign"]
        memory.append([name, f"{design / 1e6:.1f} MB", f"{beyond / 1e6:.1f} MB", f"{beyond / design:.2f}"])
    if not rows:
        return "Not measured yet."
    return "\n".join([
        "What each peer's stopping rule means as a duality gap: the worst of a path, relative to the objective of the null "
        f"model, and how many of its {STRENGTHS} points are above {TOLERANCE:g}. For cross-validation it is the path without the "
        "first fold (ours: that of all rows). "
        f"Settings that are not given are the defaults. A setting that had no answer within {limit} s has no figures; "
        "where one took a third of that, its tighter tolerance was not tried.",
        "",
        table(["workload", "setting", "seconds", "worst gap", "above"], rows),
        "",
        "The most memory that our path or cross-validation takes at once beside the design, in a process that has solved nothing "
        "before:",
        "",
        table(["workload", "design", "beside it", "of the design"], memory),
    ])  # fmt: skip
