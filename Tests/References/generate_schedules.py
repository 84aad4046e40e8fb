"""The rates of PyTorch's schedulers over 60 steps: writes schedules.json.

Run: python generate_schedules.py (needs torch). One epoch is 5 steps where a schedule counts epochs; the base rate is 0.1.
"""
import json
import torch
from torch.optim import lr_scheduler as S

STEPS, PER_EPOCH, RATE = 60, 5, 0.1


def rates(make, epochs=False, momentum=False, metrics=None):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=RATE, momentum=0.9)
    scheduler = make(optimizer)
    result, momenta = [], []
    for step in range(STEPS):
        result.append(optimizer.param_groups[0]["lr"])
        momenta.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        if step == STEPS - 1:
            break
        if metrics is not None:
            if step % PER_EPOCH == PER_EPOCH - 1:
                scheduler.step(metrics[step // PER_EPOCH])
        elif not epochs or step % PER_EPOCH == PER_EPOCH - 1:
            scheduler.step()
    return dict(rates=result, momenta=momenta if momentum else None, metrics=metrics)


def warmed(inner):
    def make(optimizer):
        warm = S.LambdaLR(optimizer, lambda t: (t + 1) / 5)
        return S.SequentialLR(optimizer, [warm, inner(optimizer)], milestones=[4])
    return make


metrics = [3.0, 2.0, 2.1, 2.2, 2.05, 1.0, 1.2, 1.3, 1.1, 1.4, 1.2, 0.5]
schedules = dict(
    constant=rates(lambda o: S.LambdaLR(o, lambda t: 1.0)),
    step=rates(lambda o: S.StepLR(o, 4, 0.5), epochs=True),
    multiStep=rates(lambda o: S.MultiStepLR(o, [2, 5, 9], 0.3), epochs=True),
    exponential=rates(lambda o: S.ExponentialLR(o, 0.9), epochs=True),
    polynomial=rates(lambda o: S.PolynomialLR(o, STEPS, 2.0)),
    inverseTime=rates(lambda o: S.LambdaLR(o, lambda t: 1 / (1 + 0.25 * t))),
    cosine=rates(lambda o: S.CosineAnnealingLR(o, STEPS, 0.01)),
    cosineRestarts1=rates(lambda o: S.CosineAnnealingWarmRestarts(o, 15, 1, 0.01)),
    cosineRestarts2=rates(lambda o: S.CosineAnnealingWarmRestarts(o, 5, 2, 0.01)),
    oneCycle=rates(lambda o: S.OneCycleLR(o, RATE, total_steps=STEPS), momentum=True),
    warmedCosine=rates(warmed(lambda o: S.CosineAnnealingLR(o, STEPS - 4, 0.01))),
    plateau=rates(lambda o: S.ReduceLROnPlateau(o, factor=0.5, patience=2), metrics=metrics),
)
with open("schedules.json", "w") as file:
    json.dump(schedules, file)
