"""celer: working sets chosen by dual extrapolation; it has one thread."""

import warnings

import celer

from exchange import FoldSolver, PathData, PathSolver

warnings.filterwarnings("ignore")


def set_threads(count):
    pass


def gaussian(data, tolerance):
    def solve(x, y):
        return celer.celer_path(
            x, y, "lasso", alphas=data.strengths, l1_ratio=data.l1Ratio, prune=1, tol=tolerance, max_iter=100
        )[1].T

    return solve


def logistic(data, tolerance):
    def solve(x, y):
        # Its loss is a sum over rows, of classes ±1.
        return celer.celer_path(
            x, 2 * y - 1, "logreg", alphas=data.strengths * y.size, prune=1, tol=tolerance, max_iter=100, use_PN=True
        )[1].T

    return solve


def modes(workload, data):
    data = PathData(data.folder)
    # Its own cross-validation does not run with the scikit-learn of today.
    make = FoldSolver.of_paths if workload.startswith("cv") else PathSolver
    # The default, and the one that asks for a relative gap of 1e-7: for squares it is in units of ‖y‖², of which the null
    # model has half.
    way, tolerances = (logistic, (1e-4, 1e-7)) if data.family == "binomial" else (gaussian, (1e-6, 5e-8))
    return {f"tol {t:g}": lambda t=t: make(data, way(data, t)) for t in tolerances}
