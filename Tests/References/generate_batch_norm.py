"""BatchNorm1d in 50 digits, rounded to float64 at the end: writes batch_norm.json.

Run: python generate_batch_norm.py (needs mpmath and torch). Each case is one layer over three batches in training mode,
a backward pass of the last of them, then an evaluation of the first and its backward pass in evaluation mode:
  momentum (null: cumulative), affine, rows, columns, batches [3][rows*columns], scale, shift, outputs [3][...],
  upstream [rows*columns], inputGradient, scaleGradient, shiftGradient, runningMean, runningVariance, evaluated,
  evaluatedInputGradient, evaluatedScaleGradient, evaluatedShiftGradient
Inputs are rounded to float32, so that both precisions see the same numbers. Every result is also compared with PyTorch
in float64, to what that keeps: at an offset of 10^6 standard deviations its mean has only 10 digits of a deviation.
"""
import json
import mpmath
import torch

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)
mpmath.mp.dps = 50
EPSILON = mpmath.mpf(1e-5)  # the float64 nearest to 10^-5, as PyTorch and Lariat have it


def rounded(x):
    return x.float().double()


def flat(x):
    return [float(v) for v in x.detach().reshape(-1)]


def exact(x):
    """A tensor [n, m] as columns of mpf."""
    return [[mpmath.mpf(float(v)) for v in x[:, j]] for j in range(x.shape[1])]


def rows_of(columns):
    """Columns of mpf as rows, one after another, in float64."""
    return [float(column[i]) for i in range(len(columns[0])) for column in columns]


def moments(column):
    n = len(column)
    mean = mpmath.fsum(column) / n
    return mean, mpmath.fsum((x - mean) ** 2 for x in column) / n


def normalized(column, mean, variance, scale, shift):
    inverse = 1 / mpmath.sqrt(variance + EPSILON)
    return [(x - mean) * inverse * scale + shift for x in column]


def backward(column, upstream, scale):
    """dx, dscale, dshift in training mode."""
    n = len(column)
    mean, variance = moments(column)
    inverse = 1 / mpmath.sqrt(variance + EPSILON)
    total = mpmath.fsum(upstream)
    dot = mpmath.fsum((x - mean) * g for x, g in zip(column, upstream))
    gradient = [
        scale * inverse * (g - total / n - (x - mean) * inverse**2 * dot / n) for x, g in zip(column, upstream)]
    return gradient, dot * inverse, total


def layer(batches, upstream, scale, shift, momentum):
    """All results of one case, column by column."""
    m = len(scale)
    running = [[mpmath.mpf(0), mpmath.mpf(1)] for _ in range(m)]
    outputs = []
    for t, batch in enumerate(batches):
        rate = mpmath.mpf(1) / (t + 1) if momentum is None else mpmath.mpf(momentum)
        columns = []
        for j in range(m):
            mean, variance = moments(batch[j])
            n = len(batch[j])
            running[j][0] += rate * (mean - running[j][0])
            running[j][1] += rate * (variance * n / (n - 1) - running[j][1])
            columns.append(normalized(batch[j], mean, variance, scale[j], shift[j]))
        outputs.append(columns)
    gradients = [backward(batches[-1][j], upstream[j], scale[j]) for j in range(m)]
    evaluated = [normalized(batches[0][j], *running[j], scale[j], shift[j]) for j in range(m)]
    inverses = [1 / mpmath.sqrt(variance + EPSILON) for _, variance in running]
    return dict(
        outputs=[rows_of(columns) for columns in outputs], inputGradient=rows_of([g[0] for g in gradients]),
        scaleGradient=[float(g[1]) for g in gradients], shiftGradient=[float(g[2]) for g in gradients],
        runningMean=[float(r[0]) for r in running], runningVariance=[float(r[1]) for r in running],
        evaluated=rows_of(evaluated),
        evaluatedInputGradient=rows_of([[scale[j] * inverses[j] * g for g in upstream[j]] for j in range(m)]),
        evaluatedScaleGradient=[
            float(mpmath.fsum((x - running[j][0]) * g for x, g in zip(batches[0][j], upstream[j])) * inverses[j])
            for j in range(m)],
        evaluatedShiftGradient=[float(mpmath.fsum(upstream[j])) for j in range(m)])


def torch_layer(batches, upstream, scale, shift, momentum, affine):
    """The same by PyTorch."""
    norm = torch.nn.BatchNorm1d(len(scale), momentum=momentum, affine=affine)
    if affine:
        norm.weight.data, norm.bias.data = scale.clone(), shift.clone()
    outputs = []
    for batch in batches:
        x = batch.clone().requires_grad_(True)
        y = norm(x)
        outputs.append(flat(y))
    norm.zero_grad()
    y.backward(upstream)
    result = dict(outputs=outputs, inputGradient=flat(x.grad))
    if affine:
        result.update(scaleGradient=flat(norm.weight.grad), shiftGradient=flat(norm.bias.grad))
    result.update(runningMean=flat(norm.running_mean), runningVariance=flat(norm.running_var))
    norm.eval()
    norm.zero_grad()
    x = batches[0].clone().requires_grad_(True)
    y = norm(x)
    y.backward(upstream)
    result.update(evaluated=flat(y), evaluatedInputGradient=flat(x.grad))
    if affine:
        result.update(evaluatedScaleGradient=flat(norm.weight.grad), evaluatedShiftGradient=flat(norm.bias.grad))
    return result


def flattened(value):
    return [v for part in value for v in flattened(part)] if value and isinstance(value[0], list) else value


def case(rows, momentum, affine, offset=0.0, constant=False):
    columns = 3
    batches = [rounded(torch.randn(rows, columns) + offset) for _ in range(3)]
    if constant:
        for batch in batches:
            batch[:, 1] = 2.5
    scale = rounded(torch.randn(columns)) if affine else torch.ones(columns)
    shift = rounded(torch.randn(columns)) if affine else torch.zeros(columns)
    upstream = rounded(torch.randn(rows, columns))
    result = layer(
        [exact(batch) for batch in batches], exact(upstream), [mpmath.mpf(float(v)) for v in scale],
        [mpmath.mpf(float(v)) for v in shift], momentum)
    for name, theirs in torch_layer(batches, upstream, scale, shift, momentum, affine).items():
        mine, theirs = flattened(result[name]), flattened(theirs)
        # Two rows: the gradient is what is left of terms as large as the upstream gradient.
        size = max(max(map(abs, mine)), 4 if name == "inputGradient" and rows == 2 else 0)
        error = max(abs(a - b) for a, b in zip(mine, theirs)) / size
        assert error <= (1e-9 if offset else 1e-13), (rows, momentum, affine, offset, name, error)
    result.update(momentum=momentum, affine=affine, rows=rows, columns=columns, offset=offset)
    if affine:
        result.update(scale=flat(scale), shift=flat(shift))
    else:
        for name in ("scaleGradient", "shiftGradient", "evaluatedScaleGradient", "evaluatedShiftGradient"):
            del result[name]
    result.update(batches=[flat(batch) for batch in batches], upstream=flat(upstream))
    return result


cases = [case(rows, momentum, affine) for rows in (2, 3, 128) for momentum in (0.1, None) for affine in (True, False)]
cases += [case(3, 0.1, True, constant=True), case(128, 0.1, True, constant=True)]
cases += [case(rows, 0.1, True, offset=1e6) for rows in (2, 3, 128)]
with open("batch_norm.json", "w") as file:
    json.dump(cases, file)
