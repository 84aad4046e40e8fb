"""scikit-learn's coordinate descent, with the Gram matrix computed before and without; liblinear for logistic losses."""

import warnings

import numpy as np
from sklearn.linear_model import LassoCV, LogisticRegression, enet_path
from sklearn.model_selection import PredefinedSplit
from threadpoolctl import threadpool_limits

from exchange import FoldSolver, PathData, PathSolver

warnings.filterwarnings("ignore")
threads, limits = 1, None


def set_threads(count):
    global threads, limits
    threads, limits = count, threadpool_limits(count)


def descent(data, gram, tolerance):
    def solve(x, y):
        _, coefficients, _ = enet_path(
            x, y, l1_ratio=data.l1Ratio, alphas=data.strengths, precompute=gram, copy_X=False, tol=tolerance,
            max_iter=100_000,
        )  # fmt: skip
        return coefficients.T

    return solve


def validation(data, gram, tolerance):
    def curve():
        model = LassoCV(
            alphas=data.strengths, fit_intercept=False, precompute=gram, copy_X=False, tol=tolerance, max_iter=100_000,
            cv=PredefinedSplit(data.folds), n_jobs=threads,
        )  # fmt: skip
        return model.fit(data.features, data.target).mse_path_.mean(axis=1)

    return FoldSolver(data, curve, descent(data, gram, tolerance))


def liblinear(data, tolerance):
    def solve(x, y):
        rows = []
        for strength in data.strengths:
            model = LogisticRegression(
                C=1 / (y.size * strength), l1_ratio=1, solver="liblinear", fit_intercept=False, tol=tolerance
            )
            rows.append(model.fit(x, y).coef_[0])
        return np.array(rows)

    return solve


def modes(workload, data):
    data = PathData(data.folder)
    if data.family == "binomial":
        if threads > 1:
            return {}  # It has one thread.
        return {"liblinear, tol 0.0001": lambda: PathSolver(data, liblinear(data, 1e-4))}
    validates = workload.startswith("cv")
    if validates and threads == 1:
        return {}  # Its folds run side by side.
    # The Gram matrix of 20000 columns would take 3.2 GB; with more columns than rows it is no help.
    ways = {"Gram": True} if data.columns <= (data.rows if validates else 5000) else {}
    if threads == 1 or validates:
        ways["without Gram"] = False  # On one path it has one thread.
    make = validation if validates else lambda *way: PathSolver(data, descent(*way))
    # The default, and the one that asks for a relative gap of 1e-7: it is on ½‖y − Xβ‖² in units of ‖y‖².
    return {f"{name}, tol {t:g}": lambda g=gram, t=t: make(data, g, t) for name, gram in ways.items() for t in (1e-4, 5e-8)}
