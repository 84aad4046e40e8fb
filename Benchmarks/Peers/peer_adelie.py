"""adelie: coordinate descent on the design, or on the Gram matrix computed before."""

import adelie
import numpy as np
import scipy.sparse
from threadpoolctl import threadpool_limits

from exchange import FoldSolver, PathData, PathSolver

threads, limits = 1, None


def set_threads(count):
    global threads, limits
    threads, limits = count, threadpool_limits(count)


def options(data, tolerance):
    return dict(
        alpha=data.l1Ratio, lmda_path=data.strengths, tol=tolerance, early_exit=False, n_threads=threads, progress_bar=False
    )


def coefficients(state, data):
    if state.betas.shape[0] != data.strengths.size:
        raise RuntimeError(f"{state.betas.shape[0]} strengths were solved")
    return state.betas.toarray()


def naive(data, tolerance, matrix):
    family = adelie.glm.binomial if data.family == "binomial" else adelie.glm.gaussian

    def solve(x, y, weights=None):
        more = {} if data.family == "gaussian" else {"irls_tol": tolerance}
        state = adelie.grpnet(
            matrix if x is data.features else x, family(y, weights=weights), intercept=False,
            **options(data, tolerance), **more,
        )  # fmt: skip
        return coefficients(state, data)

    return solve


def covariance(data, tolerance):
    def of_products(gram, slopes):
        state = adelie.solver.gaussian_cov(
            np.asfortranarray(gram), slopes, rdev_tol=0, **options(data, tolerance)
        )
        return coefficients(state, data)

    def solve(x, y):
        return of_products(x.T @ x / y.size, x.T @ y / y.size)

    def curve():
        """The Gram matrix of all rows less that of the fold."""
        x, y = data.features, data.target
        gram, slopes, total = x.T @ x, x.T @ y, np.zeros(data.strengths.size)
        of_products(gram / y.size, slopes / y.size)
        for fold in range(data.folds.max() + 1):
            rows = data.folds == fold
            held, count = x[rows], y.size - rows.sum()
            solved = of_products((gram - held.T @ held) / count, (slopes - held.T @ y[rows]) / count)
            total += data.held_out(solved, fold)
        return total / y.size

    return solve, curve


def weighted(data, tolerance, matrix):
    """Folds left out by weights of zero, as its own cross-validation does it, whose folds cannot be given."""
    solve = naive(data, tolerance, matrix)

    def curve():
        total = np.zeros(data.strengths.size)
        for fold in range(data.folds.max() + 1):
            weights = (data.folds != fold).astype(float)
            total += data.held_out(solve(data.features, data.target, weights / weights.sum()), fold)
        solve(data.features, data.target)
        return total / data.target.size

    return solve, curve


def modes(workload, data):
    data = PathData(data.folder)
    kind = adelie.matrix.sparse if scipy.sparse.issparse(data.features) else adelie.matrix.dense
    matrix = kind(data.features, method="naive", n_threads=threads)
    # The Gram matrix of 20000 columns would take 3.2 GB; with more columns than rows it is no help.
    has_gram = data.family == "gaussian" and data.columns <= (data.rows if workload.startswith("cv") else 5000)
    ways = {"naive": naive, "Gram": covariance} if has_gram else {"naive": naive}
    made = {}
    for name, way in ways.items():
        for t in (1e-7, 1e-12):
            if workload.startswith("cv"):
                make = lambda t=t, n=name: FoldSolver(
                    data, *reversed(covariance(data, t) if n == "Gram" else weighted(data, t, matrix)))  # fmt: skip
            elif name == "Gram":
                make = lambda t=t: PathSolver(data, covariance(data, t)[0])
            else:
                make = lambda t=t: PathSolver(data, naive(data, t, matrix))
            made[f"{name}, tol {t:g}"] = make
    return made
