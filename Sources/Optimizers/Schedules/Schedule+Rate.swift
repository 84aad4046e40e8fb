internal import Glibc

extension Schedule {
    /// The rate of step t = 0, 1, …; a step beyond the horizon has the last rate of the shape.
    public func rate(at step: Int, of horizon: Horizon, plateau: PlateauState? = nil) -> Double {
        if step < warmup {
            return rate(atShapeStep: 0, of: horizon, plateau) * (Double(step) + 1) / (Double(warmup) + 1)
        }
        return rate(atShapeStep: step - warmup, of: horizon, plateau)
    }

    private func rate(atShapeStep t: Int, of horizon: Horizon, _ plateau: PlateauState?) -> Double {
        let total = max(1, horizon.total - warmup)
        let epoch = t / horizon.stepsPerEpoch
        switch shape {
        case .constant: return rate
        case .step(let every, let factor): return rate * pow(factor, Double(epoch / every))
        case .multiStep(let milestones, let factor):
            return rate * pow(factor, Double(milestones.count { $0 <= epoch }))
        case .exponential(let factor): return rate * pow(factor, Double(epoch))
        case .stages(let count, let factor):
            let stage = Double(count) * Double(epoch) / Double(horizon.epochs)
            return rate * pow(factor, min(stage.rounded(.down), Double(count - 1)))
        case .decay(let share): return rate * pow(share, Double(epoch) / Double(horizon.epochs))
        case .polynomial(let power, let end):
            return (rate - end) * pow(1 - Double(min(t, total)) / Double(total), power) + end
        case .inverseTime(let k): return rate / (1 + k * Double(t))
        case .cosine(let end): return Self.cosine(from: rate, to: end, at: Double(min(t, total)) / Double(total))
        case .cosineRestarts(let period, let multiplier, let end):
            var (start, length) = (0, boundedProduct(period, horizon.stepsPerEpoch))
            while t - start >= length { (start, length) = (start + length, boundedProduct(length, multiplier)) }
            return Self.cosine(from: rate, to: end, at: Double(t - start) / Double(length))
        case .oneCycle: return OneCycle(total: total).rate(at: t, peak: rate)
        case .plateau(let factor, _): return rate * pow(factor, Double(plateau?.reductions ?? 0))
        }
    }

    /// The momentum (β₁ for Adam) of step t where the schedule sets it: one-cycle that drives it.
    public func momentum(at step: Int, of horizon: Horizon) -> Double? {
        guard drivesMomentum, case .oneCycle = shape else { return nil }
        return OneCycle(total: max(1, horizon.total - warmup)).momentum(at: max(0, step - warmup))
    }

    /// end + ½(start − end)(1 + cos πp), p from 0 to 1.
    static func cosine(from start: Double, to end: Double, at p: Double) -> Double {
        end + (start - end) / 2 * (1 + cos(.pi * p))
    }
}

/// PyTorch's one-cycle with its defaults: over T steps, up on [0, 0.3·T − 1], down on the rest until T − 1.
private struct OneCycle {
    let total: Int

    func rate(at t: Int, peak: Double) -> Double { value(at: t, low: peak / 25, high: peak, last: peak / 25 / 1e4) }

    func momentum(at t: Int) -> Double { value(at: t, low: 0.95, high: 0.85, last: 0.95) }

    private func value(at t: Int, low: Double, high: Double, last: Double) -> Double {
        let (turn, end) = (0.3 * Double(total) - 1, Double(total - 1))
        let t = min(Double(t), end)
        if t <= turn && turn > 0 { return Schedule.cosine(from: low, to: high, at: t / turn) }
        // A training of a few steps has no rise: it begins at the peak.
        guard end > max(turn, 0) else { return high }
        return Schedule.cosine(from: high, to: last, at: (t - max(turn, 0)) / (end - max(turn, 0)))
    }
}
