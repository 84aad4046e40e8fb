"""Lasso and elastic-net paths of the diabetes data by scikit-learn: writes gaussian_paths.json.

Run: python generate_gaussian_paths.py (needs numpy and scikit-learn). Features are centred and scaled by their population
deviation. The lasso is exact: between the knots of least angle regression coefficients are linear in the strength. The
elastic net is solved to a tolerance of 1e-14. Strengths are shares of the largest; coefficients are
[strengths][features] on the standardised scale.
"""
import csv
import json
import os
import numpy as np
from sklearn.linear_model import enet_path, lars_path

folder = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(folder, "../Data/diabetes.csv")) as file:
    rows = np.array([[float(v) for v in row] for row in list(csv.reader(file))[1:]])
x, y = rows[:, :-1], rows[:, -1]
x = (x - x.mean(axis=0)) / x.std(axis=0)
y = y - y.mean()
shares = [float(0.001 ** (k / 19)) for k in range(20)]


def lasso(x):
    knots, _, coefficients = lars_path(x, y, method="lasso")
    strengths = knots[0] * np.array(shares)
    return knots[0], [np.interp(strengths, knots[::-1], row[::-1]) for row in coefficients]


def elastic_net(x, l1_ratio):
    largest = np.abs(x.T @ y).max() / len(y) / l1_ratio
    _, coefficients, _ = enet_path(
        x, y, l1_ratio=l1_ratio, alphas=largest * np.array(shares), tol=1e-14, max_iter=1000000)
    return largest, coefficients


def case(name, design, l1_ratio):
    z = x if design == "plain" else products(x)
    largest, coefficients = lasso(z) if l1_ratio == 1 else elastic_net(z, l1_ratio)
    return dict(name=name, design=design, l1Ratio=l1_ratio, largest=float(largest), shares=shares,
                coefficients=np.array(coefficients).T.tolist())


def products(x):
    """All features and their products but the square of the one with two values: 64 columns, standardised again."""
    pairs = [(i, j) for i in range(10) for j in range(i, 10) if (i, j) != (1, 1)]
    z = np.array([x[:, i] for i in range(10)] + [x[:, i] * x[:, j] for i, j in pairs]).T
    return (z - z.mean(axis=0)) / z.std(axis=0)


cases = [case("lasso", "plain", 1.0), case("elastic net", "plain", 0.5), case("lasso of products", "products", 1.0),
         case("elastic net of products", "products", 0.5)]
with open(os.path.join(folder, "gaussian_paths.json"), "w") as file:
    json.dump(cases, file, indent=None, separators=(",", ":"))
    file.write("\n")
