"""BatchNorm1d of PyTorch in float64: writes batch_norm.json.

Run: python generate_batch_norm.py (needs torch). Each case is one layer over three batches in training mode, a
backward pass of the last of them, then an evaluation:
  momentum (null: cumulative), affine, rows, columns, batches [3][rows*columns], scale, shift, outputs [3][...],
  upstream [rows*columns], inputGradient, scaleGradient, shiftGradient, runningMean, runningVariance, evaluated
Inputs are rounded to float32, so that both precisions see the same numbers.
"""
import json
import torch

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)


def rounded(x):
    return x.float().double()


def flat(x):
    return [float(v) for v in x.detach().reshape(-1)]


def case(rows, momentum, affine, offset=0.0, constant=False):
    columns = 3
    layer = torch.nn.BatchNorm1d(columns, momentum=momentum, affine=affine)
    batches = [rounded(torch.randn(rows, columns) + offset) for _ in range(3)]
    if constant:
        for batch in batches:
            batch[:, 1] = 2.5
    result = dict(momentum=momentum, affine=affine, rows=rows, columns=columns, offset=offset)
    if affine:
        layer.weight.data = rounded(torch.randn(columns))
        layer.bias.data = rounded(torch.randn(columns))
        result.update(scale=flat(layer.weight), shift=flat(layer.bias))
    result["batches"] = [flat(batch) for batch in batches]
    outputs = []
    for batch in batches:
        x = batch.clone().requires_grad_(True)
        y = layer(x)
        outputs.append(flat(y))
    upstream = rounded(torch.randn(rows, columns))
    layer.zero_grad()
    y.backward(upstream)
    result.update(outputs=outputs, upstream=flat(upstream), inputGradient=flat(x.grad))
    if affine:
        result.update(scaleGradient=flat(layer.weight.grad), shiftGradient=flat(layer.bias.grad))
    result.update(runningMean=flat(layer.running_mean), runningVariance=flat(layer.running_var))
    layer.eval()
    result["evaluated"] = flat(layer(batches[0]))
    return result


cases = [case(rows, momentum, affine) for rows in (2, 3, 128) for momentum in (0.1, None) for affine in (True, False)]
cases += [case(3, 0.1, True, constant=True), case(128, 0.1, True, constant=True)]
cases += [case(rows, 0.1, True, offset=1e6) for rows in (2, 3, 128)]
with open("batch_norm.json", "w") as file:
    json.dump(cases, file)
