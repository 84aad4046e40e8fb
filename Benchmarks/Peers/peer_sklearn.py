"""scikit-learn's MLPClassifier: epochs by partial_fit on the same rows in the same order, without penalty."""

import warnings

import numpy as np
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

warnings.filterwarnings("ignore")
limits = None


def set_threads(count):
    global limits
    limits = threadpool_limits(count)


class Training:
    def __init__(self, data):
        self.data = data
        order = data.order(0)
        self.x, self.y = np.ascontiguousarray(data.x[order]), data.y[order]
        self.classes = np.arange(data.outputs)
        self.reset()

    def reset(self):
        """Our initial weights and a fresh optimizer."""
        self.model = MLPClassifier(
            tuple(self.data.hidden), solver="adam", alpha=0, batch_size=self.data.batch, shuffle=False,
            learning_rate_init=self.data.rate, random_state=0,
        )  # fmt: skip
        self.model.partial_fit(self.x[: self.data.batch], self.y[: self.data.batch], classes=self.classes)
        blocks = self.data.network()
        for block, coefficients, intercepts in zip(blocks, self.model.coefs_, self.model.intercepts_):
            coefficients[...] = block.weight
            intercepts[...] = block.bias
        del self.model._optimizer

    def check(self):
        """It tells only the mean loss of an epoch: those of the first batches, an epoch each, on the same weights."""
        count = len(self.data.losses)
        rows = count * self.data.batch
        self.model.partial_fit(self.x[:rows], self.y[:rows])
        mean = float(self.model.loss_)
        self.reset()
        return {"meanLoss": mean}

    def run(self, count):
        for _ in range(count):
            self.model.partial_fit(self.x, self.y)


def modes(workload, data):
    return {"partial_fit": lambda: Training(data)}
