"""skglm: working sets with Anderson's acceleration, compiled by numba; it has one thread."""

import warnings

import numpy as np
from skglm.datafits import Logistic, Quadratic
from skglm.penalties import L1, L1_plus_L2
from skglm.solvers import AndersonCD, ProxNewton

from exchange import FoldSolver, PathData, PathSolver

warnings.filterwarnings("ignore")


def set_threads(count):
    pass


def descent(data, tolerance):
    def solve(x, y):
        first = data.strengths[0]
        penalty = L1(first) if data.l1Ratio == 1 else L1_plus_L2(first, data.l1Ratio)
        return AndersonCD(tol=tolerance, fit_intercept=False).path(x, y, Quadratic(), penalty, data.strengths)[1].T

    return solve


def newton(data, tolerance):
    def solve(x, y):
        """Each strength from the solution of the one before."""
        solver, rows = ProxNewton(tol=tolerance, fit_intercept=False), []
        weights, products = np.zeros(x.shape[1]), np.zeros(x.shape[0])
        for strength in data.strengths:
            weights = solver.solve(x, 2 * y - 1, Logistic(), L1(strength), weights.copy(), products.copy())[0]
            products = x @ weights
            rows.append(weights)
        return np.array(rows)

    return solve


def modes(workload, data):
    data = PathData(data.folder)
    make = FoldSolver.of_paths if workload.startswith("cv") else PathSolver
    way = newton if data.family == "binomial" else descent
    # Numba compiles at the first call, of few rows, columns and strengths.
    few = data.features[:50, :50]
    strengths, data.strengths = data.strengths, data.strengths[:2]
    way(data, 1e-4)(few if data.isSparse else np.asfortranarray(few), data.target[:50])
    data.strengths = strengths
    return {f"tol {t:g}": lambda t=t: make(data, way(data, t)) for t in (1e-4, 1e-6)}
