"""Twenty training steps of PyTorch in float64, for every optimizer and loss: writes training.json.

Run: python generate_training.py (needs torch). The network is Linear(6, 8, no bias), BatchNorm1d, ReLU,
Linear(8, 5, no bias), BatchNorm1d, ReLU, Linear(5, outputs). Weights are stored [inputs, outputs]. Conventions are
Lariat's: squared loss is the mean over rows of half the sum of squares; penalties and decay act on weights only.
"""
import json
import torch
from torch import nn
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
ROWS, STEPS = 16, 20


def rounded(x):
    return x.float().double()


def flat(x):
    return [float(v) for v in x.detach().reshape(-1)]


def network(outputs):
    torch.manual_seed(7)
    layers = nn.Sequential(
        nn.Linear(6, 8, bias=False), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 5, bias=False), nn.BatchNorm1d(5),
        nn.ReLU(), nn.Linear(5, outputs))
    for parameter in layers.parameters():
        parameter.data = rounded(parameter.data + 0.1 * torch.randn_like(parameter))
    return layers


def tensors(layers):
    result = {}
    for name, parameter in layers.named_parameters():
        index, kind = name.split(".")
        normalized = isinstance(layers[int(index)], nn.BatchNorm1d)
        key = {"weight": "scale", "bias": "shift"}[kind] if normalized else kind
        result[f"layers.{index}.{key}"] = flat(parameter.T if parameter.dim() == 2 else parameter)
    return result


def data(outputs, kind):
    generator = torch.Generator().manual_seed(3)
    x = rounded(torch.randn(STEPS, ROWS, 6, generator=generator))
    if kind == "class":
        y = torch.randint(0, outputs, (STEPS, ROWS, 1), generator=generator).double()
    elif kind == "binary":
        y = torch.randint(0, 2, (STEPS, ROWS, outputs), generator=generator).double()
    elif kind == "count":
        y = torch.randint(0, 5, (STEPS, ROWS, outputs), generator=generator).double()
    else:
        y = rounded(torch.randn(STEPS, ROWS, outputs, generator=generator))
    return x, y


CLASS_WEIGHTS = torch.tensor([0.5, 1.0, 2.0])
LOSSES = {
    "squared": ("real", 2, lambda p, y: 0.5 * F.mse_loss(p, y) * 2),
    "absolute": ("real", 2, lambda p, y: F.l1_loss(p, y) * 2),
    "huber": ("real", 2, lambda p, y: F.huber_loss(p, y, delta=0.7) * 2),
    "binary-cross-entropy": ("binary", 1, lambda p, y: F.binary_cross_entropy_with_logits(p, y)),
    "cross-entropy": ("class", 3, lambda p, y: F.cross_entropy(p, y[:, 0].long())),
    "cross-entropy-smoothed": ("class", 3, lambda p, y: F.cross_entropy(p, y[:, 0].long(), label_smoothing=0.1)),
    "cross-entropy-weighted": ("class", 3, lambda p, y: F.cross_entropy(p, y[:, 0].long(), weight=CLASS_WEIGHTS)),
    "poisson": ("count", 2, lambda p, y: F.poisson_nll_loss(p, y, log_input=True, full=False) * 2),
}


def run(name, loss_name, make, clip=None, rate=0.01):
    kind, outputs, loss_function = LOSSES[loss_name]
    x, y = data(outputs, kind)
    layers = network(outputs)
    weights = [layer.weight for layer in layers if isinstance(layer, nn.Linear)]
    others = [p for p in layers.parameters() if not any(p is w for w in weights)]
    optimizer = make(weights, others, rate)
    initial, losses = tensors(layers), []
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = loss_function(layers(x[step]), y[step])
        loss.backward()
        if clip == "norm":
            nn.utils.clip_grad_norm_(layers.parameters(), 0.5)
        if clip == "value":
            nn.utils.clip_grad_value_(layers.parameters(), 0.05)
        optimizer.step()
        losses.append(float(loss))
    return dict(name=name, loss=loss_name, rate=rate, clip=clip, initial=initial, losses=losses, final=tensors(layers))


def plain(kind, **options):
    return lambda weights, others, rate: kind(weights + others, lr=rate, **options)


def decayed(kind, decay, **options):
    return lambda weights, others, rate: kind(
        [dict(params=weights, weight_decay=decay), dict(params=others, weight_decay=0.0)], lr=rate, **options)


O = torch.optim
cases = [
    run("sgd", "cross-entropy", plain(O.SGD), rate=0.1),
    run("momentum", "cross-entropy", plain(O.SGD, momentum=0.9), rate=0.1),
    run("nesterov", "cross-entropy", plain(O.SGD, momentum=0.9, nesterov=True), rate=0.1),
    run("rmsprop", "cross-entropy", plain(O.RMSprop)),
    run("adagrad", "cross-entropy", plain(O.Adagrad)),
    run("adam", "cross-entropy", plain(O.Adam)),
    run("adamw", "cross-entropy", decayed(O.AdamW, 0.01)),
    run("sgd-l2", "cross-entropy", decayed(O.SGD, 0.02), rate=0.1),
    run("adam-l2", "cross-entropy", decayed(O.Adam, 0.02)),
    run("sgd-clip-norm", "cross-entropy", plain(O.SGD), clip="norm", rate=0.1),
    run("sgd-clip-value", "cross-entropy", plain(O.SGD), clip="value", rate=0.1),
] + [run("adamw", loss, decayed(O.AdamW, 0.01)) for loss in LOSSES if loss != "cross-entropy"]

batches = {}
for kind, outputs in sorted({(k, o) for k, o, _ in LOSSES.values()}):
    x, y = data(outputs, kind)
    batches[kind] = dict(outputs=outputs, x=[flat(b) for b in x], y=[flat(b) for b in y])
with open("training.json", "w") as file:
    json.dump(dict(rows=ROWS, steps=STEPS, batches=batches, cases=cases), file)
