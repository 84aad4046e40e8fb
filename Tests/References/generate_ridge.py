"""Ridge by scikit-learn on standardised diabetes data: coefficients and leave-one-out errors at several strengths.

numpy and scikit-learn; writes ridge.json beside it. Lariat's strength is alpha/n of `Ridge`, whose objective is the sum
of squares + alpha * the sum of squared coefficients.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.linear_model import Ridge, RidgeCV

here = pathlib.Path(__file__).parent
data = np.loadtxt(here.parent / "Data" / "diabetes.csv", delimiter=",", skiprows=1)
x, y = data[:, :-1], data[:, -1]
z = (x - x.mean(0)) / x.std(0)
n = len(y)

points = []
for strength in [100.0, 1.0, 0.01]:
    model = Ridge(alpha=strength * n, solver="svd").fit(z, y)
    errors = RidgeCV(alphas=[strength * n], store_cv_results=True, gcv_mode="svd").fit(z, y)
    points.append(
        {
            "strength": strength,
            "intercept": float(model.intercept_),
            "coefficients": model.coef_.tolist(),
            "leaveOneOut": float(errors.cv_results_.mean()),
        }
    )
(here / "ridge.json").write_text(json.dumps({"sklearn": sklearn.__version__, "points": points}, indent=1) + "\n")
