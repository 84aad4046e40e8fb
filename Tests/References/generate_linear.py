"""Penalised logistic and Poisson regressions of scikit-learn: writes linear.json.

Run: python generate_linear.py (needs numpy and scikit-learn). Each case names a family, a data set of ../Data (of which the
columns are standardised by 1/n), an l1 ratio, a strength λ (C = 1/(n·λ), alpha = λ), and what was found: intercept and
coefficients of the standardised columns.
"""
import json
import warnings
import numpy as np
from sklearn.linear_model import LogisticRegression, PoissonRegressor

warnings.filterwarnings("ignore")


def read(name, positive):
    rows = open(f"../Data/{name}.csv").read().split("\n")[1:-1]
    cells = [row.split(",") for row in rows]
    x = np.array([[float(v) for v in row[:-1]] for row in cells])
    y = np.array([float(row[-1]) if positive is None else float(row[-1] == positive) for row in cells])
    return (x - x.mean(0)) / x.std(0), y


def case(name, family, positive, ratio, strength):
    x, y = read(name, positive)
    n = len(y)
    if family == "poisson":
        model = PoissonRegressor(alpha=strength, solver="newton-cholesky", tol=1e-13, max_iter=1000)
    elif ratio == 0:
        model = LogisticRegression(C=1 / (n * strength), l1_ratio=0, solver="newton-cholesky", tol=1e-13, max_iter=1000)
    else:
        model = LogisticRegression(C=1 / (n * strength), l1_ratio=ratio, penalty="elasticnet", solver="saga", tol=1e-12,
                                   max_iter=300000, random_state=0)
    model.fit(x, y)
    return dict(name=name, family=family, l1Ratio=ratio, strength=strength,
                intercept=float(np.ravel(model.intercept_)[0]), coefficients=[float(v) for v in np.ravel(model.coef_)])


cases = [
    case("breast_cancer", "binomial", None, 1, 0.02), case("breast_cancer", "binomial", None, 0.5, 0.02),
    case("breast_cancer", "binomial", None, 0, 0.01), case("spambase", "binomial", "spam", 0, 0.01),
    case("diabetes", "poisson", None, 0, 0.1),
]
with open("linear.json", "w") as file:
    json.dump(cases, file)
