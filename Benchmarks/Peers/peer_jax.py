"""JAX: one jitted step a call with donated buffers, the parameters as a tree or as one vector; and a whole epoch in
one call by lax.scan."""

import os
import sys

# Before jax is imported: XLA reads its flags once. With one thread its thread pool is switched off.
if sys.argv[2] == "1":
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

from exchange import folded

# On the caller's thread a small step is faster than handed over to another.
jax.config.update("jax_cpu_enable_async_dispatch", "async" in sys.argv[3:])


def set_threads(threads):
    pass


def parameters_of(blocks):
    """Learned parameters and running statistics, by layer."""
    parameters, statistics = [], []
    for block in blocks:
        if block.scale is None:
            parameters.append({"weight": jnp.array(block.weight), "bias": jnp.array(block.bias)})
        else:
            parameters.append(
                {"weight": jnp.array(block.weight), "scale": jnp.array(block.scale), "shift": jnp.array(block.shift)}
            )
            statistics.append({"mean": jnp.array(block.mean), "variance": jnp.array(block.variance)})
    return parameters, statistics


def forward(parameters, statistics, x, training):
    updated, running = [], iter(statistics)
    for layer in parameters:
        z = x @ layer["weight"]
        if "bias" in layer:
            z = z + layer["bias"]
        else:
            old = next(running)
            mean, variance = old["mean"], old["variance"]
            if training:
                mean = z.mean(0)
                variance = jnp.square(z - mean).mean(0)
                unbiased = variance * (z.shape[0] / (z.shape[0] - 1))
                updated.append(
                    {"mean": 0.9 * old["mean"] + 0.1 * mean, "variance": 0.9 * old["variance"] + 0.1 * unbiased}
                )
            z = (z - mean) * (jax.lax.rsqrt(variance + 1e-5) * layer["scale"]) + layer["shift"]
        x = jax.nn.relu(z) if layer is not parameters[-1] else z
    return x, updated


def loss(parameters, statistics, x, y):
    logits, updated = forward(parameters, statistics, x, True)
    return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1)), updated


def rule(name, rate):
    """state -> state on any tree of parameters; `decay` is the tree of the factors that AdamW decays by."""

    def sgd(parameters, state, gradients, decay):
        (velocity,) = state
        velocity = jax.tree.map(lambda u, g: 0.9 * u + g, velocity, gradients)
        return jax.tree.map(lambda p, u: p - rate * u, parameters, velocity), (velocity,)

    def adamw(parameters, state, gradients, decay):
        mean, squares, count = state
        count = count + 1
        mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradients)
        squares = jax.tree.map(lambda s, g: 0.999 * s + 0.001 * g * g, squares, gradients)
        correction1, correction2 = 1 - 0.9**count, 1 - 0.999**count

        def update(p, m, s, d):
            return p * d - rate * (m / correction1) / (jnp.sqrt(s / correction2) + 1e-8)

        return jax.tree.map(update, parameters, mean, squares, decay), (mean, squares, count)

    return sgd if name == "sgd" else adamw


class Training:
    """A training in one of the forms "tree", "flat" and "epoch in a call"."""

    def __init__(self, data, form, unit):
        self.data, self.form, self.unit = data, form, unit
        # What a run of one counts for: the steps of an epoch where they are one call.
        self.units = data.rows // data.batch if unit is Training.whole_epochs else 1
        blocks = data.network()
        tree, statistics = parameters_of(blocks)
        decay = jax.tree.map(lambda p: 1 - 0.01 * data.rate if p.ndim > 1 else 1.0, tree)
        update = rule(data.optimizer, data.rate)

        def step(parameters, state, statistics, x, y):
            (value, statistics), gradients = jax.value_and_grad(loss, has_aux=True)(parameters, statistics, x, y)
            parameters, state = update(parameters, state, gradients, decay)
            return parameters, state, statistics, value

        self.initial = (tree, statistics)
        if form == "flat":
            _, unravel = ravel_pytree(tree)
            _, unravel_statistics = ravel_pytree(statistics)
            factors, _ = ravel_pytree(jax.tree.map(lambda p, d: jnp.full(p.shape, d), tree, decay))

            def flat_loss(vector, statistics, x, y):
                value, updated = loss(unravel(vector), unravel_statistics(statistics), x, y)
                return value, ravel_pytree(updated)[0]

            def flat(vector, state, statistics, x, y):
                (value, statistics), gradient = jax.value_and_grad(flat_loss, has_aux=True)(vector, statistics, x, y)
                vector, state = update(vector, state, gradient, factors)
                return vector, state, statistics, value

            self.initial = (ravel_pytree(tree)[0], ravel_pytree(statistics)[0])
            self.program = flat
        else:
            self.program = step
        self.step = jax.jit(self.program, donate_argnums=(0, 1, 2))

        # By the place in the epoch's rows, so that nothing is cut outside the compiled step.
        def indexed(parameters, state, statistics, x, y, place):
            return self.program(parameters, state, statistics, x[place], y[place])

        self.indexed = jax.jit(indexed, donate_argnums=(0, 1, 2))

        def scan(parameters, state, statistics, x, y):
            def body(carry, batch):
                *carry, value = self.program(*carry, *batch)
                return tuple(carry), value

            carry, values = jax.lax.scan(body, (parameters, state, statistics), (x, y))
            return *carry, values

        self.scan = jax.jit(scan, donate_argnums=(0, 1, 2))

        def shuffled(x, y, order):
            shape = (data.rows // data.batch, data.batch)
            return x[order].reshape(*shape, -1), y[order].reshape(shape)

        self.shuffled = jax.jit(shuffled)
        self.predict = jax.jit(lambda parameters, statistics, x: forward(parameters, statistics, x, False)[0].argmax(1))
        self.x, self.y = jnp.array(data.x), jnp.array(data.y)
        self.reset()

    def reset(self):
        """The initial weights again; copies, because buffers are donated."""
        copy = lambda tree: jax.tree.map(lambda a: jnp.array(a, copy=True), tree)
        parameters, statistics = map(copy, self.initial)
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        state = (zeros,) if self.data.optimizer == "sgd" else (zeros, copy(zeros), jnp.float32(0))
        self.state = (parameters, state, statistics)
        self.epoch = self.place = 0
        self.batches = None

    def cut(self):
        return [(jnp.array(x), jnp.array(y.astype(np.int32))) for x, y in self.data.batches()]

    def check(self):
        losses = []
        cut = self.cut()[: len(self.data.losses)]
        if self.form == "epoch in a call":
            x, y = jnp.stack([x for x, _ in cut]), jnp.stack([y for _, y in cut])
            *state, values = self.scan(*self.state, x, y)
            self.state = tuple(state)
            return {"losses": values.tolist()}
        for x, y in cut:
            *state, value = self.step(*self.state, x, y)
            self.state = tuple(state)
            losses.append(float(value))
        return {"losses": losses}

    def run(self, count):
        self.unit(self, count)

    def steps(self, count):
        if self.batches is None:
            self.batches = self.cut()
        step, state, batches, place = self.step, self.state, self.batches, self.place
        for _ in range(count):
            *state, value = step(*state, *batches[place])
            place = (place + 1) % len(batches)
        value.block_until_ready()
        self.state, self.place = tuple(state), place

    def whole_epochs(self, count):
        """The same batches, an epoch of steps in each call."""
        if self.batches is None:
            self.batches = tuple(jnp.stack(part) for part in zip(*self.cut()))
        state = self.state
        for _ in range(count):
            *state, values = self.scan(*state, *self.batches)
        values.block_until_ready()
        self.state = tuple(state)

    def epochs(self, count):
        for _ in range(count):
            x, y = self.shuffled(self.x, self.y, self.data.order(self.epoch))
            if self.form == "epoch in a call":
                *state, value = self.scan(*self.state, x, y)
            else:
                state = self.state
                for place in range(x.shape[0]):
                    *state, value = self.indexed(*state, x, y, place)
            self.state = tuple(state)
            self.epoch += 1
        value.block_until_ready()

    def to_target(self, count):
        """Trainings from the initial weights to the validation accuracy."""
        vx, vy = map(jnp.array, self.data.validation)
        for _ in range(count):
            self.reset()
            while True:
                self.epochs(1)
                if self.epoch > 100:
                    raise RuntimeError(f"the accuracy did not reach {self.data.target} in 100 epochs")
                if float((self.predict(self.state[0], self.state[2], vx) == vy).mean()) >= self.data.target:
                    break


class Inference:
    """Outputs of a trained network, batch normalisations folded, weights as constants of the compiled function."""

    def __init__(self, data):
        parameters, _ = parameters_of(folded(data.network()))
        self.data, self.x = data, jnp.array(data.x)
        self.predict = jax.jit(lambda x: forward(parameters, [], x, False)[0])

    def check(self):
        return {"outputs": self.predict(self.x).tolist()}

    def run(self, count):
        predict, x = self.predict, self.x
        for _ in range(count):
            predict(x).block_until_ready()


def modes(workload, data):
    kind = workload.split()[0]
    if kind == "predict":
        return {"jit": lambda: Inference(data)}
    unit = {"train": Training.steps, "epoch": Training.epochs, "reach": Training.to_target}[kind]
    result = {"jit": lambda: Training(data, "tree", unit)}
    if kind == "train":
        if data.inputs * (data.hidden or [1])[0] <= 1 << 17:
            result["jit, flat"] = lambda: Training(data, "flat", unit)
        result["epoch in a call"] = lambda: Training(data, "epoch in a call", Training.whole_epochs)
    else:
        result["epoch in a call"] = lambda: Training(data, "epoch in a call", unit)
    return result
