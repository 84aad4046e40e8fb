"""Metrics of scikit-learn: writes metrics.json.

Run: python generate_metrics.py (needs numpy and scikit-learn). Each case has a name, a task, targets and predictions
[rows*columns] in row order (regression: numbers; classification: the probability of each class), weights or null, and
the values by Lariat's names; classification also has the confusion counts, [actual][predicted]. Scores are rounded to
one digit in the cases with ties.
"""
import json
import numpy as np
from sklearn import metrics

generator = np.random.default_rng(1)


def floats(x):
    return [float(v) for v in np.asarray(x).reshape(-1)]


def regression(name, rows, columns, weights):
    y = generator.normal(size=(rows, columns)) * 3 + 1
    p = y + generator.normal(size=(rows, columns))
    # Over several targets: all squares against all spread, not the mean of the targets' r2.
    mean = np.average(y, axis=0, weights=weights)
    w = np.ones(rows) if weights is None else weights
    values = dict(
        rmse=metrics.mean_squared_error(y, p, sample_weight=weights) ** 0.5,
        mae=metrics.mean_absolute_error(y, p, sample_weight=weights),
        r2=metrics.r2_score(y, p, sample_weight=weights) if columns == 1
        else 1 - np.sum(w[:, None] * (y - p) ** 2) / np.sum(w[:, None] * (y - mean) ** 2))
    return dict(name=name, task="regression", columns=columns, targets=floats(y), predictions=floats(p),
                weights=None if weights is None else floats(weights), values={k: float(v) for k, v in values.items()},
                confusion=[])


def classification(name, rows, classes, weights, ties=False):
    scores = generator.normal(size=(rows, classes))
    y = np.argmax(scores + generator.normal(size=(rows, classes)), axis=1)
    y[:classes] = range(classes)
    p = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    if ties:
        p[:, 1] = np.clip(np.round(p[:, 1], 1), 0.1, 0.9)
        p[:, 0] = 1 - p[:, 1]
    predicted = np.argmax(p, axis=1)
    values = dict(
        accuracy=metrics.accuracy_score(y, predicted, sample_weight=weights),
        logLoss=metrics.log_loss(y, p, sample_weight=weights, labels=list(range(classes))))
    if classes == 2:
        values["auc"] = metrics.roc_auc_score(y, p[:, 1], sample_weight=weights)
    return dict(name=name, task="binary" if classes == 2 else "multiclass", columns=classes, targets=floats(y),
                predictions=floats(p), weights=None if weights is None else floats(weights),
                values={k: float(v) for k, v in values.items()},
                confusion=metrics.confusion_matrix(y, predicted).tolist())


def weights(rows):
    return np.round(generator.uniform(0, 2, size=rows), 2)


cases = [
    regression("regression", 40, 1, None), regression("weighted regression", 40, 1, weights(40)),
    regression("three targets", 30, 3, None), regression("three weighted targets", 30, 3, weights(30)),
    classification("binary", 50, 2, None), classification("weighted binary", 50, 2, weights(50)),
    classification("binary with ties", 60, 2, None, ties=True),
    classification("weighted binary with ties", 60, 2, weights(60), ties=True),
    classification("four classes", 70, 4, None), classification("four weighted classes", 70, 4, weights(70)),
]
with open("metrics.json", "w") as file:
    json.dump(cases, file)
