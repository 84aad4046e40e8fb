"""PyTorch: eager with fused optimizers, torch.compile of the loss, and torch.compile of the whole step."""

import warnings

import torch
from torch import nn

from exchange import folded

set_threads = torch.set_num_threads
warnings.filterwarnings("ignore", module="torch")


def network(blocks):
    """Dense, batch normalisation, ReLU ...; no bias in front of a batch normalisation."""
    layers = []
    for block in blocks:
        dense = nn.Linear(*block.weight.shape, bias=block.bias is not None)
        with torch.no_grad():
            dense.weight.copy_(torch.from_numpy(block.weight.T.copy()))
            if block.bias is not None:
                dense.bias.copy_(torch.from_numpy(block.bias))
        layers.append(dense)
        if block.scale is not None:
            norm = nn.BatchNorm1d(block.weight.shape[1])
            with torch.no_grad():
                norm.weight.copy_(torch.from_numpy(block.scale))
                norm.bias.copy_(torch.from_numpy(block.shift))
                norm.running_mean.copy_(torch.from_numpy(block.mean))
                norm.running_var.copy_(torch.from_numpy(block.variance))
            layers.append(norm)
        if block is not blocks[-1]:
            layers.append(nn.ReLU())
    return nn.Sequential(*layers)


def optimizer(model, name, rate):
    """SGD with momentum, or AdamW that decays weights only; in one fused kernel a group."""
    if name == "sgd":
        return torch.optim.SGD(model.parameters(), rate, momentum=0.9, fused=True)
    weights = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim == 1]
    groups = [{"params": weights, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, rate, fused=True)


class Training:
    """Steps on batches that were cut before, or epochs in the order of our trainer."""

    def __init__(self, data, compiled, unit):
        torch._dynamo.reset()
        self.data, self.compiled, self.unit = data, compiled, unit
        self.x, self.y = torch.from_numpy(data.x), torch.from_numpy(data.y).long()
        self.reset()

    def reset(self):
        """The initial weights again."""
        self.model = network(self.data.network()).train()
        self.optimizer = optimizer(self.model, self.data.optimizer, self.data.rate)
        self.epoch = self.place = 0
        self.batches = None

        def loss(x, y):
            return nn.functional.cross_entropy(self.model(x), y)

        self.loss = torch.compile(loss, fullgraph=True) if self.compiled else loss

    def step(self, x, y):
        self.optimizer.zero_grad()
        loss = self.loss(x, y)
        loss.backward()
        self.optimizer.step()
        return loss

    def cut(self):
        return [(torch.from_numpy(x), torch.from_numpy(y)) for x, y in self.data.batches()]

    def check(self):
        losses = [self.step(x, y).item() for x, y in self.cut()[: len(self.data.losses)]]
        return {"losses": losses}

    def run(self, count):
        for _ in range(count):
            self.unit(self)

    def one_step(self):
        if self.batches is None:
            self.batches = self.cut()
        self.step(*self.batches[self.place])
        self.place = (self.place + 1) % len(self.batches)

    def one_epoch(self):
        order = torch.from_numpy(self.data.order(self.epoch)).long()
        x, y = self.x[order], self.y[order]
        for start in range(0, self.data.rows, self.data.batch):
            self.step(x[start : start + self.data.batch], y[start : start + self.data.batch])
        self.epoch += 1

    def to_target(self):
        """A training from the initial weights to the validation accuracy."""
        with torch.no_grad():
            for to, value in zip(self.model.state_dict().values(), network(self.data.network()).state_dict().values()):
                to.copy_(value)
        self.optimizer = optimizer(self.model, self.data.optimizer, self.data.rate)
        vx, vy = map(torch.from_numpy, self.data.validation)
        self.epoch = 0
        while self.epoch < 100:
            self.one_epoch()
            self.model.eval()
            with torch.inference_mode():
                accuracy = (self.model(vx).argmax(1) == vy).double().mean().item()
            self.model.train()
            if accuracy >= self.data.target:
                return
        raise RuntimeError(f"the accuracy did not reach {self.data.target} in 100 epochs")


class WholeStep(Training):
    """The step as one compiled graph: gradients by torch.func, parameters and state updated in place."""

    def reset(self):
        super().reset()
        model, data = self.model, self.data
        parameters = {name: p.detach().clone() for name, p in model.named_parameters()}
        buffers = {name: b.clone() for name, b in model.named_buffers()}
        first = {name: torch.zeros_like(p) for name, p in parameters.items()}
        second = {name: torch.zeros_like(p) for name, p in parameters.items()}
        self.count = torch.zeros(())

        def loss(parameters, buffers, x, y):
            return nn.functional.cross_entropy(torch.func.functional_call(model, (parameters, buffers), (x,)), y)

        def sgd(parameters, buffers, first, second, count, x, y):
            gradients, value = torch.func.grad_and_value(loss)(parameters, buffers, x, y)
            for name, p in parameters.items():
                first[name].mul_(0.9).add_(gradients[name])
                p.sub_(first[name], alpha=data.rate)
            return value

        def adamw(parameters, buffers, first, second, count, x, y):
            gradients, value = torch.func.grad_and_value(loss)(parameters, buffers, x, y)
            count.add_(1)
            correction1, correction2 = 1 - 0.9**count, 1 - 0.999**count
            for name, p in parameters.items():
                g = gradients[name]
                if p.ndim > 1:
                    p.mul_(1 - data.rate * 0.01)
                first[name].lerp_(g, 0.1)
                second[name].mul_(0.999).addcmul_(g, g, value=0.001)
                p.sub_(data.rate * (first[name] / correction1) / ((second[name] / correction2).sqrt() + 1e-8))
            return value

        rule = torch.compile(sgd if data.optimizer == "sgd" else adamw, fullgraph=True)
        self.state = (parameters, buffers, first, second, self.count)
        self.rule = rule

    @torch.no_grad()
    def step(self, x, y):
        return self.rule(*self.state, x, y)


class Inference:
    """Outputs of a trained network; compiled with its weights as constants, which folds batch normalisations."""

    def __init__(self, data, mode):
        torch._dynamo.reset()
        self.data = data
        blocks = data.network() if mode == "eager" else folded(data.network())
        model = network(blocks).eval().requires_grad_(False)
        if mode == "compiled":
            model = torch.compile(model, fullgraph=True, options={"freezing": True})
        self.model, self.x = model, torch.from_numpy(data.x)

    def check(self):
        with torch.inference_mode():
            return {"outputs": self.model(self.x).tolist()}

    def run(self, count):
        model, x = self.model, self.x
        with torch.inference_mode():
            for _ in range(count):
                model(x)


def modes(workload, data):
    kind = workload.split()[0]
    if kind == "predict":
        return {mode: lambda mode=mode: Inference(data, mode) for mode in ("eager", "eager, folded", "compiled")}
    unit = {"train": Training.one_step, "epoch": Training.one_epoch, "reach": Training.to_target}[kind]
    result = {
        "eager": lambda: Training(data, False, unit),
        "compiled": lambda: Training(data, True, unit),
    }
    if kind != "reach":
        result["compiled step"] = lambda: WholeStep(data, False, unit)
    return result
